//! When is a receiver dead, and what does a backpressure sender do about it?
//!
//! A receiver that ended without leaving holds up a sender that must not lose a message. The kernel gives its seat's lock
//! back, so a seat that was joined, was not left, and whose lock is free has a dead receiver. A sender that may drop what
//! the dead did not take stands in for it: it takes that seat's lock itself, attaches as that receiver, drops what is
//! pending, and leaves in good order.
//!
//! Not for a receiver that is alive and does not receive: that is what backpressure means, and a time limit on
//! sending is the caller's.

use std::time::{Duration, Instant};

/// What a sender does about a dead receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeadReceiver {
    /// Waits for the next one to take the seat: nothing is lost.
    #[default]
    Wait,
    /// Stands in for it once it has been dead for this long: what it did not take is lost.
    DropAfter(Duration),
}

/// What is known of a seat that holds the sender up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// How often a receiver has taken it since the channel was formatted.
    pub joined: u32,
    /// The last one has left in good order.
    pub left: bool,
    /// A process holds its lock.
    pub held: bool,
}

impl Seat {
    /// Whether its receiver ended without leaving.
    pub const fn dead(self) -> bool {
        self.joined != 0 && !self.left && !self.held
    }
}

/// What the sender does next about one seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nap, and look again.
    Wait,
    /// Take the seat's lock, and drop what is pending there. Where the lock is held by then, a new receiver came first.
    StandIn,
}

/// The clock of one seat.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    /// How often the seat had been taken by then: the dead receiver's number.
    dead: Option<(u32, Instant)>,
}

impl Watch {
    /// Says what to do about a seat that looks like this at `now`. Its clock starts anew whenever it is not dead, and with
    /// each receiver: one that kept up was perhaps never looked at alive.
    pub fn look(&mut self, policy: DeadReceiver, seat: Seat, now: Instant) -> Step {
        let before = self.dead.filter(|&(joined, _)| joined == seat.joined);
        self.dead = seat.dead().then(|| before.unwrap_or((seat.joined, now)));
        match (policy, self.dead) {
            (DeadReceiver::DropAfter(limit), Some((_, since))) if now - since >= limit => {
                Step::StandIn
            }
            _ => Step::Wait,
        }
    }
}
