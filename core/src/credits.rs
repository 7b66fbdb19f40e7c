//! Room in a backpressure channel: how far each receiver is, and therefore how many messages the sender may send.
//!
//! ```text
//! receiver                                   sender
//! payload                                    consumed of each receiver
//! consumed = (tag, s + 1), Release [consumed]  is the generation current? fence Acquire     [consumed, formatting]
//!                                            the slots below the slowest one are free
//! ```
//! A dead receiver blocks the sender for ever. A side that knows of the death discards its messages. It stores where the gap
//! begins before it stores `consumed`, so the next receiver knows exactly how many messages are lost.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::frame::Stamp;
use crate::generation::{COUNT_MASK, Generation};
use crate::geometry::{
    ATTACH_COUNT, CONSUMED, DETACHED_AT, DISCARDED_FROM, DISCARDING, Geometry, RECEIVER_NOTIFIES,
};
use crate::region::{Region, RegionMut};

/// Sender: the number of messages up to `newest` that `receiver` has not received. It is above the number of slots if `consumed`
/// claims messages that were not sent, or whose slots were used again. If no receiver of this generation has stored `consumed`,
/// it is the number of messages in slots.
pub(crate) fn pending<R: Region>(
    region: &R,
    geometry: &Geometry,
    generation: Generation,
    receiver: u32,
    newest: Stamp,
) -> u32 {
    let slots = geometry.slots();
    let word = region.load_fresh(geometry.receiver_line(receiver) + CONSUMED);
    match generation.count(word) {
        Some(count) => newest.next_low().wrapping_sub(count) & COUNT_MASK,
        None if newest.is_below(slots) => newest.next_low(),
        None => slots,
    }
}

/// Sender: the slowest receiver, and the number of messages up to `newest` that it has not received. One load for each receiver.
/// Use neither the result nor the slots before [`is_current`](Generation::is_current) has returned true.
pub(crate) fn slowest<R: Region>(
    region: &R,
    geometry: &Geometry,
    generation: Generation,
    newest: Stamp,
) -> (u32, u32) {
    let pending = |receiver| pending(region, geometry, generation, receiver, newest);
    let mut slowest = (0, pending(0));
    for receiver in 1..geometry.receivers() {
        let pending = pending(receiver);
        if pending > slowest.1 {
            slowest = (receiver, pending);
        }
    }
    slowest
}

/// A receiver's line, with the words of one generation. Every store of a receiver goes through it, so each store carries the tag.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Seat {
    line: usize,
    generation: Generation,
}

impl Seat {
    pub(crate) fn new(geometry: &Geometry, generation: Generation, receiver: u32) -> Self {
        Self::at(geometry.receiver_line(receiver), generation)
    }

    /// The seat whose line is at this offset.
    #[inline(always)]
    pub(crate) fn at(line: usize, generation: Generation) -> Self {
        Self { line, generation }
    }

    /// Where [`release`](Self::release) stores.
    #[inline(always)]
    pub(crate) fn consumed_at(self) -> usize {
        self.line + CONSUMED
    }

    /// Where the region says how the receiver notifies.
    #[inline(always)]
    pub(crate) fn notifies_at(self) -> usize {
        self.line + RECEIVER_NOTIFIES
    }

    /// Releases the slot of every message up to `last` to the sender.
    #[inline(always)]
    pub(crate) fn release<R: RegionMut>(self, region: &R, last: Stamp) {
        let word = self.generation.tagged(last.next_low());
        // consumed: every read of these slots comes before the sender's next use of them.
        region.store_through(self.consumed_at(), word, Release);
    }

    /// Whether a late store of an older generation replaced the word that [`release`](Self::release) stored.
    pub(crate) fn is_clobbered<R: Region>(self, region: &R) -> bool {
        self.consumed(region).is_none()
    }

    /// The low bits of the number of messages received in this seat; `None` if no receiver of this generation has stored it.
    #[inline(always)]
    pub(crate) fn consumed<R: Region>(self, region: &R) -> Option<u32> {
        self.count(region, CONSUMED)
    }

    /// How often a receiver has attached in this generation.
    #[inline(always)]
    pub(crate) fn attach_count<R: Region>(self, region: &R) -> u32 {
        self.count(region, ATTACH_COUNT).unwrap_or(0)
    }

    /// Whether a receiver has attached in this generation.
    #[inline(always)]
    pub(crate) fn has_attached<R: Region>(self, region: &R) -> bool {
        self.count(region, ATTACH_COUNT).is_some()
    }

    /// Whether the last receiver that attached has detached.
    pub(crate) fn has_detached<R: Region>(self, region: &R) -> bool {
        let attached = self.count(region, ATTACH_COUNT);
        attached.is_some() && self.count(region, DETACHED_AT) == attached
    }

    #[inline(always)]
    fn count<R: Region>(self, region: &R, word: usize) -> Option<u32> {
        self.generation.count(region.load_fresh(self.line + word))
    }

    /// Stores that one more receiver has attached. The count is never 0. Call it after [`consumed`](Self::consumed), which brings
    /// the line into this side's cache.
    pub(crate) fn attach<R: RegionMut>(self, region: &R) {
        let attached = region.load(self.line + ATTACH_COUNT);
        let count = match self.generation.untagged(attached) {
            count if count < COUNT_MASK => count + 1,
            _ => 1,
        };
        self.store(region, ATTACH_COUNT, count);
    }

    /// Stores that the receiver has detached.
    pub(crate) fn detach<R: RegionMut>(self, region: &R) {
        self.store(region, DETACHED_AT, self.attach_count(region));
    }

    #[inline(always)]
    fn store<R: RegionMut>(self, region: &R, word: usize, count: u32) {
        let word_at = self.line + word;
        region.store_through(word_at, self.generation.tagged(count), Relaxed);
    }

    /// Stores how the receiver notifies.
    pub(crate) fn say_notifies<R: RegionMut>(self, region: &R, bits: u32) {
        region.store_through(self.notifies_at(), bits, Relaxed);
    }

    /// Stores that messages from `from` on are discarded. Call it before `release`.
    pub(crate) fn begin_discarding<R: RegionMut>(self, region: &R, from: u64) {
        let at = self.line + DISCARDED_FROM;
        region.store(at, from as u32, Relaxed);
        region.store_through(at + 4, (from >> 32) as u32, Relaxed);
        // discarding: a side that sees this word sees where the gap begins.
        region.store_through(self.line + DISCARDING, self.generation.tagged(1), Release);
    }

    /// Whether there is an unreported gap, and where it begins. Call it after [`consumed`](Self::consumed), which brings the line
    /// into this side's cache.
    #[inline(always)]
    pub(crate) fn gap<R: Region>(self, region: &R) -> (bool, u64) {
        let discarding = region.load(self.line + DISCARDING);
        // discarding: pairs with the release in `begin_discarding`.
        region.fence(Acquire);
        let at = self.line + DISCARDED_FROM;
        let (low, high) = (region.load(at), region.load(at + 4));
        let from = u64::from(high) << 32 | u64::from(low);
        (discarding == self.generation.tagged(1), from)
    }

    /// Whether a late store of an older generation replaced the word that says whether there is a gap.
    #[inline(always)]
    pub(crate) fn is_gap_unknown<R: Region>(self, region: &R) -> bool {
        self.count(region, DISCARDING).is_none()
    }

    /// Stores that there is no gap, or that a receiver has reported it.
    pub(crate) fn clear_discarding<R: RegionMut>(self, region: &R) {
        self.store(region, DISCARDING, 0);
    }
}
