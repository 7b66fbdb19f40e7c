//! What is tried, one after the other; and what each came to.

use ramframe_core::geometry::{Geometry, Overflow};
use ramframe_firmware::semihosting::{print, print_number};

use crate::tally::Tally;

/// Messages that are received in each phase, at least.
pub const ROUNDS: u32 = 4_000;
/// How often a core is restarted in a phase in which it is.
pub const RESTARTS: u32 = 100;

const OVERWRITE: Geometry = Geometry::overwrite(64, 200);
const BACKPRESSURE: Geometry = Geometry::backpressure(8, 200, 1);

/// Whom a phase restarts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    Nobody,
    Sender,
    Receiver,
}

/// One run of a channel from format to close.
pub struct Phase {
    pub geometry: Geometry,
    /// The core that sends.
    pub sender: usize,
    pub sleeps: bool,
    pub victim: Victim,
    pub tally: Tally,
}

/// Those with restarts first: an interrupt that ends a sleep would be taken there.
pub static PHASES: [Phase; 16] = [
    phase(OVERWRITE, 0, false, Victim::Sender),
    phase(OVERWRITE, 0, false, Victim::Receiver),
    phase(OVERWRITE, 1, false, Victim::Sender),
    phase(OVERWRITE, 1, false, Victim::Receiver),
    phase(BACKPRESSURE, 0, false, Victim::Sender),
    phase(BACKPRESSURE, 0, false, Victim::Receiver),
    phase(BACKPRESSURE, 1, false, Victim::Sender),
    phase(BACKPRESSURE, 1, false, Victim::Receiver),
    phase(OVERWRITE, 0, false, Victim::Nobody),
    phase(OVERWRITE, 1, false, Victim::Nobody),
    phase(BACKPRESSURE, 0, false, Victim::Nobody),
    phase(BACKPRESSURE, 1, false, Victim::Nobody),
    phase(OVERWRITE, 0, true, Victim::Nobody),
    phase(OVERWRITE, 1, true, Victim::Nobody),
    phase(BACKPRESSURE, 0, true, Victim::Nobody),
    phase(BACKPRESSURE, 1, true, Victim::Nobody),
];

const fn phase(geometry: Geometry, sender: usize, sleeps: bool, victim: Victim) -> Phase {
    Phase {
        geometry,
        sender,
        sleeps,
        victim,
        tally: Tally::new(),
    }
}

impl Phase {
    pub fn is_lossless(&self) -> bool {
        self.geometry.overflow() == Overflow::Backpressure
    }

    /// Whether enough was received, and whoever is to be restarted was.
    pub fn is_over(&self) -> bool {
        let restarted = self.victim == Victim::Nobody || self.tally.restarts.now() >= RESTARTS;
        restarted && self.tally.received.now() >= ROUNDS
    }

    /// What it came to, for who reads along.
    pub fn report(&self) {
        let policies = ["overwrite", "backpressure"];
        let ways = [", C to Rust", ", Rust to C"];
        let waits = [", spinning", ", sleeping"];
        print(policies[usize::from(self.is_lossless())]);
        print(ways[usize::from(self.sender == 0)]);
        print(waits[usize::from(self.sleeps)]);
        let tally = &self.tally;
        self.say(": received ", tally.received.now());
        self.say(", missed ", tally.missed.now());
        if self.victim == Victim::Receiver {
            self.say(", the receiver restarted ", tally.restarts.now());
        }
        if self.victim == Victim::Sender {
            self.say(", the sender restarted ", tally.restarts.now());
            self.say(", told ", tally.told.now());
        }
        print("\n");
    }

    fn say(&self, what: &str, number: u32) {
        print(what);
        print_number(u64::from(number));
    }
}
