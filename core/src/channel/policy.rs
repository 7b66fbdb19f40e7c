//! Where the two overflow policies differ: whether a slot is marked while it is written, and whether it is let go.

use crate::credits::Seat;
use crate::frame::Stamp;
use crate::geometry::{Geometry, Overflow};
use crate::region::{Region, RegionMut};
use crate::slot;
use crate::wait::Wait;
use crate::wakeup::{self, Notifier};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Overwrite {}
    impl Sealed for super::Backpressure {}
}

/// An overflow policy, as a type: a program that uses one carries no code of the other.
pub trait Policy: sealed::Sealed {
    /// The same, as a value.
    const OVERFLOW: Overflow;

    /// Makes the slot at `slot`, one of `slots`, one that the message after `last` may be written to.
    #[doc(hidden)]
    fn begin_write<R: RegionMut>(region: &R, slot: usize, last: Stamp, slots: u32);

    /// Whether what was read of the slot of the message after `last`, since it said that this is published, is of that message.
    #[doc(hidden)]
    fn verify<R: Region>(region: &R, geometry: &Geometry, last: Stamp) -> bool;
}

/// What a receiver of a policy does with the region: under overwrite nothing, so read-only memory will do.
pub trait Receive<R: Region>: Policy {
    /// Lets the sender have every slot up to message `last` again.
    #[doc(hidden)]
    fn release<W: Wait>(region: &R, seat: Seat, last: Stamp, notifier: &mut Notifier<W>);

    /// Whether a late store of an older generation took the place of what [`release`](Self::release) stored.
    #[doc(hidden)]
    fn is_clobbered(region: &R, seat: Seat) -> bool;

    /// Notes that the receiver was told how many messages were discarded on its behalf.
    #[doc(hidden)]
    fn clear_discarding(region: &R, seat: Seat);

    /// Says how the receiver notifies.
    #[doc(hidden)]
    fn say_notifies<W: Wait>(region: &R, seat: Seat);
}

/// The sender never waits; a receiver that is lapped learns how many messages it lost.
#[derive(Clone, Copy, Debug)]
pub struct Overwrite;

/// The sender is told that the channel is full; no message is lost.
#[derive(Clone, Copy, Debug)]
pub struct Backpressure;

impl Policy for Overwrite {
    const OVERFLOW: Overflow = Overflow::Overwrite;

    #[inline(always)]
    fn begin_write<R: RegionMut>(region: &R, slot: usize, last: Stamp, slots: u32) {
        slot::begin_write(region, slot, last, slots);
    }

    #[inline(always)]
    fn verify<R: Region>(region: &R, geometry: &Geometry, last: Stamp) -> bool {
        slot::verify(region, geometry, last)
    }
}

impl<R: Region> Receive<R> for Overwrite {
    #[inline(always)]
    fn release<W: Wait>(_: &R, _: Seat, _: Stamp, _: &mut Notifier<W>) {}

    #[inline(always)]
    fn is_clobbered(_: &R, _: Seat) -> bool {
        false
    }

    #[inline(always)]
    fn clear_discarding(_: &R, _: Seat) {}

    #[inline(always)]
    fn say_notifies<W: Wait>(_: &R, _: Seat) {}
}

impl Policy for Backpressure {
    const OVERFLOW: Overflow = Overflow::Backpressure;

    /// Nothing to do: the receivers have let the slot go.
    #[inline(always)]
    fn begin_write<R: RegionMut>(_: &R, _: usize, _: Stamp, _: u32) {}

    /// Always: the sender does not touch the slot before this receiver lets it go.
    #[inline(always)]
    fn verify<R: Region>(_: &R, _: &Geometry, _: Stamp) -> bool {
        true
    }
}

impl<R: RegionMut> Receive<R> for Backpressure {
    #[inline(always)]
    fn release<W: Wait>(region: &R, seat: Seat, last: Stamp, notifier: &mut Notifier<W>) {
        seat.release(region, last);
        if W::NOTIFY.on_request() && wakeup::is_room_requested(region) {
            return notifier
                .wait
                .notify(region.address(seat.consumed_at()), true);
        }
        let changes = last.count() as u32;
        if notifier.is_time(changes) && notifier.ask(changes) {
            notifier
                .wait
                .notify(region.address(seat.consumed_at()), false);
        }
    }

    fn is_clobbered(region: &R, seat: Seat) -> bool {
        seat.is_clobbered(region)
    }

    fn clear_discarding(region: &R, seat: Seat) {
        seat.clear_discarding(region);
    }

    fn say_notifies<W: Wait>(region: &R, seat: Seat) {
        seat.say_notifies(region, W::NOTIFY.bits());
    }
}
