//! Why there is no message: nothing yet, a gap, another sender, the end, or a contradiction.

use core::sync::atomic::Ordering::{Acquire, Relaxed};

use super::{Miss, Receiver};
use crate::channel::outcome::{RecvError, What};
use crate::channel::policy::{Backpressure, Overwrite, Policy, Receive};
use crate::channel::recover::{oldest, precedes, published, stamp};
use crate::frame::{STAMP_HIGH, STAMP_LOW, Stamp};
use crate::layout::{CLOSED, EPOCH, FORMATTED};
use crate::region::Region;
use crate::wait::Wait;

const ANEW: RecvError = RecvError::Corrupt {
    what: What::Formatted,
};

impl<R: Region, P: Receive<R>, W: Wait> Receiver<R, P, W> {
    #[cold]
    pub(in crate::channel) fn missing(&mut self, miss: Miss) -> RecvError {
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
    pub(in crate::channel) fn news(&mut self, epoch: u32) -> Option<RecvError> {
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
}
