//! The states that a channel can be in before an enemy writes to it, and the outcomes that the enemy must have brought about.

use ramframe_core::channel::{Channel, Policy, Sender};
use ramframe_core::geometry::{Geometry, Overflow};
use ramframe_core::region::RegionMut;

use super::aged::age;
use super::array::Array;
use super::drive;
use super::tally::{Tally, assert_bounded};
use super::xorshift::Xorshift;
use crate::support::Flat;

/// A channel at one moment of an honest life.
pub(crate) struct State {
    geometry: Geometry,
    pub(crate) words: Vec<u32>,
}

const OVERWRITE: Geometry = Geometry::overwrite(4, 24).with_cache_line(32);
const BACKPRESSURE: Geometry = Geometry::backpressure(4, 24, 2).with_cache_line(32);

/// States of both policies: new, begun, lapped or full, closed, restarted, dropped for, and at the wraps.
pub(crate) fn all() -> Vec<State> {
    let mut states = Vec::new();
    for geometry in [OVERWRITE, BACKPRESSURE] {
        for first in [0, (1 << 32) - 2, (1 << 63) - 9] {
            for messages in [0, 3, 9] {
                for close in [false, true] {
                    states.push(State::after(geometry, first, messages, close));
                }
            }
        }
    }
    states
}

impl State {
    fn after(geometry: Geometry, first: u64, messages: u64, close: bool) -> Self {
        let memory = Array::new(geometry.size() as usize);
        geometry.format(&memory.words(), 0).unwrap();
        age(&memory.words(), &geometry, first);
        match geometry.overflow() {
            Overflow::Overwrite => {
                live(
                    Channel::overwrite(memory.words()).sender().unwrap(),
                    messages,
                    close,
                );
            }
            Overflow::Backpressure => {
                live(
                    Channel::backpressure(memory.words()).sender().unwrap(),
                    messages,
                    close,
                );
                let dead = Channel::backpressure(memory.words()).reclaim(0);
                if messages == 3 {
                    dead.unwrap().discard_pending().flat().unwrap();
                }
            }
        }
        State {
            geometry,
            words: memory.snapshot(),
        }
    }

    /// Has both sides work on this state while words of it are changed, and counts what they do.
    pub(crate) fn hurt(&self, tally: &Tally, change: impl FnOnce(&mut [u32])) {
        let memory = Array::new(self.words.len() * 4);
        memory.restore(&self.words);
        self.drive(memory.words(), tally, || {
            let mut words = memory.snapshot();
            change(&mut words);
            memory.restore(&words);
        });
    }

    pub(crate) fn drive<R: RegionMut + Copy>(
        &self,
        region: R,
        tally: &Tally,
        meanwhile: impl FnOnce(),
    ) {
        match self.geometry.overflow() {
            Overflow::Overwrite => drive::overwrite(region, tally, meanwhile),
            Overflow::Backpressure => drive::backpressure(region, tally, meanwhile),
        }
    }
}

fn live<R: RegionMut, P: Policy>(mut sender: Sender<R, P>, messages: u64, close: bool) {
    for number in 0..messages {
        let _ = sender.try_send(&[number as u8; 24][..(number * 5 % 25) as usize]);
    }
    if close {
        sender.close();
    }
}

/// Makes one word hostile: a bad value, or that of another word.
pub(crate) fn mutate(words: &mut [u32], at: usize, random: &Xorshift) {
    words[at] = match random.below(5) {
        0 => words[random.below(words.len())],
        _ => random.hostile(words[at]),
    };
}

type Expected = [(&'static str, &'static str)];

/// What an enemy's words must have led to, somewhere.
pub(crate) const HOSTILE: &Expected = &[
    ("read", "Unformatted"),
    ("read", "Foreign"),
    ("read", "Version"),
    ("read", "Features"),
    ("read", "Field"),
    ("read", "TooSmall"),
    ("attach sender", "Ok"),
    ("attach sender", "Corrupt Head"),
    ("attach receiver", "Ok"),
    ("attach receiver", "Corrupt Head"),
    ("attach receiver", "Corrupt Consumed"),
    ("send", "Ok"),
    ("send", "TooLong"),
    ("send", "Full"),
    ("send", "Corrupt Consumed"),
    ("send", "Reformatted"),
    ("recv", "Ok"),
    ("recv", "Empty"),
    ("recv", "Lagged"),
    ("recv", "SenderRestarted"),
    ("recv", "Closed"),
    ("recv", "TooSmall"),
    ("recv", "Corrupt Head"),
    ("recv", "Corrupt Stamp"),
    ("recv", "Corrupt Length"),
    ("recv", "ProgressLost"),
    ("recv", "Reformatted"),
    ("latest", "Ok"),
    ("latest", "Empty"),
    ("latest", "Corrupt Head"),
    ("latest", "Corrupt Length"),
    ("skip", "Ok"),
    ("skip", "Corrupt Stamp"),
    ("discard_pending", "Ok"),
];

/// What takes more than one word.
pub(crate) const SEVERAL: &Expected = &[("attach receiver", "NoSuchReceiver")];

/// What takes a region that changes between two loads.
pub(crate) const UNSTEADY: &Expected = &[
    ("attach receiver", "Busy"),
    ("recv", "Busy"),
    ("latest", "Busy"),
    ("discard_pending", "Busy"),
];

/// The enemy was really met, and no step was beyond its bound.
pub(crate) fn assert_seen(tally: &Tally, expected: &Expected) {
    assert_bounded(tally);
    for &(operation, outcome) in expected {
        let times = tally.times(operation, outcome);
        assert!(times > 0, "never: {operation} {outcome}");
    }
}
