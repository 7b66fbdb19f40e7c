//! One slot: how a sender writes a message into it, and how a receiver knows that it read one message whole.
//!
//! ```text
//! sender                                              receiver
//! overwrite: stamp = writing s, Release [head]         stamp == published s ?
//! overwrite: fence Release                  [claim]    fence Acquire                     [publish]
//! payload; length, epoch                               length, epoch; payload
//! stamp = published s, Release              [publish]
//!                                                      overwrite: fence Acquire            [claim]
//!                                                      overwrite: stamp == published s still ?
//! ```
//! Under overwrite this is a sequence lock for each slot (Boehm, "Can seqlocks get along with programming language memory
//! models?", MSPC 2012). Under backpressure a slot has one user at a time: the stamp says whose it is, as in Vyukov's bounded
//! queue, without compare-and-swap. What was read is of this side's generation only if
//! [`holds`](crate::generation::Generation::holds) says so afterwards.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::frame::{LENGTH, PAYLOAD, STAMP_LOW, Stamp};
use crate::geometry::Geometry;
use crate::memory::SMALL;
use crate::region::{Region, RegionMut};

/// Sender, overwrite: says that the slot at `slot`, one of `slots`, is being written, after message `last`.
///
/// The high half changes only when the message is published. So a side that loads the halves one by one never sees an even low
/// half beside the high half of another stamp.
#[inline]
pub(crate) fn begin_write<R: RegionMut>(region: &R, slot: usize, last: Stamp, slots: u32) {
    let stamp = [last.writing_after().low(), last.a_lap_before(slots).high()];
    // head: whoever sees that this slot is written a lap on sees the head of the message before.
    region.store_pair_through(slot + STAMP_LOW, stamp, Release);
    // claim: whoever reads any of the stores below sees this stamp when it looks again.
    region.fence(Release);
}

/// Sender: publishes a message, whose payload is in the slot, with its stamp.
#[inline]
pub(crate) fn publish<R: RegionMut>(
    region: &R,
    slot: usize,
    stamp: Stamp,
    length: u32,
    epoch: u32,
) {
    region.store_pair(slot + LENGTH, [length, epoch], Relaxed);
    region.clean(slot, PAYLOAD + length as usize);
    // publish: whoever sees this stamp sees the frame.
    region.store_pair_through(slot + STAMP_LOW, stamp.halves(), Release);
}

/// Receiver: length and epoch of the message after `last`; `None` if it is not published. The length may be any.
#[inline]
pub(crate) fn read_header<R: Region>(
    region: &R,
    geometry: &Geometry,
    last: Stamp,
) -> Option<[u32; 2]> {
    is_published(region, geometry, last).then(|| header(region, geometry.slot_after(last)))
}

/// Receiver: length and epoch of the message in the slot at `slot`, after its stamp was seen.
#[inline]
pub(crate) fn header<R: Region>(region: &R, slot: usize) -> [u32; 2] {
    // publish: the frame was stored before its stamp.
    region.fence(Acquire);
    region.load_pair(slot + LENGTH)
}

/// Receiver, overwrite: whether all that was read since [`read_header`] of `slot`, that of the message after `last`, is of it.
#[inline]
pub(crate) fn verify<R: Region>(region: &R, geometry: &Geometry, slot: usize, last: Stamp) -> bool {
    // claim: if any of what was read comes from a later message, the stamp of that message is seen below.
    region.fence(Acquire);
    match SMALL {
        true => is_published(region, geometry, last),
        false => stamp_at(region, slot) == last.after(),
    }
}

/// Whether the message after `last` is published.
#[inline]
pub(crate) fn is_published<R: Region>(region: &R, geometry: &Geometry, last: Stamp) -> bool {
    next_stamp(region, geometry, last) == last.after()
}

/// The stamp in the slot of the message after `last`.
#[inline(always)]
pub(crate) fn next_stamp<R: Region>(region: &R, geometry: &Geometry, last: Stamp) -> Stamp {
    stamp(region, geometry, last.next_low())
}

/// The stamp in the slot of the message of this sequence, low bits: whose halves may be loaded at two different times.
#[cfg_attr(target_has_atomic = "32", inline)]
#[cfg_attr(not(target_has_atomic = "32"), inline(never))]
pub(crate) fn stamp<R: Region>(region: &R, geometry: &Geometry, sequence: u32) -> Stamp {
    stamp_at(region, geometry.slot(sequence))
}

/// The stamp in the slot at `slot`.
#[inline(always)]
fn stamp_at<R: Region>(region: &R, slot: usize) -> Stamp {
    let [low, high] = region.load_pair_fresh(slot + STAMP_LOW);
    Stamp::from_halves(low, high)
}

/// First sender of a generation: says that no message stands in the slot at `slot`.
pub(crate) fn clear<R: RegionMut>(region: &R, slot: usize) {
    region.store_pair_through(slot + STAMP_LOW, Stamp::UNUSED.halves(), Relaxed);
}

/// What stands in the slot of a message that a receiver waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum SlotState {
    /// The message.
    Published,
    /// What stands there until it is published.
    Unwritten,
    /// A later message, or nonsense.
    Gone,
}

/// The state of its slot for one that waits for the message after `last`, each half of the stamp at its own moment.
pub(crate) fn state<R: Region>(region: &R, geometry: &Geometry, last: Stamp) -> SlotState {
    let stamp = stamp(region, geometry, last.next_low());
    state_of(stamp, last, geometry.slots())
}

/// What this stamp means in the slot of the message after `last`. Its halves may be one of the old and one of the new stamp
/// until that is published; the high half of the old one is at most one less.
pub(crate) fn state_of(stamp: Stamp, last: Stamp, slots: u32) -> SlotState {
    let published = last.after();
    if stamp == published {
        return SlotState::Published;
    }
    let before = last.a_lap_before(slots).low();
    let behind = published.high().wrapping_sub(stamp.high());
    let low = stamp.low();
    match behind <= 1 && (low == before || low == last.writing_after().low()) {
        true => SlotState::Unwritten,
        false => SlotState::Gone,
    }
}
