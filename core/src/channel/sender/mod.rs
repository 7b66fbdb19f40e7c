//! The one side of a channel that puts messages in.

mod ringing;
mod room;

use core::marker::PhantomData;
use core::sync::atomic::Ordering::{Relaxed, Release};

use super::outcome::{AttachError, SendError};
use super::policy::{Backpressure, Overwrite, Policy};
use super::recover::open;
use crate::frame::{PAYLOAD, STAMP_HIGH, STAMP_LOW, Stamp};
use crate::geometry::{
    CLOSED, Const, ConstGeometry, EPOCH, Geometry, GeometrySource, HEAD, NOTIFY_SEQ,
    SENDER_WAITING, was_reformatted,
};
use crate::region::RegionMut;
use crate::wait::{Notifier, Spin, Wait};

/// Sends messages over a region. There is one sender for a channel at a time; keeping it so is the caller's part (on
/// Linux a lock that the kernel releases, on a chip the program's structure).
///
/// ```
/// use ramframe_core::channel::{Receiver, Sender, Start};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::words::AtomicWords;
///
/// let memory = AtomicWords::array::<256>();
/// let region = AtomicWords::new(&memory);
/// Geometry::overwrite(8, 48).format(&region, 0)?;
///
/// let mut sender = Sender::overwrite(region)?;
/// let mut receiver = Receiver::overwrite(region, Start::Oldest)?;
/// sender.send(b"CIEPLO")?;
///
/// let mut buffer = [0; 48];
/// let header = receiver.recv(&mut buffer)?;
/// assert_eq!((header.sequence, &buffer[..header.len]), (0, &b"CIEPLO"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Sender<R, P, W = Spin, G = Geometry> {
    pub(super) region: R,
    pub(super) geometry: G,
    ringer: Notifier<W>,
    /// Sequence of the next message. Never read back from the region.
    next: u64,
    epoch: u32,
    formatted: u32,
    bell: u32,
    /// Low bits of the first sequence for which there may be no room; moves when the receivers' words are read.
    limit: u32,
    /// Whether there was a sender before.
    takes_over: bool,
    policy: PhantomData<P>,
}

impl<R: RegionMut> Sender<R, Overwrite> {
    /// Attaches as the sender of an overwrite channel, wherever the one before stopped. See [`Sender::backpressure`].
    pub fn overwrite(region: R) -> Result<Self, AttachError> {
        Self::attach(region)
    }
}

impl<R: RegionMut> Sender<R, Backpressure> {
    /// Attaches as the sender of a backpressure channel, wherever the one before stopped: continues its sequence, repairs
    /// the head, and starts a new epoch. Where caches do not cohere it invalidates everything behind the constants.
    pub fn backpressure(region: R) -> Result<Self, AttachError> {
        Self::attach(region)
    }
}

impl<R: RegionMut, S: ConstGeometry> Sender<R, Overwrite, Spin, Const<S>> {
    /// As [`Sender::overwrite`], of a channel whose shape was known when this program was built: half the code.
    pub fn overwrite_fixed(region: R) -> Result<Self, AttachError> {
        Self::attach(region)
    }
}

impl<R: RegionMut, S: ConstGeometry> Sender<R, Backpressure, Spin, Const<S>> {
    /// As [`Sender::backpressure`], of a channel whose shape was known when this program was built: half the code.
    pub fn backpressure_fixed(region: R) -> Result<Self, AttachError> {
        Self::attach(region)
    }
}

