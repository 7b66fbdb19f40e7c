//! A side of a channel that takes messages out, in order, or looks at the newest.

use core::marker::PhantomData;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use super::outcome::{AttachError, RecvError, What};
use super::policy::{Backpressure, Overwrite, Policy, Receive};
use super::recover::{ATTEMPTS, holds, precedes, published, stamp};
use crate::frame::{
    EPOCH as FRAME_EPOCH, Frame, Header, LENGTH, PAYLOAD, STAMP_HIGH, STAMP_LOW, Stamp,
};
use crate::layout::{
    ASLEEP, BELL, CLOSED, DROPPED_FROM, DROPPING, EPOCH, FORMATTED, JOINED, LEFT, Layout, TAKEN,
};
use crate::region::{Region, RegionMut};
use crate::wait::{Spin, Wait};

/// Where a receiver of an overwrite channel starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// With the oldest message still there.
    #[default]
    Oldest,
    /// With the next message to be sent.
    Next,
}

/// Receives messages over a region.
///
/// Under overwrite any number of receivers may read, and none needs to write. Under backpressure each has a line of its
/// own, of an index that one receiver at a time may use; keeping it so is the caller's part.
#[derive(Debug)]
pub struct Receiver<R, P, W = Spin> {
    pub(super) region: R,
    pub(super) layout: Layout,
    wait: W,
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

impl<R: Region> Receiver<R, Overwrite> {
    /// Attaches to an overwrite channel. Writes nothing.
    pub fn overwrite(region: R, start: Start) -> Result<Self, AttachError> {
        let layout = open::<R, Overwrite>(&region)?;
        let head = published(&region, &layout)?;
        let next = match start {
            Start::Oldest => oldest(&region, &layout, head),
            Start::Next => head,
        };
        Ok(Self::at(region, layout, 0, next))
    }
}

impl<R: RegionMut> Receiver<R, Backpressure> {
    /// Attaches as receiver number `receiver` of a backpressure channel, and continues where the one before stopped.
    pub fn backpressure(region: R, receiver: u32) -> Result<Self, AttachError> {
        let this = Self::stand_in(region, receiver)?;
        let line = this.layout.receiver(receiver);
        this.region.poke(
            line + JOINED,
            this.region.peek(line + JOINED).wrapping_add(1).max(1),
            Relaxed,
        );
        Ok(this)
    }

    /// Attaches in place of a receiver that is certainly dead, to free a sender that it holds: then
    /// [`drop_pending`](Self::drop_pending). The next real receiver is told how many were dropped.
    pub fn stand_in(region: R, receiver: u32) -> Result<Self, AttachError> {
        let layout = open::<R, Backpressure>(&region)?;
        if receiver >= layout.receivers() {
            return Err(AttachError::NoSuchReceiver {
                receivers: layout.receivers(),
            });
        }
        let head = published(&region, &layout)?;
        let pending = (head as u32).wrapping_sub(region.peek(layout.receiver(receiver) + TAKEN));
        if pending > layout.slots() || u64::from(pending) > head {
            return Err(AttachError::Corrupt {
                what: What::Taken { receiver },
            });
        }
        let next = head - u64::from(pending);
        let mut this = Self::at(region, layout, receiver, next);
        this.recall_dropped();
        Ok(this)
    }

    /// Learns what was dropped on this line and told to nobody.
    fn recall_dropped(&mut self) {
        let line = self.layout.receiver(self.receiver);
        if self.region.peek(line + DROPPING) == 0 {
            return;
        }
        self.dropped = self.next.saturating_sub(self.dropped_from(line));
        if self.dropped == 0 {
            // Whoever announced a gap died before it dropped anything. What comes now is delivered, so it must not count.
            Backpressure::told(&self.region, &self.layout, self.receiver);
        }
    }

    /// Drops every message published so far, and returns how many. Says so in the region first, so that the count is
    /// exact wherever this one dies; whoever next receives on this line is told it as [`RecvError::Missed`].
    pub fn drop_pending(&mut self) -> Result<u64, RecvError> {
        let head = published(&self.region, &self.layout)?;
        let count = head.saturating_sub(self.next);
        let line = self.layout.receiver(self.receiver);
        if count > 0 && self.dropped == 0 {
            self.region
                .poke(line + DROPPED_FROM, self.next as u32, Relaxed);
            self.region
                .poke(line + DROPPED_FROM + 4, (self.next >> 32) as u32, Relaxed);
            // dropping: whoever sees it sees where the gap began.
            self.region.poke(line + DROPPING, 1, Release);
        }
        self.next += count;
        self.dropped += count;
        Backpressure::release(
            &self.region,
            &self.layout,
            self.receiver,
            self.next as u32,
            &mut self.wait,
        );
        Ok(count)
    }

