//! One registered receiver, described for a person or a program.

use std::fmt;

use ramframe_core::channel::ReceiverStatus;
use serde::Serialize;

use crate::cli::counted::Messages;

/// A receiver slot of a backpressure channel.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReceiverReport {
    pub(crate) receiver: u32,
    /// Whether a process holds its lock; `None` if that cannot be known.
    pub(crate) held: Option<bool>,
    pid: Option<i32>,
    pub(crate) pending: Option<u32>,
    attach_count: u32,
    detached: bool,
    pub(crate) discarded: u64,
}

/// Who is in a receiver slot.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holder {
    /// This process; 0 if it has no name here.
    Held(i32),
    Free,
    /// Its lock is none that this process can see, or there is none.
    Unknown,
}

impl From<Option<i32>> for Holder {
    fn from(pid: Option<i32>) -> Self {
        pid.map_or(Holder::Free, Holder::Held)
    }
}

impl ReceiverReport {
    pub(super) fn new(receiver: u32, status: ReceiverStatus, holder: Holder) -> Self {
        let (held, pid) = match holder {
            Holder::Held(pid) => (Some(true), named(pid)),
            Holder::Free => (Some(false), None),
            Holder::Unknown => (None, None),
        };
        Self {
            receiver,
            held,
            pid,
            pending: status.pending,
            attach_count: status.attach_count,
            detached: status.detached,
            discarded: status.discarded,
        }
    }

    /// One line; `beyond` if it may be no process of this machine.
    pub(super) fn line(&self, beyond: bool) -> String {
        let pending = Pending(self.pending);
        match (self.pid, self.held, self.attach_count) {
            (Some(pid), _, _) => format!("{}: process {pid}, {pending}", self.receiver),
            (None, Some(true), _) => format!("{}: a process, {pending}", self.receiver),
            (None, _, 0) => format!("{}: nobody yet, {pending}", self.receiver),
            _ => format!("{}: {}, {pending}", self.receiver, self.absence(beyond)),
        }
    }

    fn absence(&self, beyond: bool) -> &'static str {
        match self.held {
            _ if self.detached => "left",
            _ if beyond => "no process of this machine: whether it runs cannot be known",
            None => "its locks were removed: whether it runs cannot be known",
            Some(_) => "ended without detaching",
        }
    }
}

/// What is left to be taken.
struct Pending(Option<u32>);

impl fmt::Display for Pending {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(count) => write!(to, "{} to receive", Messages(count)),
            None => to.write_str("which claims messages that are not in the channel"),
        }
    }
}

/// A process that has a name in this PID namespace: 0 is none, and means another thing to whoever sends it a signal.
pub(super) fn named(pid: i32) -> Option<i32> {
    (pid != 0).then_some(pid)
}
