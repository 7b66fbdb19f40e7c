//! How far a receiver stays behind a fast sender.
//!
//! A receiver at the heels of its sender loads cache lines that are about to be stored to. The processor begins such loads early,
//! before it knows that there is a message. Each of them takes a line from the sender, so each message costs transfers of its own.
//! A receiver that is some messages behind loads lines that are at rest, and several of them at the same time.
//!
//! So once in a while a receiver looks some messages ahead. If that message is not there yet, the receiver pauses for a short
//! time. If the message comes in that time, the sender is fast, and the distance is kept. If not, the next such look comes after
//! twice as many messages. So two sides that take turns hardly ever pause.
//!
//! Only large cores do this. The looks decide nothing but how long a receiver pauses.

use core::hint::spin_loop;

use super::Receiver;
use crate::channel::policy::Receive;
use crate::frame::Stamp;
use crate::geometry::{Geometry, GeometrySource};
use crate::region::Region;
use crate::slot;
use crate::wait::Wait;

/// The distance to keep: at most this many messages, this many bytes of slots, and this part of the slots.
const MESSAGES: u32 = 64;
const BYTES: u32 = 16 * 1024;
const PART: u32 = 4;

/// A shorter distance is not worth a look.
const LEAST: u32 = 4;

/// The looks of one pause, and how often a receiver hints between two of them that it spins. In all about 2 µs.
pub(in crate::channel) const LOOKS: u32 = 16;
const HINTS: u32 = 16;

/// The messages from one pause to the next look: after a pause that paid, at most while no pause is needed, and at most while
/// pauses are in vain.
const SOON: u32 = 32;
const LATER: u32 = 256;
const SELDOM: u32 = 4096;

/// The messages to the next look where the ring is too small for one: as many as the comparison allows.
const NEVER: u32 = 1 << 29;

/// When a receiver looks ahead again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Distance {
    /// Low half of the stamp of the first message after which it does.
    look_from: u32,
    /// The number of messages between the last look and this one.
    every: u32,
}

impl Distance {
    /// Of a receiver that starts after message `last`, or has missed messages up to it: perhaps more than `is_time` can compare.
    pub(super) fn new(last: Stamp, geometry: &Geometry) -> Self {
        let mut distance = Self {
            look_from: 0,
            every: 0,
        };
        distance.look_after(last, if ahead(geometry) < LEAST { NEVER } else { SOON });
        distance
    }

    /// Also behind the message at which it was time: a receiver passes over a frame that carries none.
    #[inline(always)]
    pub(super) fn is_time(self, last: Stamp) -> bool {
        last.low().wrapping_sub(self.look_from) < 1 << 31
    }

    fn look_after(&mut self, last: Stamp, every: u32) {
        self.every = every;
        self.look_from = last.low().wrapping_add(2 * every);
    }
}

/// The distance to keep, in messages.
fn ahead(geometry: &Geometry) -> u32 {
    let slots = (geometry.slots() / PART).min(MESSAGES);
    slots.min(BYTES.checked_div(geometry.stride()).unwrap_or(0))
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Lets the sender get ahead, if it is too near and fast.
    #[cold]
    pub(super) fn keep_distance(&mut self) {
        let ahead = ahead(self.geometry());
        if ahead < LEAST {
            return self.distance.look_after(self.last, NEVER);
        }
        let far = self.last.later(ahead);
        let looks = (0..LOOKS).find(|_| {
            let is_far = slot::next_stamp(&self.region, self.geometry(), far) >= far.after();
            if !is_far {
                (0..HINTS).for_each(|_| spin_loop());
            }
            is_far
        });
        let every = self.distance.every;
        let next = match looks {
            Some(0) => LATER.min(2 * every).max(SOON),
            Some(_) => SOON,
            None => SELDOM.min(2 * every),
        };
        self.distance.look_after(self.last, next);
    }
}
