//! The receiver: the side of a channel that receives messages in order, or reads the newest one.

mod attach;
mod discarding;
#[cfg(target_pointer_width = "64")]
mod distance;
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
/// Under overwrite any number of receivers may read, and none of them has to write. Under backpressure each receiver has an index
/// and a line in the region. One receiver at a time may use an index; the caller must ensure that.
///
/// ```
/// use ramframe_core::channel::{Channel, Event};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::AtomicWords;
///
/// let memory = AtomicWords::array::<256>();
/// let region = AtomicWords::new(&memory);
/// Geometry::backpressure(4, 48, 2).format(&region, 0)?; // two receivers
/// let mut sender = Channel::backpressure(region).sender()?;
/// sender.try_send(b"CIEPLO")?;
///
/// let mut buffer = [0; 48];
/// for index in [0, 1] {
///     let mut receiver = Channel::backpressure(AtomicWords::new(&memory)).receiver(index)?;
///     let message = receiver.try_recv(&mut buffer)?.message().unwrap();
///     assert_eq!(message.payload, b"CIEPLO");
///     assert_eq!(receiver.try_recv(&mut buffer)?, Event::Empty);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Receiver<R, P, W = Spin, G = Geometry> {
    pub(super) region: R,
    pub(super) geometry: G,
    flags: Flags,
    notifier: Notifier<W>,
    /// The stamp of the last message that was received or lost. Under backpressure the region has its count too, which is never
    /// read back.
    pub(super) last: Stamp,
    /// The incarnation whose messages are being delivered.
    epoch: u32,
    generation: Generation,
    /// Offset of this receiver's line. Unused under overwrite.
    line: usize,
    /// Sequence of the first lost message, of those up to `last`. Under backpressure the region keeps it until the gap was
    /// reported and the next message is there: if this receiver dies in between, the next receiver reports the gap again.
    gap: u64,
    /// The count of notifications at this receiver's last request, if the sender is certain to see that request.
    #[cfg(target_pointer_width = "64")]
    request_stands: Option<u32>,
    /// When to let the sender get ahead.
    #[cfg(target_pointer_width = "64")]
    distance: distance::Distance,
    policy: PhantomData<P>,
}

/// What a receiver knows and has reported, as bits of a word: on the smallest cores a byte behind other fields costs more
/// instructions.
#[derive(Clone, Copy, Debug)]
struct Flags(u32);

impl Flags {
    /// This generation has a sender. Before this flag is set, stamps and head may be of an older generation.
    const SENDER_SEEN: Self = Self(1);
    const TOLD_CLOSED: Self = Self(2);
    /// The gap in the region was reported, and no message was received since. Never set under overwrite.
    const GAP_TOLD: Self = Self(4);
    const PROGRESS_LOST: Self = Self(8);
    /// The region has a gap that is not reported yet. Never set under overwrite.
    const GAP: Self = Self(16);
    const GAP_OR_TOLD: Self = Self(Self::GAP_TOLD.0 | Self::GAP.0);

    /// The flags of a receiver that has just attached.
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
    /// Receives the next message into `buffer`, or returns another event. Never waits.
    ///
    /// On an error, or on another event than a message, nothing was received, and the contents of `buffer` are unspecified.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// let mut buffer = [0; 48];
    /// assert_eq!(receiver.try_recv(&mut buffer)?, Event::Empty);
    /// sender.try_send(b"CIEPLO")?;
    /// assert_eq!(receiver.try_recv(&mut buffer)?.message().unwrap().payload, b"CIEPLO");
    /// sender.close();
    /// assert_eq!(receiver.try_recv(&mut buffer)?, Event::Closed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

