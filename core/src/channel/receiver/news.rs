//! Why there is no message: nothing yet, a gap, another sender, the end, or a contradiction.

use core::sync::atomic::Ordering::{Acquire, Relaxed};

use super::{Miss, Receiver};
use crate::channel::outcome::{RecvError, What};
use crate::channel::policy::{Backpressure, Policy, Receive};
use crate::channel::recover::{is_published, oldest, precedes, published};
use crate::frame::{STAMP_HIGH, STAMP_LOW, Stamp};
use crate::layout::Geometry;
use crate::layout::{CLOSED, EPOCH, FORMATTED};
use crate::region::Region;
use crate::wait::Wait;

const ANEW: RecvError = RecvError::Corrupt {
    what: What::Formatted,
};

impl<R: Region, P: Receive<R>, W: Wait, G: Geometry> Receiver<R, P, W, G> {
    #[cold]
    pub(in crate::channel) fn missing(&mut self, miss: Miss) -> RecvError {
        if self.is_anew() {
            return ANEW;
        }
        match miss {
            Miss::Unpublished => self.nothing(),
            Miss::Torn => self.lapped(true),
            Miss::Length => RecvError::Corrupt { what: What::Length },
            Miss::TooSmall { need } => RecvError::TooSmall { need },
        }
    }

    /// Why the next message is not there.
    fn nothing(&mut self) -> RecvError {
        let session = self.layout().session();
        let epoch = self.region.peek(session + EPOCH);
        let closed = self.region.load(session + CLOSED, Relaxed);
        // epoch, closed: everything published before them is seen by now.
        self.region.fence(Acquire);
        if is_published(&self.region, &self.geometry, self.next) {
            return RecvError::Empty;
        }
        if !self.is_next() {
            return self.lapped(false);
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
        precedes(self.glimpse(), self.next, &self.geometry)
    }

    /// What the next message's slot bears: each half of it, at its own moment.
    fn glimpse(&self) -> Stamp {
        let slot = self.layout().slot(self.next as u32);
        let low = self.region.load(slot + STAMP_LOW, Relaxed);
        let high = self.region.load(slot + STAMP_HIGH, Relaxed);
        Stamp::from_halves(low, high)
    }

    /// Whether the region was formatted since this side attached: then the steps say so too. A new sender's epoch is new as
    /// well, so no message of the new channel is delivered before this is asked.
    pub fn is_anew(&self) -> bool {
        self.region.peek(FORMATTED) != self.formatted
    }

    /// What there is to say before a message, or silence, of incarnation `epoch`.
    #[cold]
    pub(in crate::channel) fn news(&mut self, epoch: u32) -> Option<RecvError> {
        if self.is_anew() {
            return Some(ANEW);
        }
        if self.has_dropped() {
            let dropped = core::mem::take(&mut self.dropped);
            P::told(&self.region, &self.geometry, self.receiver);
            return Some(RecvError::Missed(dropped));
        }
        if epoch == self.epoch || epoch == 0 {
            return None;
        }
        if self.epoch != 0
            && !self.told_closed
            && self.region.peek(self.layout().session() + CLOSED) == self.epoch
        {
            self.told_closed = true;
            return Some(RecvError::Closed);
        }
        self.told_closed = false;
        let first = core::mem::replace(&mut self.epoch, epoch) == 0;
        (!first).then_some(RecvError::SenderRestarted)
    }

    /// The next message is not in its slot: how many are gone, and where to go on.
    fn lapped(&mut self, torn: bool) -> RecvError {
        let stamp = self.glimpse();
        // It came meanwhile, or is still to come. (Torn, the same low half is that of a message 2^31 later.)
        if !torn && stamp.low() == Stamp::published(self.next).low()
            || precedes(stamp, self.next, &self.geometry)
        {
            return RecvError::Empty;
        }
        if P::OVERFLOW == Backpressure::OVERFLOW {
            return RecvError::Corrupt { what: What::Stamp };
        }
        match published(&self.region, &self.geometry) {
            Ok(head) if head > self.next => {
                let oldest = oldest(&self.region, &self.geometry, head).max(self.next + 1);
                let missed = oldest - self.next;
                self.next = oldest;
                RecvError::Missed(missed)
            }
            Ok(_) => RecvError::Corrupt { what: What::Head },
            Err(lost) => lost.into(),
        }
    }

    /// Whether a step would say something other than Empty.
    pub fn has_news(&self) -> bool {
        let session = self.layout().session();
        let epoch = self.region.peek(session + EPOCH);
        let closed = epoch != 0 && self.region.load(session + CLOSED, Relaxed) == epoch;
        self.has_dropped()
            || epoch != self.epoch
            || closed != self.told_closed
            || !self.is_next_unwritten()
    }

    fn is_next_unwritten(&self) -> bool {
        !is_published(&self.region, &self.geometry, self.next) && self.is_next()
    }
}
