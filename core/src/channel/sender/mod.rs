//! The sender: the one side of a channel that sends messages.

mod attach;
mod notifying;
mod room;

use core::marker::PhantomData;
use core::sync::atomic::Ordering::Release;

use super::halves::SenderHalf;
use super::outcome::SendError;
use super::policy::Policy;
use crate::frame::{PAYLOAD, Stamp};
use crate::generation::Generation;
use crate::geometry::{CLOSED, CONSTANTS, Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wait::{Spin, Wait};
use crate::wakeup::Notifier;
use crate::{head, slot};

/// Sends messages over a region. A channel has one sender at a time; the caller must ensure that. On Linux a lock that the kernel
/// releases ensures it. On a chip the structure of the program does.
///
/// ```
/// use ramframe_core::channel::{Channel, Start};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::AtomicWords;
///
/// let memory = AtomicWords::array::<512>();
/// let region = AtomicWords::new(&memory);
/// Geometry::overwrite(8, 48).format(&region, 0)?;
///
/// let (sender, receiver) = Channel::overwrite(region).split();
/// let mut sender = sender.attach()?;
/// let mut receiver = receiver.attach(Start::Oldest)?;
/// sender.try_send(b"CIEPLO")?;
///
/// let mut buffer = [0; 48];
/// let message = receiver.try_recv(&mut buffer)?.message().unwrap();
/// assert_eq!((message.sequence, message.payload), (0, &b"CIEPLO"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Sender<R, P, W = Spin, G = Geometry> {
    pub(super) region: R,
    pub(super) geometry: G,
    notifier: Notifier<W>,
    /// The stamp of the newest message. Never read back from the region.
    newest: Stamp,
    epoch: u32,
    generation: Generation,
    /// How often senders of this generation have notified.
    notify_count: u32,
    /// Low half of the stamp at which the sender must check for room and for the generation again.
    limit: u32,
    policy: PhantomData<P>,
}

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Sends a message and returns its sequence. Never waits.
    ///
    /// Under backpressure the error may be [`SendError::Full`]: nothing was sent. Wait for room, then send again. Under overwrite
    /// every message that fits is sent.
    ///
    /// A sender checks the generation each time it has used all slots, and when there is no room. Until then a send into a region
    /// that was formatted may return `Ok`, and its message is lost.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// assert_eq!(sender.try_send(b"1")?, 0);
    /// assert_eq!(sender.try_send(b"2")?, 1);
    /// assert_eq!(sender.try_send(b"3"), Err(SendError::Full { receiver: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn try_send(&mut self, message: &[u8]) -> Result<u64, SendError> {
        let sequence = self.put(message)?;
        self.notify();
        Ok(sequence)
    }

    /// The write path for one message.
    #[inline]
    pub(super) fn put(&mut self, message: &[u8]) -> Result<u64, SendError> {
        let length = self.fits(message.len())?;
        let slot = self.claim()?;
        self.region.copy_in(slot + PAYLOAD, message);
        Ok(self.publish(slot, length))
    }

    #[inline]
    pub(super) fn fits(&self, len: usize) -> Result<u32, SendError> {
        let capacity = self.geometry().capacity();
        match u32::try_from(len) {
            Ok(length) if length <= capacity => Ok(length),
            _ => Err(SendError::TooLong { capacity }),
        }
    }

    /// Claims the next message's slot for a write.
    #[inline]
    pub(super) fn claim(&mut self) -> Result<usize, SendError> {
        if self.limit == self.newest.low() {
            self.renew_limit()?;
        }
        let geometry = self.geometry.geometry();
        let slot = geometry.slot_after(self.newest);
        P::begin_write(&self.region, slot, self.newest, geometry.slots());
        Ok(slot)
    }

    /// Stores the frame without its payload, then the head.
    #[inline]
    pub(super) fn publish(&mut self, slot: usize, length: u32) -> u64 {
        let stamp = self.newest.after();
        slot::publish(&self.region, slot, stamp, length, self.epoch);
        head::store(&self.region, self.geometry.geometry(), stamp);
        let sequence = self.newest.count();
        self.newest = stamp;
        sequence
    }

    /// Closes the channel: a receiver that has received everything gets Closed. Stores nothing if the region was formatted since
    /// this sender attached.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// sender.try_send(b"CIEPLO")?;
    /// sender.close();
    /// let mut buffer = [0; 48];
    /// assert!(receiver.try_recv(&mut buffer)?.message().is_some());
    /// assert_eq!(receiver.try_recv(&mut buffer)?, Event::Closed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn close(mut self) {
        if self.was_reformatted() {
            return;
        }
        // closed: a side that sees it sees everything published before.
        self.region
            .store_through(CONSTANTS + CLOSED, self.epoch, Release);
        self.notify_now();
    }

    /// Gives back the half of the channel, to attach again after [`SendError::Reformatted`]. Stores nothing: for receivers this
    /// sender has not closed.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// # drop(receiver);
    /// Geometry::backpressure(2, 48, 1).format(&AtomicWords::new(&memory), 0)?; // by another program
    /// assert_eq!(sender.try_send(b"CIEPLO"), Err(SendError::Reformatted));
    /// let mut sender = sender.into_half().attach()?;
    /// assert_eq!(sender.try_send(b"CIEPLO")?, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn into_half(self) -> SenderHalf<R, P, W, G> {
        SenderHalf::new(self.region, self.notifier.wait)
    }

    /// Sequence of the next message.
    pub fn next_sequence(&self) -> u64 {
        self.newest.count()
    }

    /// This sender's incarnation.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Whether the region was formatted since this side attached, or is being formatted. Then this side must not write to it.
    /// Attach again. Two loads.
    pub fn was_reformatted(&self) -> bool {
        !self.generation.is_current(&self.region)
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        self.geometry.geometry()
    }

    /// This side's [`Wait`].
    pub fn wait_mut(&mut self) -> &mut W {
        &mut self.notifier.wait
    }
}
