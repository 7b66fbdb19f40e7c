//! One slot: how a sender writes a message, and how a receiver knows that it has read one whole message.
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
//! Under overwrite each slot is a sequence lock (Boehm, "Can seqlocks get along with programming language memory models?", MSPC
//! 2012). Under backpressure a slot has one user at a time, and the stamp names the user, as in Vyukov's bounded queue, but
//! without compare-and-swap. The bytes read are of this side's generation only if [`holds`](crate::generation::Generation::holds)
//! returns true afterwards.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::frame::{LENGTH, PAYLOAD, STAMP_LOW, Stamp};
use crate::geometry::Geometry;
use crate::memory::SMALL;
use crate::region::{Region, RegionMut};

/// Sender, overwrite: marks the slot at `slot`, one of `slots`, as being written, after message `last`.
///
/// The high half changes only when the message is published. So a side that loads the halves one after the other never sees an
/// even low half beside the high half of another stamp.
#[inline]
pub(crate) fn begin_write<R: RegionMut>(region: &R, slot: usize, last: Stamp, slots: u32) {
    let stamp = [last.writing_after().low(), last.a_lap_before(slots).high()];
    // head: a side that sees this mark, a lap on, sees the head of the message before.
    region.store_pair_through(slot + STAMP_LOW, stamp, Release);
    // claim: a side that reads any of the stores below sees this mark when it loads the stamp again.
    region.fence(Release);
}

/// Sender: publishes the message whose payload is in the slot, by its stamp.
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
    // publish: a side that sees this stamp sees the frame.
    region.store_pair_through(slot + STAMP_LOW, stamp.halves(), Release);
}

/// Receiver: length and epoch of the message after `last`; `None` if it is not published. The length is not checked.
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

/// Receiver, overwrite: whether all bytes read from `slot` since [`read_header`] are of the message after `last`.
#[inline]
pub(crate) fn verify<R: Region>(region: &R, geometry: &Geometry, slot: usize, last: Stamp) -> bool {
    // claim: if any of these bytes came from a later message, the load below sees that message's stamp.
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

/// The stamp in the slot of the message of this sequence, low bits. The two halves may be loaded at different times.
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

/// First sender of a generation: marks the slot at `slot` as empty.
pub(crate) fn clear<R: RegionMut>(region: &R, slot: usize) {
    region.store_pair_through(slot + STAMP_LOW, Stamp::UNUSED.halves(), Relaxed);
}

/// The state of the slot of a message that a receiver waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum SlotState {
    /// The slot holds the message.
    Published,
    /// The slot holds a stamp from before the message is published.
    Unwritten,
    /// The slot holds a later message, or nonsense.
    Gone,
}

/// The state of the slot of the message after `last`. The halves of the stamp may be loaded at different times.
pub(crate) fn state<R: Region>(region: &R, geometry: &Geometry, last: Stamp) -> SlotState {
    let stamp = stamp(region, geometry, last.next_low());
    state_of(stamp, last, geometry.slots())
}

/// The meaning of this stamp in the slot of the message after `last`. Until that message is published, the halves may come from
/// the old and the new stamp. The high half of the old stamp is at most one less.
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
