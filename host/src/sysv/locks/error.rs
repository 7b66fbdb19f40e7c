//! Why a lock is not to be had.

use std::fmt;
use std::io;

use super::mark::unmarked;
use crate::sysv::key::Key;
use crate::sysv::list;
use crate::sysv::stat::Owner;
use crate::trust::TrustError;

/// Why a lock, or the set that it is in, is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process is the sender.
    #[error("{} already sends on {key:#}", Process(*pid))]
    SenderHeld {
        /// The key.
        key: Key,
        /// That process; 0 if it cannot be named in this PID namespace.
        pid: i32,
    },
    /// Another process has this receiver slot.
    #[error("{} already is receiver {receiver} of {key:#}", Process(*pid))]
    ReceiverHeld {
        /// The key.
        key: Key,
        /// The receiver slot.
        receiver: u16,
        /// That process; 0 if it cannot be named in this PID namespace.
        pid: i32,
    },
    /// Other processes have all receiver slots.
    #[error("all {receivers} receivers on {key:#} are attached")]
    NoFreeReceiver {
        /// The key.
        key: Key,
        /// How many there are.
        receivers: u16,
    },
    /// The set has fewer receiver slots.
    #[error("no receiver {receiver} on {key:#}: it is made for {receivers}, from 0")]
    NoSuchReceiver {
        /// The key.
        key: Key,
        /// The receiver slot asked for.
        receiver: u16,
        /// How many there are.
        receivers: u16,
    },
    /// The set was removed since it was opened, and every lock in it is void: open it anew.
    #[error("the semaphores of {key:#} were removed")]
    Removed {
        /// The key.
        key: Key,
    },
    /// The key names no set.
    #[error("no semaphores have {key:#}")]
    Absent {
        /// The key.
        key: Key,
    },
    /// The key names a set already.
    #[error("{key:#} has semaphores already")]
    Exists {
        /// The key.
        key: Key,
    },
    /// The set is another user's, or others may write it.
    #[error("the set of semaphores of {key:#} {refusal}")]
    Untrusted {
        /// The key.
        key: Key,
        /// What is wrong with its owner.
        refusal: TrustError,
    },
    /// The set is not ramframe's.
    #[error(
        "the semaphores of {key:#} (set {id} of {owner}) are not ramframe's: they belong to another program and are left alone"
    )]
    Foreign {
        /// The key.
        key: Key,
        /// The kernel's name for the set.
        id: i32,
        /// Whose it is.
        owner: Owner,
    },
    /// The set belongs to the channel of another file, to which `ftok` gives the same key.
    #[error("{key:#} belongs to the channel of another file: `ftok` gives both files the same key")]
    OtherFile {
        /// The key.
        key: Key,
    },
    /// The set was made for another number of receivers.
    #[error("the semaphores of {key:#} are made for {found} receivers, not {asked}")]
    Count {
        /// The key.
        key: Key,
        /// How many it has receiver slots for.
        found: u16,
        /// How many were asked for.
        asked: u16,
    },
    /// The machine has no more room for semaphores.
    #[error("no room for semaphores of {key:#}: {source}")]
    Limit {
        /// The key.
        key: Key,
        /// What the system said.
        source: io::Error,
    },
    /// Only the set's owner or creator, or root, may remove it.
    #[error("the semaphores of {key:#} are another user's, who alone removes them")]
    NotOwner {
        /// The key.
        key: Key,
    },
    /// The system refused otherwise.
    #[error("{call} on {key:#}: {source}")]
    System {
        /// What was asked of it.
        call: &'static str,
        /// The key.
        key: Key,
        /// What it said.
        source: io::Error,
    },
}

/// Why the set of `key`, `id` if it was found, cannot be looked at.
pub(super) fn opening(key: Key, id: Option<i32>, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::ENOENT | libc::EINVAL | libc::EIDRM) => Error::Absent { key },
        Some(libc::EACCES) => Error::Untrusted {
            key,
            refusal: TrustError::Denied {
                owner: id.and_then(list::semaphore_owner).map(unmarked),
            },
        },
        _ => using("semget", key, source),
    }
}

/// Why no set of `key` was created.
pub(super) fn creating(key: Key, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::EEXIST) => Error::Exists { key },
        Some(libc::ENOSPC | libc::ENOMEM | libc::EINVAL) => Error::Limit { key, source },
        _ => using("semget(IPC_CREAT)", key, source),
    }
}

/// Why a set that was opened does not serve.
pub(super) fn using(call: &'static str, key: Key, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::EINVAL | libc::EIDRM | libc::ENOENT) => Error::Removed { key },
        Some(libc::EPERM) => Error::NotOwner { key },
        _ => Error::System { call, key, source },
    }
}

/// A process as a person would look for it; 0 if it cannot be named in this PID namespace.
pub struct Process(pub i32);

impl fmt::Display for Process {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => to.write_str("a process of another container"),
            pid => write!(to, "process {pid}"),
        }
    }
}
