//! A side of a channel that takes messages out, in order, or looks at the newest.

mod attach;
mod discarding;
mod iter;
pub(super) mod news;
mod read;
mod waiting;

use core::marker::PhantomData;

pub use self::attach::Start;
pub use self::attach::Taken;
pub use self::iter::TryIter;

use self::news::Reason;
use super::event::{Event, Message};
use super::halves::ReceiverHalf;
use super::outcome::RecvError;
use super::policy::{Backpressure, Policy, Receive};
use crate::credits::Seat;
use crate::frame::{Frame, Header, Stamp};
use crate::generation::Generation;
use crate::geometry::{Geometry, GeometrySource};
use crate::region::Region;
use crate::slot;
use crate::wait::{Spin, Wait};
use crate::wakeup::Notifier;

/// Receives messages over a region.
///
/// Under overwrite any number of receivers may read, and none needs to write. Under backpressure each has a line of its
/// own, of an index that one receiver at a time may use; the caller must ensure that.
#[derive(Debug)]
pub struct Receiver<R, P, W = Spin, G = Geometry> {
    pub(super) region: R,
    pub(super) geometry: G,
    flags: Flags,
    notifier: Notifier<W>,
    /// The stamp of the last message that was received, or is gone. Under backpressure the count of those is also in the
    /// region, never read back.
    pub(super) last: Stamp,
    /// The incarnation whose messages are being delivered.
    epoch: u32,
    generation: Generation,
    /// Offset of this receiver's line; under overwrite of no meaning.
    line: usize,
    /// Sequence of the first message that is gone, of those up to `last`. Under backpressure the region has it too, until it was
    /// reported and the next message is there: if this receiver dies in between, the next one reports it again.
    gap: u64,
    policy: PhantomData<P>,
}

/// What a receiver knows and has told. Bits of a word: the smallest cores reach a byte behind other fields in more steps.
#[derive(Clone, Copy, Debug)]
struct Flags(u32);

impl Flags {
    /// This generation has a sender. Until that is seen, stamps and head may be an older generation's.
    const SENDER_SEEN: Self = Self(1);
    const TOLD_CLOSED: Self = Self(2);
    /// The gap that the region tells of was reported, and nothing was received since. Never under overwrite.
    const GAP_TOLD: Self = Self(4);
    const PROGRESS_LOST: Self = Self(8);
    /// The region tells of a gap that is not reported yet. Never under overwrite.
    const GAP: Self = Self(16);
    const GAP_OR_TOLD: Self = Self(Self::GAP_TOLD.0 | Self::GAP.0);

    /// What a receiver knows and has told that has just attached.
    #[inline(always)]
    fn sender_seen(seen: bool) -> Self {
        Self(Self::SENDER_SEEN.0 * u32::from(seen))
    }

    /// Whether there is a sender, and nothing to tell before its next message.
    #[inline(always)]
    const fn is_quiet(self) -> bool {
        self.0 == Self::SENDER_SEEN.0
    }

    const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    fn set(&mut self, flag: Self) {
        self.0 |= flag.0;
    }

    fn set_if(&mut self, flag: Self, condition: bool) {
        self.0 |= flag.0 * u32::from(condition);
    }

