//! How a receiver begins, and how it leaves.

use core::marker::PhantomData;
use core::sync::atomic::Ordering::Relaxed;

use super::Receiver;
use crate::channel::outcome::{AttachError, Corruption};
use crate::channel::policy::{Backpressure, Overwrite, Receive};
use crate::channel::recover::{Opened, oldest, open};
use crate::geometry::{ATTACH_COUNT, CONSUMED, Const, ConstGeometry, GeometrySource, LEFT};
use crate::region::{Region, RegionMut};
use crate::wait::{Notifier, Spin, Wait};

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
        Self::listen(region, start)
    }
}

impl<R: RegionMut> Receiver<R, Backpressure> {
    /// Attaches as receiver number `receiver` of a backpressure channel, and continues where the one before stopped.
    pub fn backpressure(region: R, receiver: u32) -> Result<Self, AttachError> {
        Self::join(region, receiver)
    }

    /// Attaches in place of a receiver that is certainly dead, to free a sender that it holds: then
    /// [`discard_pending`](Self::discard_pending). The next real receiver is told how many were dropped.
    pub fn reclaim(region: R, receiver: u32) -> Result<Self, AttachError> {
        Self::sit(region, receiver)
    }
}

impl<R: Region, S: ConstGeometry> Receiver<R, Overwrite, Spin, Const<S>> {
    /// As [`Receiver::overwrite`], of a channel whose shape was known when this program was built: half the code.
    pub fn overwrite_fixed(region: R, start: Start) -> Result<Self, AttachError> {
        Self::listen(region, start)
    }
}

impl<R: RegionMut, S: ConstGeometry> Receiver<R, Backpressure, Spin, Const<S>> {
    /// As [`Receiver::backpressure`], of a channel whose shape was known when this program was built: half the
    /// code.
    pub fn backpressure_fixed(region: R, receiver: u32) -> Result<Self, AttachError> {
        Self::join(region, receiver)
    }
}

impl<R: Region, G: GeometrySource> Receiver<R, Overwrite, Spin, G> {
    fn listen(region: R, start: Start) -> Result<Self, AttachError> {
        let opened = open::<R, Overwrite, G>(&region, 0)?;
        let next = match start {
            Start::Oldest => oldest(&region, &opened.geometry, opened.head),
            Start::Next => opened.head,
        };
        Ok(Self::at(region, opened, 0, next))
    }
}

impl<R: RegionMut, G: GeometrySource> Receiver<R, Backpressure, Spin, G> {
    fn join(region: R, receiver: u32) -> Result<Self, AttachError> {
        let this = Self::sit(region, receiver)?;
        let line = this.geometry().receiver(receiver);
        let joined = this.region.load(line + ATTACH_COUNT, Relaxed);
        this.region
            .store_through(line + ATTACH_COUNT, joined.wrapping_add(1).max(1), Relaxed);
        Ok(this)
    }

    fn sit(region: R, receiver: u32) -> Result<Self, AttachError> {
        let opened = open::<R, Backpressure, G>(&region, receiver)?;
        let (geometry, head) = (opened.geometry.geometry(), opened.head);
        let pending =
            (head as u32).wrapping_sub(region.load_fresh(geometry.receiver(receiver) + CONSUMED));
        if pending > geometry.slots() || u64::from(pending) > head {
            return Err(AttachError::Corrupt {
                what: Corruption::Consumed { receiver },
            });
        }
        let next = head - u64::from(pending);
        let mut this = Self::at(region, opened, receiver, next);
        this.recall_dropped();
        Ok(this)
    }
}

impl<R: Region, P: Receive<R>, G: GeometrySource> Receiver<R, P, Spin, G> {
    fn at(region: R, opened: Opened<G>, receiver: u32, next: u64) -> Self {
        Self {
            region,
            geometry: opened.geometry,
            ringer: Notifier::new(Spin, next),
            next,
            epoch: 0,
            formatted: opened.formatted,
            receiver,
            told_closed: false,
            dropped: 0,
            told_dropped: false,
            policy: PhantomData,
        }
    }
}

impl<R: RegionMut, W: Wait, G: GeometrySource> Receiver<R, Backpressure, W, G> {
    /// Leaves in good order: what it has not taken stays for the next receiver of this index, however long that takes.
    pub fn detach(self) {
        let line = self.geometry().receiver(self.receiver);
        let joined = self.region.load(line + ATTACH_COUNT, Relaxed);
        self.region.store_through(line + LEFT, joined, Relaxed);
    }
}
