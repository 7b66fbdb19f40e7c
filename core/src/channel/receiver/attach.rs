//! How a receiver begins, and how it leaves.

use core::marker::PhantomData;

use super::{Flags, Receiver};
use crate::channel::open::{Found, open};
use crate::channel::outcome::{AttachError, Corruption};
use crate::channel::policy::{Backpressure, Overwrite, Receive};
use crate::credits::Seat;
use crate::frame::Stamp;
use crate::generation::COUNT_MASK;
use crate::geometry::{Const, ConstGeometry, Geometry, GeometrySource};
use crate::head;
use crate::region::{Region, RegionMut};
use crate::wait::{Spin, Wait};
use crate::wakeup::Notifier;

/// Where a receiver of an overwrite channel starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Start {
    /// With the oldest message still there.
    #[default]
    Oldest,
    /// With the next message to be sent.
    Next,
}

impl<R: Region> Receiver<R, Overwrite> {
    /// Attaches to an overwrite channel. Writes nothing.
    pub fn overwrite(region: R, start: Start) -> Result<Self, AttachError> {
        Self::attach_reading(region, start)
    }
}

impl<R: RegionMut> Receiver<R, Backpressure> {
    /// Attaches as receiver number `receiver` of a backpressure channel, and continues where the one before stopped.
    pub fn backpressure(region: R, receiver: u32) -> Result<Self, AttachError> {
        Self::attach_seat(region, receiver)
    }

    /// Attaches in place of a receiver that is certainly dead, to free a sender that it holds: then
    /// [`discard_pending`](Self::discard_pending). The next real receiver is told how many were discarded.
    pub fn reclaim(region: R, receiver: u32) -> Result<Self, AttachError> {
        Self::take_over(region, receiver)
    }
}

impl<R: Region, S: ConstGeometry> Receiver<R, Overwrite, Spin, Const<S>> {
    /// As [`Receiver::overwrite`], of a channel whose geometry was known when this program was built: about half the code.
    pub fn overwrite_fixed(region: R, start: Start) -> Result<Self, AttachError> {
        Self::attach_reading(region, start)
    }
}

impl<R: RegionMut, S: ConstGeometry> Receiver<R, Backpressure, Spin, Const<S>> {
    /// As [`Receiver::backpressure`], of a channel whose geometry was known when this program was built: about half
    /// the code.
    pub fn backpressure_fixed(region: R, receiver: u32) -> Result<Self, AttachError> {
        Self::attach_seat(region, receiver)
    }
}

impl<R: Region, G: GeometrySource> Receiver<R, Overwrite, Spin, G> {
    fn attach_reading(region: R, start: Start) -> Result<Self, AttachError> {
        let found = open::<R, Overwrite, G>(&region)?;
        let last = match start {
            Start::Oldest => head::before_oldest(&region, found.geometry.geometry(), found.newest),
            Start::Next => found.newest,
        };
        Ok(Self::new(region, found, 0, last))
    }
}

impl<R: RegionMut, G: GeometrySource> Receiver<R, Backpressure, Spin, G> {
    fn attach_seat(region: R, receiver: u32) -> Result<Self, AttachError> {
        let mut this = Self::take_over(region, receiver)?;
        let seat = this.seat();
        // In this order: a seat whose count is this generation's has the words before it of this generation too. And where
        // progress is lost, `consumed` waits until that is told.
        if !this.is_progress_lost() {
            this.release();
        }
        if !this.flags.has(Flags::GAP) {
            seat.clear_discarding(&this.region);
        }
        seat.attach(&this.region);
        seat.say_notifies(&this.region, Spin::NOTIFY.bits());
        Ok(this)
    }

    fn take_over(region: R, receiver: u32) -> Result<Self, AttachError> {
        let found = open::<R, Backpressure, G>(&region)?;
        let geometry = found.geometry.geometry();
        let receivers = geometry.receivers();
        if receiver >= receivers {
            return Err(AttachError::NoSuchReceiver { receivers });
        }
        let seat = Seat::new(geometry, found.generation, receiver);
        let (pending, progress_lost) = pending(&region, geometry, seat, found.newest);
        // A word of another generation says nothing, but one whose tag came round again would.
        found.generation.confirm(&region)?;
        let what = Corruption::Consumed { receiver };
        let start = (pending <= geometry.slots()).then(|| found.newest.before(pending));
        let last = start.flatten().ok_or(AttachError::Corrupt { what })?;
        let mut this = Self::new(region, found, receiver, last);
        let (has_gap, from) = seat.gap(&this.region);
        this.gap = from;
        // A gap that is known counts everything up to the head.
        match has_gap {
            true => this.flags.set(Flags::GAP),
            false => this.flags.set_if(Flags::PROGRESS_LOST, progress_lost),
        }
        Ok(this)
    }
}

/// How many messages up to `newest` the receivers of `seat` have not received, and whether their progress is lost. More than
/// there are slots if they claim to have received what was not sent.
#[inline]
fn pending<R: Region>(region: &R, geometry: &Geometry, seat: Seat, newest: Stamp) -> (u32, bool) {
    let attached = seat.has_attached(region);
    if let Some(count) = seat.consumed(region) {
        let pending = newest.next_low().wrapping_sub(count) & COUNT_MASK;
        return (pending, attached && seat.is_gap_unknown(region));
    }
    match !attached && newest.is_below(geometry.slots() + 1) {
        true => (newest.next_low(), false),
        false => (0, true),
    }
}

impl<R: Region, P: Receive<R>, G: GeometrySource> Receiver<R, P, Spin, G> {
    fn new(region: R, found: Found<G>, receiver: u32, last: Stamp) -> Self {
        let line = found.geometry.geometry().receiver_line(receiver);
        Self {
            region,
            geometry: found.geometry,
            notifier: Notifier::new(Spin, last),
            last,
            epoch: found.generation.no_epoch(),
            generation: found.generation,
            line,
            flags: Flags::sender_seen(found.has_sender()),
            gap: 0,
            policy: PhantomData,
        }
    }
}

impl<R: RegionMut, W: Wait, G: GeometrySource> Receiver<R, Backpressure, W, G> {
    /// Leaves for good: what it has not received stays for the next receiver of this index, however long that takes. Says
    /// nothing in a region that was formatted since.
    pub fn detach(self) {
        if !self.was_reformatted() {
            self.seat().detach(&self.region);
        }
    }
}
