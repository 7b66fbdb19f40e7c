//! A side of a channel that takes messages out, in order, or looks at the newest.

mod attach;
mod dropping;
mod news;
mod waiting;

use core::marker::PhantomData;
use core::sync::atomic::Ordering::{Acquire, Relaxed};

pub use self::attach::Start;

use super::outcome::{RecvError, What};
use super::policy::{Backpressure, Policy, Receive};
use super::recover::{ATTEMPTS, is_published, published};
use crate::frame::{EPOCH as FRAME_EPOCH, Frame, Header, LENGTH, PAYLOAD, Stamp};
use crate::layout::Geometry;
use crate::layout::Layout;
use crate::region::Region;
use crate::wait::{Ringer, Spin, Wait};

/// Receives messages over a region.
///
/// Under overwrite any number of receivers may read, and none needs to write. Under backpressure each has a line of its
/// own, of an index that one receiver at a time may use; keeping it so is the caller's part.
#[derive(Debug)]
pub struct Receiver<R, P, W = Spin, G = Layout> {
    pub(super) region: R,
    pub(super) geometry: G,
    ringer: Ringer<W>,
    /// Sequence of the next message. Under backpressure its low half is also in the region, never read back.
    pub(super) next: u64,
    /// The incarnation whose messages are being delivered; 0 before the first is known.
    epoch: u32,
    formatted: u32,
    receiver: u32,
    told_closed: bool,
    /// Messages dropped on this line, until it is told: as long as this is not 0, the region says so too.
    dropped: u64,
    policy: PhantomData<P>,
}

impl<R: Region, P: Receive<R>, W: Wait, G: Geometry> Receiver<R, P, W, G> {
    /// The same receiver, waiting and ringing another way.
    pub fn with_wait<V: Wait>(self, wait: V) -> Receiver<R, P, V, G> {
        let Self {
            region,
            geometry,
            next,
            epoch,
            formatted,
            receiver,
            told_closed,
            dropped,
            policy,
            ..
        } = self;
        Receiver {
            region,
            geometry,
            ringer: Ringer::new(wait, next),
            next,
            epoch,
            formatted,
            receiver,
            told_closed,
            dropped,
            policy,
        }
    }

    /// Takes the next message into `buffer`; the header says how many bytes of it are the message.
    ///
    /// Never waits. On an error `buffer` may hold anything, and nothing was taken.
    #[inline]
    pub fn recv(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        let header = self.get(buffer)?;
        self.release();
        Ok(header)
    }

    /// Whether the next message is there: one load, of the line that it will come on. For those who spin, between two
    /// [`recv`](Self::recv)s, which alone say what other news there is.
    #[inline]
    pub fn is_ready(&self) -> bool {
        self.is_published(self.next)
    }

    /// Takes the next message, but does not let its slot go.
    #[inline]
    pub(super) fn get(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        let header = match self.read(self.next, buffer) {
            Ok(header) => header,
            Err(miss) => return Err(self.missing(miss)),
        };
        if self.has_news_before(header.epoch)
            && let Some(news) = self.news(header.epoch)
        {
            return Err(news);
        }
        self.next += 1;
        Ok(header)
    }

    /// Whether there may be something to say before a message of incarnation `epoch`.
    #[inline]
    pub(super) fn has_news_before(&self, epoch: u32) -> bool {
        epoch != self.epoch || self.has_dropped()
    }

    /// Whether messages were dropped on this line and that is still to be told: never under overwrite.
    #[inline]
    fn has_dropped(&self) -> bool {
        P::OVERFLOW == Backpressure::OVERFLOW && self.dropped != 0
    }

    /// As [`recv`](Self::recv), into a frame of this side's own.
    pub fn recv_frame<const N: usize>(&mut self, frame: &mut Frame<N>) -> Result<(), RecvError> {
        let header = self.recv(frame.space())?;
        frame.finish(header);
        Ok(())
    }

    /// Passes over the next message, whatever its length, and returns its sequence.
    pub fn skip(&mut self) -> Result<u64, RecvError> {
        if !self.is_published(self.next) {
            return Err(self.missing(Miss::Unpublished));
        }
        if self.has_dropped()
            && let Some(news) = self.news(self.epoch)
        {
            return Err(news);
        }
        let sequence = self.next;
        self.advance();
        Ok(sequence)
    }

    /// Looks at the newest complete message without taking it.
    ///
    /// Under overwrite that is the newest ever published, again and again. Under backpressure it is the newest that this
    /// receiver has not taken: the sender may reuse the slots of those it has.
    pub fn latest(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        for _ in 0..ATTEMPTS {
            let head = published(&self.region, &self.geometry)?;
            if head == 0 || (P::OVERFLOW == Backpressure::OVERFLOW && head <= self.next) {
                return Err(RecvError::Empty);
            }
            match self.read(head - 1, buffer) {
                Err(Miss::Unpublished | Miss::Torn) => {}
                Err(Miss::TooSmall { need }) => return Err(RecvError::TooSmall { need }),
                Err(Miss::Length) => return Err(RecvError::Corrupt { what: What::Length }),
                Ok(header) => return Ok(header),
            }
        }
        Err(RecvError::Busy)
    }

    #[inline]
    fn is_published(&self, sequence: u64) -> bool {
        is_published(&self.region, &self.geometry, sequence)
    }

    /// Where message `sequence` stands and what it says of itself, if it is published.
    #[inline]
    pub(super) fn header(&self, sequence: u64) -> Result<(usize, Header), Miss> {
        if !self.is_published(sequence) {
            return Err(Miss::Unpublished);
        }
        // publish: the frame was stored before its stamp.
        self.region.fence(Acquire);
        let slot = self.layout().slot(sequence as u32);
        let len = self.region.load(slot + LENGTH, Relaxed) as usize;
        let epoch = self.region.load(slot + FRAME_EPOCH, Relaxed);
        Ok((
            slot,
            Header {
                sequence,
                epoch,
                len,
            },
        ))
    }

    /// The read path for one message.
    #[inline]
    fn read(&self, sequence: u64, buffer: &mut [u8]) -> Result<Header, Miss> {
        let (slot, header) = self.header(sequence)?;
        let too_long = header.len > self.layout().capacity() as usize;
        let space = if too_long {
            None
        } else {
            buffer.get_mut(..header.len)
        };
        let fits = space.is_some();
        if let Some(space) = space {
            self.region.invalidate(slot + PAYLOAD, header.len);
            P::copy_out(&self.region, slot + PAYLOAD, space);
        }
        if !P::intact(&self.region, slot, Stamp::published(sequence)) {
            Err(Miss::Torn)
        } else if too_long {
            Err(Miss::Length)
        } else if !fits {
            Err(Miss::TooSmall { need: header.len })
        } else {
            Ok(header)
        }
    }

    #[inline]
    pub(super) fn advance(&mut self) {
        self.next += 1;
        self.release();
    }

    /// Lets every slot below the next message's go.
    #[inline]
    pub(super) fn release(&mut self) {
        P::release(
            &self.region,
            &self.geometry,
            self.receiver,
            self.next as u32,
            &mut self.ringer,
        );
    }

    /// Sequence of the next message.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The channel's geometry.
    pub fn layout(&self) -> &Layout {
        self.geometry.layout()
    }

    /// This side's way of waiting.
    pub fn wait_mut(&mut self) -> &mut W {
        &mut self.ringer.wait
    }
}

/// Why a read of one slot gave no message.
pub(super) enum Miss {
    Unpublished,
    Torn,
    Length,
    TooSmall { need: usize },
}