    fn dropped_from(&self, line: usize) -> u64 {
        // dropping: pairs with the release in `drop_pending`.
        self.region.fence(Acquire);
        let low = self.region.peek(line + DROPPED_FROM);
        let high = self.region.peek(line + DROPPED_FROM + 4);
        u64::from(high) << 32 | u64::from(low)
    }
}

fn open<R: Region, P: Policy>(region: &R) -> Result<Layout, AttachError> {
    let layout = Layout::read(region)?;
    if layout.overflow() == P::OVERFLOW {
        Ok(layout)
    } else {
        Err(AttachError::Policy)
    }
}

/// The oldest message that a sender at `head` has left in its slots. The slot of the one before may be being written.
fn oldest<R: Region>(region: &R, layout: &Layout, head: u64) -> u64 {
    let floor = head.saturating_sub(u64::from(layout.slots()));
    if floor == head || holds(region, layout, floor) {
        floor
    } else {
        floor + 1
    }
}

impl<R: Region, P: Policy> Receiver<R, P> {
    fn at(region: R, layout: Layout, receiver: u32, next: u64) -> Self {
        let formatted = region.peek(FORMATTED);
        let (wait, policy) = (Spin, PhantomData);
        Self {
            region,
            layout,
            wait,
            next,
            epoch: 0,
            formatted,
            receiver,
            told_closed: false,
            dropped: 0,
            policy,
        }
    }
}

impl<R: RegionMut, W: Wait> Receiver<R, Backpressure, W> {
    /// Leaves in good order: what it has not taken stays for the next receiver of this index, however long that takes.
    pub fn leave(self) {
        let line = self.layout.receiver(self.receiver);
        self.region
            .poke(line + LEFT, self.region.peek(line + JOINED), Relaxed);
    }
}

impl<R: Region, P: Receive<R>, W: Wait> Receiver<R, P, W> {
    /// The same receiver, waiting and ringing another way.
    pub fn with_wait<V: Wait>(self, wait: V) -> Receiver<R, P, V> {
        let Self {
            region,
            layout,
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
            layout,
            wait,
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
        epoch != self.epoch || self.dropped != 0
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
        if self.dropped != 0
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
            let head = published(&self.region, &self.layout)?;
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
        self.region
            .peek(self.layout.slot(sequence as u32) + STAMP_LOW)
            == Stamp::published(sequence).low()
    }

    /// Where message `sequence` stands and what it says of itself, if it is published.
    #[inline]
    pub(super) fn header(&self, sequence: u64) -> Result<(usize, Header), Miss> {
        if !self.is_published(sequence) {
            return Err(Miss::Unpublished);
        }
        // publish: the frame was stored before its stamp.
        self.region.fence(Acquire);
        let slot = self.layout.slot(sequence as u32);
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
        let too_long = header.len > self.layout.capacity() as usize;
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
            &self.layout,
            self.receiver,
            self.next as u32,
            &mut self.wait,
        );
    }

    #[cold]
    pub(super) fn missing(&mut self, miss: Miss) -> RecvError {
        if self.is_anew() {
            return ANEW;
        }
        match miss {
            Miss::Unpublished => self.nothing(),
            Miss::Torn => self.lapped(),
            Miss::Length => RecvError::Corrupt { what: What::Length },
            Miss::TooSmall { need } => RecvError::TooSmall { need },
        }
    }

    /// Why the next message is not there.
    fn nothing(&mut self) -> RecvError {
        let session = self.layout.session();
        let epoch = self.region.peek(session + EPOCH);
        let closed = self.region.peek(session + CLOSED);
        // epoch, closed: everything published before them is seen by now.
        self.region.fence(Acquire);
        if self.is_published(self.next) {
            return RecvError::Empty;
        }
        if !self.is_next() {
            return self.lapped();
        }
        if let Some(news) = self.news(epoch) {
            return news;
        }
        if epoch != 0 && epoch == closed {
            self.told_closed = true;
            return RecvError::Closed;
        }
        RecvError::Empty
    }

    /// Whether the slot of the next message holds what it holds until that is published.
    fn is_next(&self) -> bool {
        let slot = self.layout.slot(self.next as u32);
        let low = self.region.peek(slot + STAMP_LOW);
        let high = self.region.load(slot + STAMP_HIGH, Relaxed);
        precedes(Stamp::from_halves(low, high), self.next, &self.layout)
    }

    /// Whether the region was formatted since this side attached. A new sender's epoch is new too, so no message of the
    /// new channel is delivered before this is asked.
    fn is_anew(&self) -> bool {
        self.region.peek(FORMATTED) != self.formatted
    }

