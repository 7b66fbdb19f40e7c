//! The sender: the one side of a channel that puts messages in.

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

/// Sends messages over a region. There is one sender for a channel at a time; the caller must ensure that (on
/// Linux a lock that the kernel releases, on a chip the program's structure).
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
    /// Low half of the stamp after which there may be no room, or another generation.
    limit: u32,
    policy: PhantomData<P>,
}

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Sends a message, and returns its sequence. Never waits.
    ///
    /// Under backpressure the error may be [`SendError::Full`]: nothing was sent; wait for room, then send again. Under
    /// overwrite a message that fits is always sent. A format is noticed with the first message after all slots were used
    /// once, or when there is no room: until then a send may still say `Ok`, and its message is lost.
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

    /// Makes the next message's slot this side's own to write.
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

    /// Everything of the frame but its payload; then the head.
    #[inline]
    pub(super) fn publish(&mut self, slot: usize, length: u32) -> u64 {
        let stamp = self.newest.after();
        slot::publish(&self.region, slot, stamp, length, self.epoch);
        head::store(&self.region, self.geometry.geometry(), stamp);
        let sequence = self.newest.count();
        self.newest = stamp;
        sequence
    }

    /// Leaves for good: receivers that have received everything are told Closed. Says nothing in a region that was formatted
    /// since.
    pub fn close(mut self) {
        if self.was_reformatted() {
            return;
        }
        // closed: whoever sees it sees everything published before.
        self.region
            .store_through(CONSTANTS + CLOSED, self.epoch, Release);
        self.notify_now();
    }

    /// The half of the channel that this end was made of, to attach again after [`SendError::Reformatted`]. Says nothing to the
    /// receivers.
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

    /// Whether the region was formatted since this side attached, or is being formatted: then it is not this side's to write
    /// any more. Attach again. Two loads.
    pub fn was_reformatted(&self) -> bool {
        !self.generation.is_current(&self.region)
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        self.geometry.geometry()
    }

    /// This side's way of waiting.
    pub fn wait_mut(&mut self) -> &mut W {
        &mut self.notifier.wait
    }
}
