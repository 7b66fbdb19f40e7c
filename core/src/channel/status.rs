//! How a channel stands, for someone who only looks: no part in it, nothing written.

use core::sync::atomic::Ordering::Relaxed;

use super::outcome::AttachError;
use super::receiver::Receiver;
use super::recover::{ATTEMPTS, published};
use crate::geometry::{
    ATTACH_COUNT, CLOSED, CONSUMED, EPOCH, Geometry, GeometrySource, HEAD, LEFT,
};
use crate::region::Region;

/// A channel at one moment. Its words are read one after the other, so a busy channel may show two moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ChannelStatus {
    /// The geometry.
    pub geometry: Geometry,
    /// Messages published since the channel was formatted.
    pub sent: u64,
    /// The sender's incarnation; 0 if there was none since the channel was formatted.
    pub epoch: u32,
    /// Whether that one has left in good order.
    pub closed: bool,
}

/// One registered receiver of a backpressure channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReceiverStatus {
    /// Messages it has not taken of those that the survey counts; `None` if its word makes no sense.
    pub pending: Option<u32>,
    /// How often a receiver has attached here.
    pub attach_count: u32,
    /// Whether the last one left in good order.
    pub detached: bool,
}

impl ChannelStatus {
    /// Looks at the channel in `region`. At most 64 accesses.
    pub fn of<R: Region>(region: &R) -> Result<Self, AttachError> {
        let geometry = Geometry::read(region)?;
        let sent = published(region, &geometry)?;
        let epoch = region.load_fresh(geometry.session() + EPOCH);
        let closed = epoch != 0 && region.load(geometry.session() + CLOSED, Relaxed) == epoch;
        Ok(Self {
            geometry,
            sent,
            epoch,
            closed,
        })
    }

    /// Looks at receiver `index`; `None` if there is no such receiver.
    pub fn receiver<R: Region>(&self, region: &R, index: u32) -> Option<ReceiverStatus> {
        if index >= self.geometry.receivers() {
            return None;
        }
        let line = self.geometry.receiver(index);
        let pending = (0..ATTEMPTS).find_map(|_| self.pending(region, line));
        let joined = region.load(line + ATTACH_COUNT, Relaxed);
        Some(ReceiverStatus {
            pending,
            attach_count: joined,
            detached: joined != 0 && region.load(line + LEFT, Relaxed) == joined,
        })
    }

    /// How many of the messages that this survey knows of the receiver at `line` has not taken; `None` if its word makes no
    /// sense beside the head, or both were changing.
    fn pending<R: Region>(&self, region: &R, line: usize) -> Option<u32> {
        let slots = self.geometry.slots();
        let taken = region.load_fresh(line + CONSUMED);
        let head = region.load_fresh(self.geometry.head() + HEAD);
        // The head may lag by one message.
        let makes_sense = head.wrapping_add(1).wrapping_sub(taken) <= slots + 1;
        let pending = (self.sent as u32).wrapping_sub(taken);
        // More: it has taken some that came later, and all of these.
        makes_sense.then_some(if pending > slots { 0 } else { pending })
    }
}

impl<R: Region, P, W, G: GeometrySource> Receiver<R, P, W, G> {
    /// Looks at the channel that this receiver is on: [`ChannelStatus::of`].
    pub fn status(&self) -> Result<ChannelStatus, AttachError> {
        ChannelStatus::of(&self.region)
    }
}
