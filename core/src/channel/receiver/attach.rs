//! How a receiver begins, and how it leaves.

use core::marker::PhantomData;
use core::sync::atomic::Ordering::Relaxed;

use super::Receiver;
use crate::channel::outcome::{AttachError, What};
use crate::channel::policy::{Backpressure, Overwrite, Policy};
use crate::channel::recover::{oldest, published};
use crate::layout::{FORMATTED, JOINED, LEFT, Layout, TAKEN};
use crate::region::{Region, RegionMut};
use crate::wait::{Spin, Wait};

/// Where a receiver of an overwrite channel starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
        let layout = open::<R, Overwrite>(&region)?;
        let head = published(&region, &layout)?;
        let next = match start {
            Start::Oldest => oldest(&region, &layout, head),
            Start::Next => head,
        };
        Ok(Self::at(region, layout, 0, next))
    }
}

impl<R: RegionMut> Receiver<R, Backpressure> {
    /// Attaches as receiver number `receiver` of a backpressure channel, and continues where the one before stopped.
    pub fn backpressure(region: R, receiver: u32) -> Result<Self, AttachError> {
        let this = Self::stand_in(region, receiver)?;
        let line = this.layout.receiver(receiver);
        this.region.poke(
            line + JOINED,
            this.region.peek(line + JOINED).wrapping_add(1).max(1),
            Relaxed,
        );
        Ok(this)
    }

    /// Attaches in place of a receiver that is certainly dead, to free a sender that it holds: then
    /// [`drop_pending`](Self::drop_pending). The next real receiver is told how many were dropped.
    pub fn stand_in(region: R, receiver: u32) -> Result<Self, AttachError> {
        let layout = open::<R, Backpressure>(&region)?;
        if receiver >= layout.receivers() {
            return Err(AttachError::NoSuchReceiver {
                receivers: layout.receivers(),
            });
        }
        let head = published(&region, &layout)?;
        let pending = (head as u32).wrapping_sub(region.peek(layout.receiver(receiver) + TAKEN));
        if pending > layout.slots() || u64::from(pending) > head {
            return Err(AttachError::Corrupt {
                what: What::Taken { receiver },
            });
        }
        let next = head - u64::from(pending);
        let mut this = Self::at(region, layout, receiver, next);
        this.recall_dropped();
        Ok(this)
    }
}

fn open<R: Region, P: Policy>(region: &R) -> Result<Layout, AttachError> {
    let layout = Layout::read(region)?;
    if layout.overflow() == P::OVERFLOW {
        Ok(layout)
    } else {
        Err(AttachError::Policy)
    }
}

impl<R: Region, P: Policy> Receiver<R, P> {
    fn at(region: R, layout: Layout, receiver: u32, next: u64) -> Self {
        let formatted = region.peek(FORMATTED);
        let (wait, policy) = (Spin, PhantomData);
        Self {
            region,
            layout,
            wait,
            next,
            epoch: 0,
            formatted,
            receiver,
            told_closed: false,
            dropped: 0,
            policy,
        }
    }
}

impl<R: RegionMut, W: Wait> Receiver<R, Backpressure, W> {
    /// Leaves in good order: what it has not taken stays for the next receiver of this index, however long that takes.
    pub fn leave(self) {
        let line = self.layout.receiver(self.receiver);
        self.region
            .poke(line + LEFT, self.region.peek(line + JOINED), Relaxed);
    }
}
