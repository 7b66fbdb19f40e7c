//! The head: the sequence of the newest message. The sender stores it, and any side finds it from the region alone.
//!
//! The head line is a frame with the stamp of the newest message. It carries no copy of that message, and its length says so. The
//! sender stores it after the message's own stamp, so it may lag by one message, if the sender is, or died, between the two
//! stores. The slots then show the newest message.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::frame::{LENGTH, STAMP_LOW, Stamp};
use crate::geometry::Geometry;
use crate::region::{Region, RegionMut};
use crate::slot::{self, SlotState};

/// The length of a head that carries no copy of the newest message.
const NO_COPY: u32 = u32::MAX;

/// Attempts of one step to read words that the sender is changing.
pub(crate) const ATTEMPTS: usize = 4;

/// Why the head could not be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadError {
    /// The sender moved during each attempt.
    Busy,
    /// No honest sender stores such a head.
    Corrupt,
}

/// Sender: stores the head: the stamp of the newest message.
#[inline]
pub(crate) fn store<R: RegionMut>(region: &R, geometry: &Geometry, newest: Stamp) {
    // head: a side that sees this head sees the stamp of the slot.
    region.store_pair_through(geometry.head_line() + STAMP_LOW, newest.halves(), Release);
}

/// Attaching sender: stores the head after message `newest`, and the mark that it carries no copy.
pub(crate) fn init<R: RegionMut>(region: &R, geometry: &Geometry, newest: Stamp, epoch: u32) {
    let head = geometry.head_line();
    region.store_pair(head + LENGTH, [NO_COPY, epoch], Relaxed);
    store(region, geometry, newest);
}

/// The head as it stands: the stamp of the newest message, or of the one before. It says nothing before a slot confirms it.
#[inline(always)]
pub(crate) fn load<R: Region>(region: &R, geometry: &Geometry) -> Stamp {
    let [low, high] = region.load_pair_fresh(geometry.head_line() + STAMP_LOW);
    Stamp::from_halves(low & !1, high)
}

/// The stamp of the newest message; [`Stamp::UNUSED`] if there is none.
///
/// The newest message is the one that the head names, or the next one. The slots of both decide. The slots contradict the head if
/// they hold nonsense, or if the sender is a lap ahead. A sender that is a lap ahead has stored a later head before. So a second
/// contradiction under the same head is corrupt.
#[inline(always)]
pub(crate) fn find<R: Region>(region: &R, geometry: &Geometry) -> Result<Stamp, HeadError> {
    match look(region, geometry) {
        BUSY => Err(HeadError::Busy),
        CORRUPT => Err(HeadError::Corrupt),
        newest => Ok(newest),
    }
}

/// What [`look`] returns where it found no head: odd, as no head is, so that the result is in registers.
const BUSY: Stamp = Stamp::writing(0);
const CORRUPT: Stamp = Stamp::writing(1);

/// The same, with an error as a stamp.
fn look<R: Region>(region: &R, geometry: &Geometry) -> Stamp {
    // An odd number equals no head: no contradiction was found yet.
    let mut contradicted = 1;
    for _ in 0..ATTEMPTS {
        let low = load(region, geometry).low();
        let (before, after) = ((low >> 1).wrapping_sub(1), low >> 1);
        let last = slot::stamp(region, geometry, before);
        let past = slot::stamp(region, geometry, after);
        // head, publish: a side that sees a head sees the stamps below it in its second load. The second load is not older than
        // the first.
        region.fence(Acquire);
        if slot::stamp(region, geometry, before) != last
            || slot::stamp(region, geometry, after) != past
        {
            continue;
        }
        if last.low() == low && last.after() != Stamp::UNUSED {
            match slot::state_of(past, last, geometry.slots()) {
                SlotState::Published => return last.after(),
                SlotState::Unwritten => return last,
                SlotState::Gone => {}
            }
        }
        if contradicted == low {
            return CORRUPT;
        }
        contradicted = low;
    }
    BUSY
}

/// The message before the oldest one that a sender at `head` has left in its slots. If the slot of the oldest one is being
/// written, the next one is the oldest.
pub(crate) fn before_oldest<R: Region>(region: &R, geometry: &Geometry, head: Stamp) -> Stamp {
    match head.before(geometry.slots()) {
        None => Stamp::UNUSED,
        Some(last) if slot::is_published(region, geometry, last) => last,
        Some(last) => last.after(),
    }
}
