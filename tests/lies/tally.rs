//! How often each operation came to each outcome, and what it cost at most.
#![allow(dead_code)] // each test asks its own part

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use ramframe_core::channel::{AttachError, Corruption, SendError};
use ramframe_core::geometry::GeometryError;

use super::counting::Meter;
use crate::support::Miss;

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

/// Of a `recv` that finds no message, and of the attempts before.
const RECV: usize = 66 + RETRIES;
const RETRIES: usize = 4 * 25;

/// What a sender adds to a message when all slots, or the room it knew of, were used; there are at most two receivers here.
const RENEW: usize = 4 + 2;

/// Of every operation. The channel's docs state the same numbers.
pub(crate) const BOUNDS: [Bound; 27] = [
    ("read", |_| true, 17, 0),
    ("survey", |_| true, 78, 0),
    ("attach sender", |_| true, 84, 0),
    ("attach receiver", |_| true, 84, 0),
    ("attach stand-in", |_| true, 84, 0),
    ("send", |_| true, 9 + RENEW, 1),
    ("send and ring", |_| true, 9 + RENEW + 5, 1),
    ("loan", |_| true, 9 + RENEW, 1),
    ("send_batch", |_| true, 2 * (9 + RENEW), 2),
    ("ready", |_| true, RENEW, 0),
    ("close", |_| true, 7, 0),
    ("recv", |outcome| outcome == "Ok", 13 + RETRIES, 5),
    ("recv", |_| true, RECV, 5),
    (
        "recv and ring",
        |outcome| outcome == "Ok",
        13 + 2 + RETRIES,
        5,
    ),
    ("recv and ring", |_| true, RECV + 2, 5),
    ("look", |outcome| outcome == "Ok", 13 + 5 + RETRIES, 5),
    ("look", |_| true, RECV + 5, 5),
    ("recv_batch", |_| true, 2 * RECV, 10),
    ("recv_with", |outcome| outcome == "Ok", 13 + 2 + RETRIES, 5),
    ("recv_with", |_| true, RECV + 2, 5),
    ("skip", |_| true, RECV + 2, 0),
    ("latest", |_| true, 256, 5),
    ("nap", |_| true, 11, 0),
    ("sleep", |_| true, 18, 0),
    ("discard_pending", |_| true, 61, 0),
    ("wait_for_room", |_| true, 12, 0),
    ("wait_for_drain", |_| true, 12, 0),
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
            Corruption::Consumed { .. } => "Corrupt Consumed",
            other => panic!("{other:?} is new"),
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
            GeometryError::Mismatch { .. } => "Mismatch",
            GeometryError::Features { .. } => "Features",
            GeometryError::MovesPlaces => "MovesPlaces",
            GeometryError::RegionTooSmall { .. } => "TooSmall",
            other => panic!("{other:?} is new"),
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
            other => panic!("{other:?} is new"),
        }
    }
}

impl Outcome for SendError {
    fn name(&self) -> &'static str {
        match self {
            SendError::TooLong { .. } => "TooLong",
            SendError::Full { .. } => "Full",
            SendError::Reformatted => "Reformatted",
            SendError::Corrupt { what } => what.name(),
            other => panic!("{other:?} is new"),
        }
    }
}

impl Outcome for Miss {
    fn name(&self) -> &'static str {
        match self {
            Miss::Empty => "Empty",
            Miss::Lagged(_) => "Lagged",
            Miss::SenderRestarted => "SenderRestarted",
            Miss::Closed => "Closed",
            Miss::BufferTooSmall { .. } => "TooSmall",
            Miss::Busy => "Busy",
            Miss::ProgressLost => "ProgressLost",
            Miss::Reformatted => "Reformatted",
            Miss::Corrupt { what } => what.name(),
        }
    }
}