impl<R: RegionMut, P: Policy, G: GeometrySource> Sender<R, P, Spin, G> {
    fn attach(region: R) -> Result<Self, AttachError> {
        let opened = open::<R, P, G>(&region, 0)?;
        let (geometry, next) = (opened.geometry.geometry(), opened.head);
        let session = geometry.session();
        // Another side may have written these lines before: what this one remembers of them would go back with its stores.
        region.invalidate(session, geometry.end() - session);
        let last = region.load(session + EPOCH, Relaxed);
        let epoch = match last {
            0 => opened.formatted,
            last => last.wrapping_add(1).max(1),
        };
        // epoch: whoever sees the new epoch, or any other word of this sender's, sees all that earlier senders stored.
        region.fence(Release);
        // Repairs what a sender left that died between its two stores.
        region.store_through(geometry.head() + HEAD, next as u32, Relaxed);
        region.store(session + EPOCH, epoch, Relaxed);
        region.store_through(session + SENDER_WAITING, 0, Relaxed);
        let bell = region.load(session + NOTIFY_SEQ, Relaxed);
        let limit = next as u32;
        Ok(Self {
            region,
            geometry: opened.geometry,
            ringer: Notifier::new(Spin, next),
            next,
            epoch,
            formatted: opened.formatted,
            bell,
            limit,
            takes_over: last != 0,
            policy: PhantomData,
        })
    }
}

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// The same sender, waiting and ringing another way. If that rings at all, and there was a sender before, it rings now: a
    /// receiver may sleep whom that one was about to wake when it died.
    pub fn with_wait<V: Wait>(self, wait: V) -> Sender<R, P, V, G> {
        let Self {
            region,
            geometry,
            next,
            epoch,
            formatted,
            bell,
            limit,
            takes_over,
            policy,
            ..
        } = self;
        let mut sender = Sender {
            region,
            geometry,
            ringer: Notifier::new(wait, next),
            next,
            epoch,
            formatted,
            bell,
            limit,
            takes_over,
            policy,
        };
        if takes_over {
            sender.notify_now();
        }
        sender
    }

    /// Puts the next message in, and returns its sequence.
    ///
    /// Under backpressure the error may be [`SendError::Full`]: nothing was sent; wait for room, then send again. Under
    /// overwrite a send always succeeds if the message fits.
    #[inline]
    pub fn send(&mut self, message: &[u8]) -> Result<u64, SendError> {
        let sequence = self.put(message)?;
        self.ring();
        Ok(sequence)
    }

    /// The write path for one message.
    #[inline]
    pub(super) fn put(&mut self, message: &[u8]) -> Result<u64, SendError> {
        let length = self.fits(message.len())?;
        let slot = self.claim()?;
        P::copy_in(&self.region, slot + PAYLOAD, message);
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
        let slot = self.geometry().slot(self.next as u32);
        match P::OVERFLOW {
            crate::geometry::Overflow::Overwrite => self.mark(slot),
            crate::geometry::Overflow::Backpressure if self.limit == self.next as u32 => {
                self.room()?;
            }
            crate::geometry::Overflow::Backpressure => {}
        }
        Ok(slot)
    }

    #[inline]
    fn mark(&self, slot: usize) {
        self.region
            .store_through(slot + STAMP_LOW, Stamp::writing(self.next).low(), Relaxed);
        // claim: whoever reads any of the stores below sees this stamp when it looks again.
        self.region.fence(Release);
    }

    /// Everything of the frame but its payload, the low half of the stamp last; then the head.
    #[inline]
    pub(super) fn publish(&mut self, slot: usize, length: u32) -> u64 {
        let stamp = Stamp::published(self.next);
        let words = [stamp.high(), length, self.epoch];
        self.region.store_three(slot + STAMP_HIGH, words);
        self.region.clean(slot, PAYLOAD + length as usize);
        // publish: whoever sees this stamp sees the frame.
        self.region
            .store_through(slot + STAMP_LOW, stamp.low(), Release);
        let sequence = self.next;
        self.next += 1;
        // head: whoever sees this head sees the stamp.
        self.region
            .store_through(self.geometry().head() + HEAD, self.next as u32, Release);
        sequence
    }

    /// Leaves in good order: receivers that have taken everything are told Closed.
    pub fn close(mut self) {
        // closed: whoever sees it sees everything published before.
        self.region
            .store_through(self.geometry().session() + CLOSED, self.epoch, Release);
        self.notify_now();
    }

    /// Sequence of the next message.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// This sender's incarnation.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Whether the region was formatted since this side attached, or is being formatted: then it is not this side's to write
    /// any more. Attach again. No other step asks; where the other side may format, ask after each pause. Two loads.
    pub fn was_reformatted(&self) -> bool {
        was_reformatted(&self.region, self.formatted)
    }

    /// The channel's geometry.
    pub fn geometry(&self) -> &Geometry {
        self.geometry.geometry()
    }

    /// This side's way of waiting.
    pub fn wait_mut(&mut self) -> &mut W {
        &mut self.ringer.wait
    }
}
