//! Where the two overflow policies differ: whether a slot is marked while it is written, and whether a receiver gives it back.

use super::outcome::AttachError;
use super::receiver::{Receiver, Start, Taken};
use crate::credits::Seat;
use crate::frame::Stamp;
use crate::geometry::{Geometry, GeometrySource, Overflow};
use crate::region::{Region, RegionMut};
use crate::slot;
use crate::wait::{Spin, Wait};
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

    /// What a receiver says when it attaches: where it starts, or its index.
    type Place: Copy;

    /// Makes the slot at `slot`, one of `slots`, one that the message after `last` may be written to.
    #[doc(hidden)]
    fn begin_write<R: RegionMut>(region: &R, slot: usize, last: Stamp, slots: u32);

    /// Whether what was read of `slot` since it said that the message after `last` is published, is of that message.
    #[doc(hidden)]
    fn verify<R: Region>(region: &R, geometry: &Geometry, slot: usize, last: Stamp) -> bool;
}

/// What a receiver of a policy does with the region: under overwrite nothing, so read-only memory will do.
pub trait Receive<R: Region>: Policy {
    /// Finds the channel, and the place in it that a receiver takes.
    #[doc(hidden)]
    fn take_place<G: GeometrySource>(
        region: &R,
        place: Self::Place,
    ) -> Result<Taken<G>, AttachError>;

    /// Says in the region that this receiver has attached.
    #[doc(hidden)]
    fn begin<W: Wait, G: GeometrySource>(receiver: &mut Receiver<R, Self, W, G>)
    where
        Self: Sized;

    /// Gives every slot up to message `last` back to the sender.
    #[doc(hidden)]
    fn release<W: Wait>(region: &R, seat: Seat, last: Stamp, notifier: &mut Notifier<W>);

    /// Whether a late store of an older generation took the place of what [`release`](Self::release) stored.
    #[doc(hidden)]
    fn is_clobbered(region: &R, seat: Seat) -> bool;

    /// Notes that the receiver was told how many messages were discarded on its behalf.
    #[doc(hidden)]
    fn clear_discarding(region: &R, seat: Seat);
}

/// The sender never waits; a receiver that is lapped learns how many messages it lost.
#[derive(Clone, Copy, Debug)]
pub struct Overwrite;

/// The sender is told that the channel is full; no message is lost.
#[derive(Clone, Copy, Debug)]
pub struct Backpressure;

impl Policy for Overwrite {
    const OVERFLOW: Overflow = Overflow::Overwrite;
    type Place = Start;

    #[inline(always)]
    fn begin_write<R: RegionMut>(region: &R, slot: usize, last: Stamp, slots: u32) {
        slot::begin_write(region, slot, last, slots);
    }

    #[inline(always)]
    fn verify<R: Region>(region: &R, geometry: &Geometry, slot: usize, last: Stamp) -> bool {
        slot::verify(region, geometry, slot, last)
    }
}

impl<R: Region> Receive<R> for Overwrite {
    fn take_place<G: GeometrySource>(region: &R, start: Start) -> Result<Taken<G>, AttachError> {
        Receiver::<R, Self, Spin, G>::find_start(region, start)
    }

    #[inline(always)]
    fn begin<W: Wait, G: GeometrySource>(_: &mut Receiver<R, Self, W, G>) {}

    #[inline(always)]
    fn release<W: Wait>(_: &R, _: Seat, _: Stamp, _: &mut Notifier<W>) {}

    #[inline(always)]
    fn is_clobbered(_: &R, _: Seat) -> bool {
        false
    }

    #[inline(always)]
    fn clear_discarding(_: &R, _: Seat) {}
}

impl Policy for Backpressure {
    const OVERFLOW: Overflow = Overflow::Backpressure;
    type Place = u32;

    /// Nothing to do: the receivers have given the slot back.
    #[inline(always)]
    fn begin_write<R: RegionMut>(_: &R, _: usize, _: Stamp, _: u32) {}

    /// Always: the sender does not touch the slot before this receiver gives it back.
    #[inline(always)]
    fn verify<R: Region>(_: &R, _: &Geometry, _: usize, _: Stamp) -> bool {
        true
    }
}

impl<R: RegionMut> Receive<R> for Backpressure {
    fn take_place<G: GeometrySource>(region: &R, index: u32) -> Result<Taken<G>, AttachError> {
        Receiver::<R, Self, Spin, G>::take_over(region, index)
    }

    fn begin<W: Wait, G: GeometrySource>(receiver: &mut Receiver<R, Self, W, G>) {
        receiver.begin();
    }

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
}