    /// Copies the next message into `buffer` and leaves it in the channel. The next receive returns the same message.
    ///
    /// An event before the message is reported once, as by [`try_recv`](Self::try_recv).
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// sender.try_send(b"CIEPLO")?;
    /// let mut buffer = [0; 48];
    /// for _ in 0..2 {
    ///     assert_eq!(receiver.peek(&mut buffer)?.message().unwrap().payload, b"CIEPLO");
    /// }
    /// assert_eq!(receiver.pending()?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn peek<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        match self.get(buffer) {
            Ok(header) => {
                self.last = Stamp::of_count(header.sequence);
                Ok(Event::Message(Message::of(header, buffer)))
            }
            Err(reason) => self.tell(reason),
        }
    }

    /// Whether the next message is there. One load, of the message's own cache line. For a loop that spins between two calls of
    /// [`try_recv`](Self::try_recv). Only `try_recv` reports other events.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// assert!(!receiver.is_ready());
    /// sender.try_send(b"CIEPLO")?;
    /// assert!(receiver.is_ready());
    /// # assert!(receiver.try_recv(&mut [0; 48])?.message().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn is_ready(&self) -> bool {
        slot::is_published(&self.region, self.geometry.geometry(), self.last)
    }

    /// Copies the next message out, but does not release its slot: [`finish_step`](Self::finish_step) does.
    #[inline]
    pub(in crate::channel) fn get(&mut self, buffer: &mut [u8]) -> Result<Header, Reason> {
        self.step(Some(buffer.len()), |this, slot, header| {
            this.take(slot, header, buffer)
        })
    }

    /// Ends a step that received a message: releases the slot. The message was of this generation when it was read. If the region
    /// was formatted since, the store carries an old tag and has no effect.
    #[inline]
    pub(super) fn finish_step(&mut self) {
        self.release();
    }

    /// Whether the region has a gap for this receiver. Always false under overwrite.
    #[inline]
    fn has_gap(&self) -> bool {
        P::OVERFLOW == Backpressure::OVERFLOW && self.flags.has(Flags::GAP_OR_TOLD)
    }

    /// Whether this side still has to report the gap. Always false under overwrite.
    #[inline]
    fn has_unreported_gap(&self) -> bool {
        P::OVERFLOW == Backpressure::OVERFLOW && self.flags.has(Flags::GAP)
    }

    /// Whether this side still has to report that progress is lost. Always false under overwrite.
    #[inline]
    fn is_progress_lost(&self) -> bool {
        P::OVERFLOW == Backpressure::OVERFLOW && self.flags.has(Flags::PROGRESS_LOST)
    }

    /// As [`try_recv`](Self::try_recv), into a frame.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// use ramframe_core::frame::Frame;
    ///
    /// sender.try_send(b"CIEPLO")?;
    /// let mut frame = Frame::<48>::new();
    /// assert_eq!(receiver.try_recv_frame(&mut frame)?, Event::Message(()));
    /// assert_eq!(frame.payload(), b"CIEPLO");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

    /// Skips the next message, whatever its length. The event holds its sequence.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// sender.try_send_batch(["CIEPLO", "ZIMNO"]).1?;
    /// assert_eq!(receiver.skip()?, Event::Message(0));
    /// let mut buffer = [0; 48];
    /// assert_eq!(receiver.try_recv(&mut buffer)?.message().unwrap().payload, b"ZIMNO");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

    /// Copies the newest complete message into `buffer` and receives nothing. The event is a message, Empty or Busy.
    ///
    /// Under overwrite it is the newest message ever published, so a second call can return the same message. Under backpressure
    /// it is the newest message that this receiver has not received, because the sender may reuse the slots of received ones.
    /// There an error leaves `buffer` unchanged.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// sender.try_send_batch(["CIEPLO", "ZIMNO"]).1?;
    /// let mut buffer = [0; 48];
    /// assert_eq!(receiver.latest(&mut buffer)?.message().unwrap().payload, b"ZIMNO");
    /// assert_eq!(receiver.pending()?, 2); // nothing was received
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn latest<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        match self.newest(buffer) {
            Ok(header) => Ok(Event::Message(Message::of(header, buffer))),
            Err(reason) => self.tell(reason),
        }
    }

    /// Releases the slot of every message up to `last`.
    #[inline]
    pub(super) fn release(&mut self) {
        P::release(&self.region, self.seat(), self.last, &mut self.notifier);
    }

    /// Releases the slots again, if a late store of an older generation replaced `consumed`. It does not if progress is lost and
    /// not reported: if this receiver then died, nobody would report the loss.
    fn restore(&mut self) {
        if !self.is_progress_lost() && P::is_clobbered(&self.region, self.seat()) {
            self.release();
        }
    }

    #[inline(always)]
    fn seat(&self) -> Seat {
        Seat::at(self.geometry.known_line(self.line), self.generation)
    }

    /// Whether the region was formatted since this side attached, or is being formatted. Then the steps report it too. Two loads.
    pub fn was_reformatted(&self) -> bool {
        !self.generation.is_current(&self.region)
    }

    /// The epoch of the sender whose message or close was reported last. Before the first it is a number that no sender of this
    /// generation has.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Sequence of the next message.
    pub fn next_sequence(&self) -> u64 {
        self.last.count()
    }

    /// Gives back the half of the channel, to attach again after [`RecvError::Reformatted`].
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// use ramframe_core::channel::RecvError;
    ///
    /// Geometry::overwrite(4, 48).format(&AtomicWords::new(&memory), 0)?; // by another program
    /// assert_eq!(receiver.try_recv(&mut [0; 48]), Err(RecvError::Reformatted));
    /// let mut receiver = receiver.into_half().attach(Start::Oldest)?;
    /// assert_eq!(receiver.try_recv(&mut [0; 48])?, Event::Empty);
    /// # drop(sender);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn into_half(self) -> ReceiverHalf<R, P, W, G> {
        ReceiverHalf::new(self.region, self.notifier.wait)
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
