//! Where the two overflow policies differ: how a slot is claimed, how bytes are copied, how a slot is let go.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use crate::frame::{STAMP_LOW, Stamp};
use crate::geometry::{CONSUMED, GeometrySource, Overflow, SENDER_WAITING};
use crate::region::{Region, RegionMut};
use crate::wait::{Notifier, Wait};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Overwrite {}
    impl Sealed for super::Backpressure {}
}

/// An overflow policy, as a type: a program that uses one carries no code of the other.
pub trait Policy: sealed::Sealed {
    /// The same, as a value.
    const OVERFLOW: Overflow;

    /// Copies a payload into a claimed slot.
    #[doc(hidden)]
    fn copy_in<R: RegionMut>(region: &R, at: usize, from: &[u8]);

    /// Copies a payload out of a published slot.
    #[doc(hidden)]
    fn copy_out<R: Region>(region: &R, at: usize, to: &mut [u8]);

    /// Whether what was read of the slot at `slot` since it bore `stamp` is all of that one message.
    #[doc(hidden)]
    fn intact<R: Region>(region: &R, slot: usize, stamp: Stamp) -> bool;
}

/// What a receiver of a policy does with the region: under overwrite nothing, so read-only memory will do.
pub trait Receive<R: Region>: Policy {
    /// Lets the sender have every slot below `next` again.
    #[doc(hidden)]
    fn release<W: Wait>(
        region: &R,
        geometry: &impl GeometrySource,
        receiver: u32,
        next: u32,
        ringer: &mut Notifier<W>,
    );

    /// Notes that the receiver was told how many messages were dropped on its behalf.
    #[doc(hidden)]
    fn told(region: &R, geometry: &impl GeometrySource, receiver: u32);
}

/// The sender never waits; a receiver that is lapped learns how many messages it missed.
#[derive(Clone, Copy, Debug)]
pub struct Overwrite;

/// The sender is told that the channel is full; no message is lost.
#[derive(Clone, Copy, Debug)]
pub struct Backpressure;

impl Policy for Overwrite {
    const OVERFLOW: Overflow = Overflow::Overwrite;

    #[inline(always)]
    fn copy_in<R: RegionMut>(region: &R, at: usize, from: &[u8]) {
        region.copy_in(at, from);
    }

    #[inline(always)]
    fn copy_out<R: Region>(region: &R, at: usize, to: &mut [u8]) {
        region.copy_out(at, to);
    }

    #[inline(always)]
    fn intact<R: Region>(region: &R, slot: usize, stamp: Stamp) -> bool {
        // claim: if any of what was read comes from a later message, the stamp of that message is seen below.
        region.fence(Acquire);
        if region.load_fresh(slot + STAMP_LOW) != stamp.low() {
            return false;
        }
        // lap: the low half comes round again after 2^31 messages; the high half, stored before it, does not.
        region.fence(Acquire);
        region.load(slot + crate::frame::STAMP_HIGH, Relaxed) == stamp.high()
    }
}

impl<R: Region> Receive<R> for Overwrite {
    #[inline(always)]
    fn release<W: Wait>(_: &R, _: &impl GeometrySource, _: u32, _: u32, _: &mut Notifier<W>) {}

    fn told(_: &R, _: &impl GeometrySource, _: u32) {}
}

impl Policy for Backpressure {
    const OVERFLOW: Overflow = Overflow::Backpressure;

    #[inline(always)]
    fn copy_in<R: RegionMut>(region: &R, at: usize, from: &[u8]) {
        region.copy_in_exclusive(at, from);
    }

    #[inline(always)]
    fn copy_out<R: Region>(region: &R, at: usize, to: &mut [u8]) {
        region.copy_out_exclusive(at, to);
    }

    /// Always: the sender does not touch the slot before this receiver lets it go.
    #[inline(always)]
    fn intact<R: Region>(_: &R, _: usize, _: Stamp) -> bool {
        true
    }
}

impl<R: RegionMut> Receive<R> for Backpressure {
    #[inline(always)]
    fn release<W: Wait>(
        region: &R,
        geometry: &impl GeometrySource,
        receiver: u32,
        next: u32,
        ringer: &mut Notifier<W>,
    ) {
        let taken = geometry.geometry().receiver(receiver) + CONSUMED;
        // taken: everything read from the slots comes before the sender's next use of them.
        region.store_through(taken, next, Release);
        if W::NOTIFY.asks() {
            // room: either the sender sees this `taken` before it sleeps, or this side sees that it sleeps.
            region.fence(SeqCst);
            if region.load_fresh(geometry.geometry().session() + SENDER_WAITING) != 0 {
                return ringer.wait.notify(region.address(taken), true);
            }
        }
        if ringer.is_time(next) && ringer.ask(next) {
            ringer.wait.notify(region.address(taken), false);
        }
    }

    fn told(region: &R, geometry: &impl GeometrySource, receiver: u32) {
        region.store_through(
            geometry.geometry().receiver(receiver) + crate::geometry::DISCARDING,
            0,
            Relaxed,
        );
    }
}
