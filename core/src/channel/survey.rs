//! How a channel stands, for someone who only looks: no part in it, nothing written.

use core::sync::atomic::Ordering::Relaxed;

use super::outcome::AttachError;
use super::receiver::Receiver;
use super::recover::published;
use crate::layout::{CLOSED, EPOCH, Geometry, JOINED, LEFT, Layout, TAKEN};
use crate::region::Region;

/// A channel at one moment. Its words are read one after the other, so a busy channel may show two moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Survey {
    /// The geometry.
    pub layout: Layout,
    /// Messages published since the channel was formatted.
    pub sent: u64,
    /// The sender's incarnation; 0 if there was none yet.
    pub epoch: u32,
    /// Whether that one has left in good order.
    pub closed: bool,
}

/// One registered receiver of a backpressure channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Registered {
    /// Messages it has not taken; `None` if its word makes no sense.
    pub pending: Option<u32>,
    /// How often a receiver has attached here.
    pub joined: u32,
    /// Whether the last one left in good order.
    pub left: bool,
}

impl Survey {
    /// Looks at the channel in `region`. At most 64 accesses.
    pub fn of<R: Region>(region: &R) -> Result<Self, AttachError> {
        let layout = Layout::read(region)?;
        let sent = published(region, &layout)?;
        let epoch = region.peek(layout.session() + EPOCH);
        let closed = epoch != 0 && region.load(layout.session() + CLOSED, Relaxed) == epoch;
        Ok(Self {
            layout,
            sent,
            epoch,
            closed,
        })
    }

    /// Looks at receiver `index`; `None` if there is no such receiver.
    pub fn receiver<R: Region>(&self, region: &R, index: u32) -> Option<Registered> {
        if index >= self.layout.receivers() {
            return None;
        }
        let line = self.layout.receiver(index);
        let pending = (self.sent as u32).wrapping_sub(region.peek(line + TAKEN));
        let joined = region.load(line + JOINED, Relaxed);
        Some(Registered {
            pending: Some(pending).filter(|&pending| pending <= self.layout.slots()),
            joined,
            left: joined != 0 && region.load(line + LEFT, Relaxed) == joined,
        })
    }
}

impl<R: Region, P, W, G: Geometry> Receiver<R, P, W, G> {
    /// Looks at the channel that this receiver is on: [`Survey::of`].
    pub fn survey(&self) -> Result<Survey, AttachError> {
        Survey::of(&self.region)
    }
}
