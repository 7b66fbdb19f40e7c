//! How a channel stands, for someone who only looks: no part in it, nothing written.

use super::outcome::AttachError;
use super::receiver::Receiver;
use crate::credits::{Seat, pending};
use crate::frame::Stamp;
use crate::generation::{self, Generation};
use crate::geometry::{CLOSED, CONSTANTS, Geometry, GeometryError, GeometrySource};
use crate::head::{self, ATTEMPTS};
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
    /// Whether that one has closed.
    pub closed: bool,
    /// The number of this format. It differs from that of the format before; with a seed it is no count.
    pub generation: u32,
}

/// One registered receiver of a backpressure channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReceiverStatus {
    /// Messages it has not received of those that the status counts; `None` if its word makes no sense.
    pub pending: Option<u32>,
    /// How often a receiver has attached here since the channel was formatted.
    pub attach_count: u32,
    /// Whether the last one has detached.
    pub detached: bool,
}

impl ChannelStatus {
    /// Looks at the channel in `region`. At most 72 accesses.
    pub fn of<R: Region>(region: &R) -> Result<Self, AttachError> {
        let (geometry, generation) = generation::attach::<R, Geometry>(region)?;
        let epoch = generation.sender_epoch(region);
        let sent = match epoch {
            Some(_) => head::find(region, &geometry),
            None => Ok(Stamp::UNUSED),
        };
        let closed = epoch == Some(region.load(CONSTANTS + CLOSED));
        if !generation.is_current(region) {
            return Err(GeometryError::Unformatted.into());
        }
        Ok(Self {
            geometry,
            sent: sent?.count(),
            epoch: epoch.unwrap_or(0),
            closed,
            generation: generation.number(),
        })
    }

    /// Looks at receiver `index`; `None` if there is no such receiver, or the channel was formatted since.
    pub fn receiver<R: Region>(&self, region: &R, index: u32) -> Option<ReceiverStatus> {
        let (_, generation) = generation::attach::<R, Geometry>(region).ok()?;
        let known = index < self.geometry.receivers() && generation.number() == self.generation;
        known.then(|| self.look_at(region, generation, index))
    }

    fn look_at<R: Region>(&self, region: &R, generation: Generation, index: u32) -> ReceiverStatus {
        let seat = Seat::new(&self.geometry, generation, index);
        ReceiverStatus {
            pending: (0..ATTEMPTS).find_map(|_| self.pending(region, generation, index)),
            attach_count: seat.attach_count(region),
            detached: seat.has_detached(region),
        }
    }

    /// How many of the messages that this status knows of receiver `index` has not received; `None` if its word makes no
    /// sense beside the head, or both were changing.
    fn pending<R: Region>(&self, region: &R, generation: Generation, index: u32) -> Option<u32> {
        let slots = self.geometry.slots();
        let pending_of = |newest| pending(region, &self.geometry, generation, index, newest);
        let pending = pending_of(Stamp::of_count(self.sent));
        if pending <= slots {
            return Some(pending);
        }
        // It has received some that came later, and all of these: if the head says so too.
        let newest = head::find(region, &self.geometry).ok()?;
        (pending_of(newest) <= slots).then_some(0)
    }
}

impl<R: Region, P, W, G: GeometrySource> Receiver<R, P, W, G> {
    /// Looks at the channel that this receiver is on: [`ChannelStatus::of`].
    pub fn status(&self) -> Result<ChannelStatus, AttachError> {
        ChannelStatus::of(&self.region)
    }
}
