//! How often did each operation come to each outcome, and what did it cost at most?
#![allow(dead_code)] // each test asks its own part

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use ramframe_core::channel::{AttachError, Corruption, RecvError, SendError};
use ramframe_core::geometry::GeometryError;

use super::counting::Meter;

/// Times, most word accesses, most copies.
type Seen = (u64, usize, usize);

/// Outcomes seen, by operation.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) meter: Meter,
    turn: Cell<u32>,
    seen: RefCell<BTreeMap<(&'static str, &'static str), Seen>>,
}

impl Tally {
    /// Makes a step, and notes what it came to and cost.
    pub(crate) fn step<T, E: Outcome>(
        &self,
        operation: &'static str,
        step: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.meter.read();
        let outcome = step();
        let (words, copies) = self.meter.read();
        let name = outcome.as_ref().err().map_or("Ok", Outcome::name);
        let mut seen = self.seen.borrow_mut();
        let entry = seen.entry((operation, name)).or_default();
        *entry = (entry.0 + 1, entry.1.max(words), entry.2.max(copies));
        outcome
    }

    /// As `step`, of what cannot fail.
    pub(crate) fn done(&self, operation: &'static str, step: impl FnOnce()) {
        let _ = self.step::<(), AttachError>(operation, || {
            step();
            Ok(())
        });
    }

    /// 0, 1, 1, and again: which of two ways to go. No caller's own pattern has a period of three.
    pub(crate) fn way(&self) -> usize {
        let turn = self.turn.replace((self.turn.get() + 1) % 3);
        usize::from(turn != 0)
    }

    /// How often `operation` came to `outcome`.
    pub(crate) fn times(&self, operation: &str, outcome: &str) -> u64 {
        let seen = self.seen.borrow();
        let times = seen.iter().find(|(key, _)| **key == (operation, outcome));
        times.map_or(0, |(_, seen)| seen.0)
    }

    /// The most word accesses and copies of `operation`, over the outcomes that `which` names.
    pub(crate) fn most(&self, operation: &str, which: impl Fn(&str) -> bool) -> (usize, usize) {
        let seen = self.seen.borrow();
        let counted = seen
            .iter()
            .filter(|(key, _)| key.0 == operation && which(key.1));
        counted.fold((0, 0), |most, (_, seen)| {
            (most.0.max(seen.1), most.1.max(seen.2))
        })
    }
}

/// What the docs allow an operation that comes to these outcomes: word accesses, copies.
type Bound = (&'static str, fn(&str) -> bool, usize, usize);

/// Of every operation. The channel's docs state the same numbers.
pub(crate) const BOUNDS: [Bound; 26] = [
    ("read", |_| true, 14, 0),
    ("survey", |_| true, 60, 0),
    ("attach sender", |_| true, 65, 0),
    ("attach receiver", |_| true, 67, 0),
    ("attach stand-in", |_| true, 65, 0),
    ("send", |_| true, 7 + 2, 1),
    ("send and ring", |_| true, 7 + 2 + 5, 1),
    ("loan", |_| true, 7 + 2, 1),
    ("send_batch", |_| true, 2 * (7 + 2), 2),
    ("ready", |_| true, 3, 0),
    ("close", |_| true, 3, 0),
    ("recv", |outcome| outcome == "Ok", 12, 1),
    ("recv", |_| true, 64, 1),
    ("recv and ring", |outcome| outcome == "Ok", 12 + 2, 1),
    ("recv and ring", |_| true, 64, 1),
    ("look", |outcome| outcome == "Ok", 12 + 4, 1),
    ("look", |_| true, 64, 1),
    ("recv_batch", |_| true, 9 + 64, 2),
    ("recv_with", |outcome| outcome == "Ok", 12 + 2, 1),
    ("recv_with", |_| true, 64, 1),
    ("skip", |_| true, 64, 0),
    ("latest", |_| true, 212, 4),
    ("nap", |_| true, 11, 0),
    ("sleep", |_| true, 14, 0),
    ("discard_pending", |_| true, 49, 0),
    ("wait_for_room", |_| true, 4, 0),
];

/// No step was beyond its bound.
pub(crate) fn assert_bounded(tally: &Tally) {
    for (operation, which, words, copies) in BOUNDS {
        let most = tally.most(operation, which);
        let within = most.0 <= words && most.1 <= copies;
        assert!(within, "{operation}: {most:?}, not {words} and {copies}");
    }
}

/// An error's name, for counting.
pub(crate) trait Outcome {
    fn name(&self) -> &'static str;
}

impl Outcome for Corruption {
    fn name(&self) -> &'static str {
        match self {
            Corruption::Head => "Corrupt Head",
            Corruption::Stamp => "Corrupt Stamp",
            Corruption::Length => "Corrupt Length",
            Corruption::Consumed { .. } => "Corrupt Taken",
            Corruption::Reformatted => "Corrupt Formatted",
        }
    }
}

impl Outcome for GeometryError {
    fn name(&self) -> &'static str {
        match self {
            GeometryError::Unformatted => "Unformatted",
            GeometryError::Foreign { .. } => "Foreign",
            GeometryError::Version { .. } => "Version",
            GeometryError::Field { .. } => "Field",
            GeometryError::Other { .. } => "Other",
            GeometryError::RegionTooSmall { .. } => "TooSmall",
        }
    }
}

impl Outcome for AttachError {
    fn name(&self) -> &'static str {
        match self {
            AttachError::Geometry(error) => error.name(),
            AttachError::Policy => "Policy",
            AttachError::NoSuchReceiver { .. } => "NoSuchReceiver",
            AttachError::Corrupt { what } => what.name(),
            AttachError::Busy => "Busy",
        }
    }
}

impl Outcome for SendError {
    fn name(&self) -> &'static str {
        match self {
            SendError::TooLong { .. } => "TooLong",
            SendError::Full { .. } => "Full",
            SendError::Corrupt { what } => what.name(),
        }
    }
}

impl Outcome for RecvError {
    fn name(&self) -> &'static str {
        match self {
            RecvError::Empty => "Empty",
            RecvError::Lagged(_) => "Lagged",
            RecvError::SenderRestarted => "SenderRestarted",
            RecvError::Closed => "Closed",
            RecvError::BufferTooSmall { .. } => "TooSmall",
            RecvError::Busy => "Busy",
            RecvError::Corrupt { what } => what.name(),
        }
    }
}
