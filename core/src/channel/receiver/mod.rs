//! A side of a channel that takes messages out, in order, or looks at the newest.

mod attach;
mod dropping;
mod news;
mod waiting;

use core::marker::PhantomData;
use core::sync::atomic::Ordering::Acquire;

pub use self::attach::Start;

use super::outcome::{Corruption, RecvError};
use super::policy::{Backpressure, Policy, Receive};
use super::recover::{ATTEMPTS, is_published, published};
use crate::frame::{Frame, Header, LENGTH, PAYLOAD, Stamp};
use crate::geometry::{Geometry, GeometrySource};
use crate::region::Region;
use crate::wait::{Notifier, Spin, Wait};

/// Receives messages over a region.
///
/// Under overwrite any number of receivers may read, and none needs to write. Under backpressure each has a line of its
/// own, of an index that one receiver at a time may use; keeping it so is the caller's part.
#[derive(Debug)]
pub struct Receiver<R, P, W = Spin, G = Geometry> {
    pub(super) region: R,
    pub(super) geometry: G,
    ringer: Notifier<W>,
    /// Sequence of the next message. Under backpressure its low half is also in the region, never read back.
    pub(super) next: u64,
    /// The incarnation whose messages are being delivered; 0 before the first is known.
    epoch: u32,
    formatted: u32,
    receiver: u32,
    told_closed: bool,
    /// Messages dropped on this line, until the one behind the gap is taken: as long as this is not 0, the region says so
    /// too. Told before that, so that who dies in between leaves it to the next to tell again.
    dropped: u64,
    told_dropped: bool,
    policy: PhantomData<P>,
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// The same receiver, waiting and ringing another way. Rings now, if it is one that rings and the sender waits for room:
    /// the receiver before this one may have died when it was about to.
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
            told_dropped,
            policy,
            ..
        } = self;
        let mut receiver = Receiver {
            region,
            geometry,
            ringer: Notifier::new(wait, next),
            next,
            epoch,
            formatted,
            receiver,
            told_closed,
            dropped,
            told_dropped,
            policy,
        };
        if P::OVERFLOW == Backpressure::OVERFLOW && !receiver.was_reformatted() {
            receiver.release();
        }
        receiver
    }

    /// Takes the next message into `buffer`; the header says how many bytes of it are the message.
    ///
    /// Never waits. On an error `buffer` may hold anything, and nothing was taken.
    #[inline]
    pub fn recv(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        let got = self.get(buffer);
        self.settle(got)
    }

    /// Whether the next message is there: one load, of the line that it will come on. For those who spin, between two
    /// [`recv`](Self::recv)s, which alone say what other news there is.
    #[inline]
    pub fn is_ready(&self) -> bool {
        self.is_published(self.next)
    }

    /// Takes the next message, but does not let its slot go: to be [settled](Self::settle).
    #[inline]
    pub(super) fn get(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        let found = self.read(self.next, buffer);
        let header = self.heed(found)?;
        self.next += 1;
        Ok(header)
    }

    /// The next message as it was found, unless there is something else to say.
    #[inline]
    pub(super) fn heed(&mut self, found: Result<Header, Miss>) -> Result<Header, RecvError> {
        let header = match found {
            Ok(header) => header,
            Err(miss) => return Err(self.missing(miss)),
        };
        if (header.epoch != self.epoch || self.has_dropped())
            && let Some(news) = self.news(header.epoch)
        {
            return Err(news);
        }
        Ok(header)
    }

    /// What a step comes to that found this: whether the region is still the channel that this side knows is asked last of all,
    /// because what was read of it may be another's. If it is, and a message was taken, its slot goes.
    ///
    /// Under overwrite a message is intact and of the incarnation before it, or else it was asked where there is none, or news.
    #[inline]
    pub(super) fn settle<T>(&mut self, found: Result<T, RecvError>) -> Result<T, RecvError> {
        if P::OVERFLOW == Backpressure::OVERFLOW && self.was_reformatted() {
            return Err(news::REFORMATTED);
        }
        if found.is_ok() {
            self.forget_dropped();
            self.release();
        }
        found
    }

    /// Whether messages were dropped on this line, and none behind them was taken yet: never under overwrite.
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
        let found = self.whole(self.next);
        let passed = self.heed(found).map(|header| {
            self.next += 1;
            header.sequence
        });
        self.settle(passed)
    }

    /// Looks at the newest complete message without taking it.
    ///
    /// Under overwrite that is the newest ever published, again and again. Under backpressure it is the newest that this
    /// receiver has not taken: the sender may reuse the slots of those it has. There an error leaves `buffer` as it was.
    pub fn latest(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        let newest = self.newest(buffer);
        match self.was_reformatted() {
            true => Err(news::REFORMATTED),
            false => newest,
        }
    }

    fn newest(&self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        for _ in 0..ATTEMPTS {
            let head = published(&self.region, &self.geometry)?;
            if head == 0 || (P::OVERFLOW == Backpressure::OVERFLOW && head <= self.next) {
                return Err(RecvError::Empty);
            }
            match self.read(head - 1, buffer) {
                Err(Miss::Unpublished | Miss::Torn) => {}
                Err(Miss::BufferTooSmall { required }) => {
                    return Err(RecvError::BufferTooSmall { required });
                }
                Err(Miss::Length) => {
                    return Err(RecvError::Corrupt {
                        what: Corruption::Length,
                    });
                }
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
        let slot = self.geometry().slot(sequence as u32);
        let [len, epoch] = self.region.load_pair(slot + LENGTH);
        let len = len as usize;
        Ok((
            slot,
            Header {
                sequence,
                epoch,
                len,
            },
        ))
    }

    /// The same, all of it that message's. Its length may be any.
    #[inline]
    pub(super) fn whole(&self, sequence: u64) -> Result<Header, Miss> {
        let (slot, header) = self.header(sequence)?;
        match P::intact(&self.region, slot, Stamp::published(sequence)) {
            true => Ok(header),
            false => Err(Miss::Torn),
        }
    }

    /// The read path for one message.
    #[inline(always)]
    fn read(&self, sequence: u64, buffer: &mut [u8]) -> Result<Header, Miss> {
        let (slot, header) = self.header(sequence)?;
        let too_long = header.len > self.geometry().capacity() as usize;
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
            Err(Miss::BufferTooSmall {
                required: header.len,
            })
        } else {
            Ok(header)
        }
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
    pub fn geometry(&self) -> &Geometry {
        self.geometry.geometry()
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
    BufferTooSmall { required: usize },
}