    fn clear(&mut self, flag: Self) {
        self.0 &= !flag.0;
    }
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Receives the next message into `buffer`, or says what else there is. Never waits.
    ///
    /// On an error, or an event that is no message, `buffer` may hold anything, and nothing was received.
    #[inline(always)]
    pub fn try_recv<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        match self.get(buffer) {
            Ok(header) => {
                self.finish_step();
                Ok(Event::Message(Message::of(header, buffer)))
            }
            Err(reason) => self.tell(reason),
        }
    }

    /// Copies the next message into `buffer` and leaves it in the channel: the next receive gives it again.
    ///
    /// News before the message is told once, as by [`try_recv`](Self::try_recv).
    pub fn peek<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        match self.get(buffer) {
            Ok(header) => {
                self.last = Stamp::of_count(header.sequence);
                Ok(Event::Message(Message::of(header, buffer)))
            }
            Err(reason) => self.tell(reason),
        }
    }

    /// Whether the next message is there: one load, of the line that it will come on. For those who spin, between two
    /// [`try_recv`](Self::try_recv)s, which alone say what other news there is.
    #[inline]
    pub fn is_ready(&self) -> bool {
        slot::is_published(&self.region, self.geometry.geometry(), self.last)
    }

    /// Takes the next message, but does not let its slot go: [`finish_step`](Self::finish_step) does.
    #[inline]
    pub(in crate::channel) fn get(&mut self, buffer: &mut [u8]) -> Result<Header, Reason> {
        self.step(Some(buffer.len()), |this, slot, header| {
            this.take(slot, header, buffer)
        })
    }

    /// Ends a step that received a message: lets its slot go. The message was of this generation when it was read; if the
    /// region was formatted since, the tag makes this store say nothing.
    #[inline]
    pub(super) fn finish_step(&mut self) {
        self.release();
    }

    /// Whether the region says that messages were discarded on this line: never under overwrite.
    #[inline]
    fn has_gap(&self) -> bool {
        P::OVERFLOW == Backpressure::OVERFLOW && self.flags.has(Flags::GAP_OR_TOLD)
    }

    /// Whether this side is to report that: never under overwrite.
    #[inline]
    fn has_unreported_gap(&self) -> bool {
        P::OVERFLOW == Backpressure::OVERFLOW && self.flags.has(Flags::GAP)
    }

    /// Whether that is still to be told: never under overwrite.
    #[inline]
    fn is_progress_lost(&self) -> bool {
        P::OVERFLOW == Backpressure::OVERFLOW && self.flags.has(Flags::PROGRESS_LOST)
    }

    /// As [`try_recv`](Self::try_recv), into a frame of this side's own.
    pub fn try_recv_frame<const N: usize>(
        &mut self,
        frame: &mut Frame<N>,
    ) -> Result<Event<()>, RecvError> {
        match self.get(frame.space()) {
            Ok(header) => {
                self.finish_step();
                frame.finish(header);
                Ok(Event::Message(()))
            }
            Err(reason) => self.tell(reason),
        }
    }

    /// Passes over the next message, whatever its length. The event holds its sequence.
    pub fn skip(&mut self) -> Result<Event<u64>, RecvError> {
        match self.step(None, |this, slot, header| {
            this.verify(slot).map(|()| header)
        }) {
            Ok(header) => {
                self.last = self.last.after();
                self.finish_step();
                Ok(Event::Message(header.sequence))
            }
            Err(reason) => self.tell(reason),
        }
    }

    /// Copies the newest complete message into `buffer`, and receives nothing: a message, Empty or Busy.
    ///
    /// Under overwrite that is the newest ever published, again and again. Under backpressure it is the newest that this
    /// receiver has not received: the sender may reuse the slots of those it has. There an error leaves `buffer` as it was.
    pub fn latest<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        let newest = self.newest(buffer);
        match newest {
            Ok(header) if !self.was_reformatted() => {
                Ok(Event::Message(Message::of(header, buffer)))
            }
            Ok(_) => Err(RecvError::Reformatted),
            Err(reason) => self.tell(reason),
        }
    }

    /// Lets every slot below the next message's go.
    #[inline]
    pub(super) fn release(&mut self) {
        P::release(&self.region, self.seat(), self.last, &mut self.notifier);
    }

    /// Lets them go again, if a store of an older generation took the place of the word that said so. Not before it is told that
    /// progress is lost: a receiver that dies in between would hide the loss.
    fn restore(&mut self) {
        if !self.is_progress_lost() && P::is_clobbered(&self.region, self.seat()) {
            self.release();
        }
    }

    #[inline(always)]
    fn seat(&self) -> Seat {
        Seat::at(self.geometry.known_line(self.line), self.generation)
    }

    /// Whether the region was formatted since this side attached, or is being formatted: then the steps say so too. Two loads.
    pub fn was_reformatted(&self) -> bool {
        !self.generation.is_current(&self.region)
    }

    /// Sequence of the next message.
    pub fn next_sequence(&self) -> u64 {
        self.last.count()
    }

    /// The half of the channel that this end was made of, to attach again after [`RecvError::Reformatted`].
    pub fn into_half(self) -> ReceiverHalf<R, P, W, G> {
        ReceiverHalf::new(self.region, self.notifier.wait)
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
