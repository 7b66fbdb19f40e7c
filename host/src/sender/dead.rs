//! When a receiver is dead, and how long a sender waits for another one in its place.
//!
//! A receiver that ended without leaving holds up a sender that must not lose a message. The kernel gives the lock of its receiver slot
//! back, so a receiver slot that was attached, was not detached, and whose lock is free has a dead receiver. That lock must be of the set
//! under which the receiver slot was taken: a set that was removed and made again says nothing of who is there. A sender that may
//! drop what the dead did not take reclaims the receiver slot: it takes that receiver slot's lock itself, attaches as that receiver, and drops
//! what is pending.
//!
//! Each receiver slot has a clock of its own, and all run at once. A death is told once; what is dropped after that is counted.
//!
//! Not for a receiver that is alive and does not receive: that is what backpressure means, and a time limit on
//! sending is the caller's.

use std::time::{Duration, Instant};

/// What a sender does about a dead receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeadReceiver {
    /// Waits for the next one to take the receiver slot: nothing is lost.
    #[default]
    Wait,
    /// Drops for it once it has been dead for this long: what it did not take is lost. A death is noticed up to 100 ms late.
    DropAfter(Duration),
}

/// What is known of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiverSlot {
    /// How often a receiver has taken it since the channel was formatted.
    pub attach_count: u32,
    /// The last one has left in good order.
    pub detached: bool,
    /// A process holds its lock, or may hold one of another set: that it took the receiver slot under, or that nobody knows.
    pub held: bool,
}

impl ReceiverSlot {
    /// Whether its receiver ended without leaving.
    pub const fn dead(self) -> bool {
        self.attach_count != 0 && !self.detached && !self.held
    }
}

/// The clock of one receiver slot, and what was dropped there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    /// How often the receiver slot had been taken by then: the dead receiver's number.
    dead: Option<(u32, Instant)>,
    /// Whose death was told.
    told: Option<u32>,
    dropped: Dropped,
}

/// Messages of one receiver slot that nobody will take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// All of them.
    pub total: u64,
    /// Those that a [`Death`] tells of.
    pub told: u64,
}

/// A receiver that died, told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    /// Its slot.
    pub receiver: u32,
    /// How many messages it had not taken, and nobody will. More may follow until another receiver comes.
    pub dropped: u64,
}

impl Watch {
    /// Looks at the receiver slot, which is like this at `now`. Its clock starts anew whenever it is not dead, and with each
    /// receiver.
    pub fn look(&mut self, slot: ReceiverSlot, now: Instant) {
        let before = self
            .dead
            .filter(|&(attach_count, _)| attach_count == slot.attach_count);
        self.dead = slot
            .dead()
            .then(|| before.unwrap_or((slot.attach_count, now)));
    }

    /// Whether to drop at `now` what its receiver holds up.
    pub fn is_due(&self, policy: DeadReceiver, now: Instant) -> bool {
        match (policy, self.dead) {
            (DeadReceiver::DropAfter(limit), Some((_, since))) => now - since >= limit,
            _ => false,
        }
    }

    /// Counts `dropped` messages, and says whether this is the first that is told of this death.
    pub fn count(&mut self, dropped: u64) -> bool {
        let dead = self.dead.map(|(attach_count, _)| attach_count);
        let first = self.told != dead;
        self.told = dead;
        self.dropped.total += dropped;
        if first {
            self.dropped.told += dropped;
        }
        first
    }

    /// What was dropped so far.
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }
}