    /// What there is to say before a message, or silence, of incarnation `epoch`.
    #[cold]
    pub(super) fn news(&mut self, epoch: u32) -> Option<RecvError> {
        if self.is_anew() {
            return Some(ANEW);
        }
        let dropped = core::mem::take(&mut self.dropped);
        if dropped != 0 {
            P::told(&self.region, &self.layout, self.receiver);
            return Some(RecvError::Missed(dropped));
        }
        if epoch == self.epoch || epoch == 0 {
            return None;
        }
        if self.epoch != 0
            && !self.told_closed
            && self.region.peek(self.layout.session() + CLOSED) == self.epoch
        {
            self.told_closed = true;
            return Some(RecvError::Closed);
        }
        self.told_closed = false;
        let first = core::mem::replace(&mut self.epoch, epoch) == 0;
        (!first).then_some(RecvError::SenderRestarted)
    }

    /// The next message is no longer in its slot: how many are gone, and where to go on.
    fn lapped(&mut self) -> RecvError {
        // publish: a stamp of a later lap brings the head that was stored before it.
        self.region.fence(Acquire);
        let head = match published(&self.region, &self.layout) {
            Ok(head) => head,
            Err(lost) => return lost.into(),
        };
        if head < self.next {
            return RecvError::Corrupt { what: What::Head };
        }
        let oldest =
            oldest(&self.region, &self.layout, head).max(self.next + u64::from(self.is_over()));
        let missed = oldest - self.next;
        if P::OVERFLOW == Overwrite::OVERFLOW && missed > 0 {
            self.next = oldest;
            return RecvError::Missed(missed);
        }
        match stamp(&self.region, self.layout.slot(self.next as u32)) {
            // It came meanwhile, or is still to come.
            Some(stamp)
                if stamp == Stamp::published(self.next)
                    || precedes(stamp, self.next, &self.layout) =>
            {
                RecvError::Empty
            }
            Some(stamp) if P::OVERFLOW == Backpressure::OVERFLOW || !self.is_past(stamp.low()) => {
                RecvError::Corrupt { what: What::Stamp }
            }
            _ => RecvError::Busy,
        }
    }

    /// Whether the slot itself shows that the next message is being, or was, overwritten by one of a later lap.
    fn is_over(&self) -> bool {
        let slot = self.layout.slot(self.next as u32);
        self.is_past(self.region.peek(slot + STAMP_LOW))
    }

    fn is_past(&self, low: u32) -> bool {
        let ahead = low.wrapping_sub(Stamp::published(self.next).low());
        let laps = ahead.wrapping_add(1) / 2;
        (1..1 << 31).contains(&ahead) && laps & (self.layout.slots() - 1) == 0
    }

    /// Whether a step would say something other than Empty.
    pub fn has_news(&self) -> bool {
        let session = self.layout.session();
        let epoch = self.region.peek(session + EPOCH);
        let closed = epoch != 0 && self.region.peek(session + CLOSED) == epoch;
        self.dropped != 0
            || epoch != self.epoch
            || closed != self.told_closed
            || !self.is_next_unwritten()
    }

    fn is_next_unwritten(&self) -> bool {
        !self.is_published(self.next) && self.is_next()
    }

    /// Waits for the sender without telling it: on read-only memory, or where the sender rings unasked. Returns when
    /// there may be news, or when this side's way of waiting has waited long enough.
    pub fn nap(&mut self) {
        let bell = self.layout.session() + BELL;
        let seen = self.region.peek(bell);
        // bell: whoever sees the bell move sees what it rang for.
        self.region.fence(Acquire);
        if !self.has_news() {
            self.wait.wait(self.region.address(bell), seen.to_le());
        }
    }

    /// Sequence of the next message.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The channel's geometry.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// This side's way of waiting.
    pub fn wait_mut(&mut self) -> &mut W {
        &mut self.wait
    }
}

impl<R: RegionMut, P: Receive<R>, W: Wait> Receiver<R, P, W> {
    /// Asks the sender to ring and waits for it: as [`nap`](Self::nap), and no wake-up is lost.
    pub fn sleep(&mut self) {
        let asks = self.layout.asks() + ASLEEP;
        let bell = self.layout.session() + BELL;
        self.region.poke(asks, 1, Relaxed);
        // ask: either the sender sees that this side asks, or this side sees the message.
        self.region.fence(SeqCst);
        let seen = self.region.peek(bell);
        // bell: if it has moved since, the request above may have been cleared with another's: seen below.
        self.region.fence(Acquire);
        if !self.has_news() && self.region.peek(asks) != 0 {
            self.wait.wait(self.region.address(bell), seen.to_le());
        }
    }
}

const ANEW: RecvError = RecvError::Corrupt {
    what: What::Formatted,
};

/// Why a read of one slot gave no message.
pub(super) enum Miss {
    Unpublished,
    Torn,
    Length,
    TooSmall { need: usize },
}
