//! The differences between the two overflow policies: under overwrite the sender marks a slot before it writes, under
//! backpressure a receiver releases a slot.

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

/// An overflow policy, as a type. A program that uses one policy contains no code of the other.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (mut sender, receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// use ramframe_core::channel::{Policy, SendError, Sender};
/// use ramframe_core::region::RegionMut;
///
/// /// Works with senders of both policies.
/// fn greet<R: RegionMut, P: Policy>(sender: &mut Sender<R, P>) -> Result<u64, SendError> {
///     sender.try_send(b"hello")
/// }
/// assert_eq!(greet(&mut sender)?, 0);
/// # drop(receiver);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Policy: sealed::Sealed {
    /// The policy as a value.
    const OVERFLOW: Overflow;

    /// What a receiver gives when it attaches: a [`Start`] under overwrite, its index under backpressure.
    type Place: Copy;

    /// Prepares the slot at `slot`, one of `slots`, for a write of the message after `last`.
    #[doc(hidden)]
    fn begin_write<R: RegionMut>(region: &R, slot: usize, last: Stamp, slots: u32);

    /// Whether the bytes read from `slot` belong to the message after `last`. Called after the slot's stamp showed that this
    /// message is published.
    #[doc(hidden)]
    fn verify<R: Region>(region: &R, geometry: &Geometry, slot: usize, last: Stamp) -> bool;
}

/// The steps of a receiver that depend on the policy. Under overwrite they store nothing, so read-only memory is enough.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
/// use ramframe_core::channel::{Receive, Receiver, RecvError};
/// use ramframe_core::region::Region;
///
/// /// Works with receivers of both policies.
/// fn count<R: Region, P: Receive<R>>(receiver: &mut Receiver<R, P>) -> Result<usize, RecvError> {
///     receiver.try_iter::<48>().try_fold(0, |count, event| event.map(|_| count + 1))
/// }
/// sender.try_send_batch(["CIEPLO", "ZIMNO"]).1?;
/// assert_eq!(count(&mut receiver)?, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Receive<R: Region>: Policy {
    /// Reads the channel, and finds where this receiver starts.
    #[doc(hidden)]
    fn take_place<G: GeometrySource>(
        region: &R,
        place: Self::Place,
    ) -> Result<Taken<G>, AttachError>;

    /// Stores that this receiver has attached.
    #[doc(hidden)]
    fn begin<W: Wait, G: GeometrySource>(receiver: &mut Receiver<R, Self, W, G>)
    where
        Self: Sized;

    /// Releases every slot up to message `last`.
    #[doc(hidden)]
    fn release<W: Wait>(region: &R, seat: Seat, last: Stamp, notifier: &mut Notifier<W>);

    /// Whether a late store of an older generation replaced the word that [`release`](Self::release) stored.
    #[doc(hidden)]
    fn is_clobbered(region: &R, seat: Seat) -> bool;

    /// Stores that a receiver has reported the discarded messages.
    #[doc(hidden)]
    fn clear_discarding(region: &R, seat: Seat);
}

/// The sender never waits. A lapped receiver learns how many messages it lost.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// for number in 0..5 {
///     sender.try_send(&[number])?;
/// }
/// let mut buffer = [0; 48];
/// assert_eq!(receiver.try_recv(&mut buffer)?, Event::Lagged(1));
/// assert_eq!(receiver.try_recv(&mut buffer)?.message().unwrap().payload, [1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Overwrite;

/// If the channel is full, the sender gets an error. No message is lost.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
/// sender.try_send_batch([b"1", b"2"]).1?;
/// assert_eq!(sender.try_send(b"3"), Err(SendError::Full { receiver: 0 }));
/// let mut buffer = [0; 48];
/// assert_eq!(receiver.try_recv(&mut buffer)?.message().unwrap().payload, b"1");
/// sender.try_send(b"3")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

    /// Does nothing, because the receivers have released the slot.
    #[inline(always)]
    fn begin_write<R: RegionMut>(_: &R, _: usize, _: Stamp, _: u32) {}

    /// Always true, because the sender does not touch the slot before this receiver releases it.
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
        let changes = last.count() as u32;
        if W::NOTIFY.on_request() {
            let notifies_at = seat.notifies_at();
            if notifier.begin_check(region, notifies_at, changes) {
                wakeup::before_room_check(region);
            }
            if wakeup::is_room_requested(region) {
                notifier.end_unfenced(region, notifies_at, changes);
                return notifier
                    .wait
                    .notify(region.address(seat.consumed_at()), true);
            }
        }
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
