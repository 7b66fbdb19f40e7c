//! The state of a channel, for a program that only reads. It takes no part in the channel and writes nothing.

use super::outcome::AttachError;
use super::receiver::Receiver;
use crate::credits::{Seat, pending};
use crate::frame::Stamp;
use crate::generation::{self, Generation};
use crate::geometry::{CLOSED, CONSTANTS, Geometry, GeometryError, GeometrySource, Name};
use crate::head::{self, ATTEMPTS};
use crate::region::Region;

/// The state of a channel. Its words are read one after the other, so the values may come from two moments while the channel is
/// busy.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// # let (mut sender, _receiver) = (sender.attach()?, receiver.attach(0)?);
/// use ramframe_core::channel::ChannelStatus;
///
/// sender.try_send(b"CIEPLO")?;
/// let region = AtomicWords::new(&memory); // often of another process, read-only
/// let status = ChannelStatus::of(&region)?;
/// assert_eq!((status.sent, status.epoch, status.closed), (1, sender.epoch(), false));
/// let receiver = status.receiver(&region, 0).unwrap();
/// assert_eq!((receiver.pending, receiver.attach_count, receiver.detached), (Some(1), 1, false));
/// assert_eq!((status.restarts, receiver.discarded), (0, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ChannelStatus {
    /// The geometry.
    pub geometry: Geometry,
    /// The name; empty if the channel has none, `None` if the bytes at its place are no name.
    pub name: Option<Name>,
    /// Messages published since the channel was formatted.
    pub sent: u64,
    /// The sender's incarnation; 0 if there was none since the channel was formatted.
    pub epoch: u32,
    /// How often a sender has attached again since the channel was formatted: its incarnations, without the first.
    pub restarts: u32,
    /// Whether the sender of `epoch` has closed.
    pub closed: bool,
    /// The generation: a number that differs from that of the previous format. With a seed it does not count the formats.
    pub generation: u32,
}

/// One registered receiver of a backpressure channel.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// # let (mut sender, receiver) = (sender.attach()?, receiver.attach(0)?);
/// sender.try_send(b"CIEPLO")?;
/// let region = AtomicWords::new(&memory);
/// let status = Channel::backpressure(AtomicWords::new(&memory)).status()?;
/// assert_eq!(status.receiver(&region, 0).unwrap().pending, Some(1));
/// receiver.detach();
/// assert!(status.receiver(&region, 0).unwrap().detached);
/// assert_eq!(status.receiver(&region, 1), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReceiverStatus {
    /// The number of messages that it has not received, of those that the status counts. `None` if its `consumed` word
    /// contradicts the head.
    pub pending: Option<u32>,
    /// How often a receiver has attached here since the channel was formatted.
    pub attach_count: u32,
    /// Whether the last one has detached.
    pub detached: bool,
    /// The number of messages that were discarded in its place and that no receiver has been told of yet. The region does not keep
    /// a total.
    pub discarded: u64,
}

impl ChannelStatus {
    /// Reads the state of the channel in `region`. At most 78 accesses.
    pub fn of<R: Region>(region: &R) -> Result<Self, AttachError> {
        let (geometry, generation) = generation::attach::<R, Geometry>(region)?;
        let name = Name::load(region);
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
            name,
            sent: sent?.count(),
            epoch: epoch.unwrap_or(0),
            restarts: epoch.map_or(0, |epoch| generation.epochs_before(epoch)),
            closed,
            generation: generation.number(),
        })
    }

    /// Reads the state of receiver `index`. `None` if there is no such receiver, or if the channel was formatted after this
    /// status was read.
    pub fn receiver<R: Region>(&self, region: &R, index: u32) -> Option<ReceiverStatus> {
        let (_, generation) = generation::attach::<R, Geometry>(region).ok()?;
        let known = index < self.geometry.receivers() && generation.number() == self.generation;
        known.then(|| self.read_receiver(region, generation, index))
    }

    fn read_receiver<R: Region>(
        &self,
        region: &R,
        generation: Generation,
        index: u32,
    ) -> ReceiverStatus {
        let seat = Seat::new(&self.geometry, generation, index);
        let pending = (0..ATTEMPTS).find_map(|_| self.pending(region, generation, index));
        let consumed = self.sent - u64::from(pending.unwrap_or(0)).min(self.sent);
        let discarded = match seat.gap(region) {
            (true, from) if pending.is_some() => consumed.saturating_sub(from),
            _ => 0,
        };
        ReceiverStatus {
            pending,
            attach_count: seat.attach_count(region),
            detached: seat.has_detached(region),
            discarded,
        }
    }

    /// The number of messages that receiver `index` has not received, of those that this status counts. `None` if its `consumed`
    /// word contradicts the head, or if both words changed during the read.
    fn pending<R: Region>(&self, region: &R, generation: Generation, index: u32) -> Option<u32> {
        let slots = self.geometry.slots();
        let pending_of = |newest| pending(region, &self.geometry, generation, index, newest);
        let pending = pending_of(Stamp::of_count(self.sent));
        if pending <= slots {
            return Some(pending);
        }
        // It may have received all of these, and some that were sent later. The head then agrees.
        let newest = head::find(region, &self.geometry).ok()?;
        (pending_of(newest) <= slots).then_some(0)
    }
}

impl<R: Region, P, W, G: GeometrySource> Receiver<R, P, W, G> {
    /// Reads the state of the channel that this receiver is attached to: [`ChannelStatus::of`].
    pub fn status(&self) -> Result<ChannelStatus, AttachError> {
        ChannelStatus::of(&self.region)
    }
}
