//! Why there is no message: nothing yet, a gap, another sender, the end, or a contradiction.

use core::sync::atomic::Ordering::{Acquire, Relaxed};

use super::{Miss, Receiver};
use crate::channel::outcome::{Corruption, RecvError};
use crate::channel::policy::{Backpressure, Overwrite, Policy, Receive};
use crate::channel::recover::{oldest, precedes, published};
use crate::frame::{STAMP_HIGH, STAMP_LOW, Stamp};
use crate::geometry::{CLOSED, EPOCH, GeometrySource, was_reformatted};
use crate::region::Region;
use crate::wait::Wait;

/// The region is another channel than the one that this side attached to.
pub(super) const REFORMATTED: RecvError = RecvError::Corrupt {
    what: Corruption::Reformatted,
};

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    #[cold]
    pub(super) fn missing(&mut self, miss: Miss) -> RecvError {
        let why = match miss {
            Miss::Unpublished => self.nothing(),
            Miss::Torn => self.torn(),
            Miss::Length => RecvError::Corrupt {
                what: Corruption::Length,
            },
            Miss::BufferTooSmall { required } => RecvError::BufferTooSmall { required },
        };
        if self.is_unsettled() {
            REFORMATTED
        } else {
            why
        }
    }

    /// Why the next message is not there.
    fn nothing(&mut self) -> RecvError {
        let session = self.geometry().session();
        let epoch = self.region.load_fresh(session + EPOCH);
        let closed = self.region.load(session + CLOSED, Relaxed);
        // epoch, closed: everything published before them is seen by now.
        self.region.fence(Acquire);
        match self.ahead() {
            Ahead::Published => return RecvError::Empty,
            Ahead::Unwritten => {}
            Ahead::Gone => return self.lapped(),
        }
        if let Some(news) = self.heard(epoch) {
            return news;
        }
        if epoch != 0 && epoch == closed {
            self.told_closed = true;
            return RecvError::Closed;
        }
        RecvError::Empty
    }

    /// The next message was there, and then it was not.
    fn torn(&mut self) -> RecvError {
        match self.ahead() {
            Ahead::Unwritten => RecvError::Empty,
            // Published again is the message that comes 2^31 later, with the same low half.
            Ahead::Published | Ahead::Gone => self.lapped(),
        }
    }

    /// What stands in the next message's slot, each half of its stamp at its own moment.
    fn ahead(&self) -> Ahead {
        let slot = self.geometry().slot(self.next as u32);
        let low = self.region.load_fresh(slot + STAMP_LOW);
        let high = self.region.load(slot + STAMP_HIGH, Relaxed);
        if low == Stamp::published(self.next).low() {
            Ahead::Published
        } else if precedes(Stamp::from_halves(low, high), self.next, &self.geometry) {
            Ahead::Unwritten
        } else {
            Ahead::Gone
        }
    }

    /// Whether the region was formatted since this side attached, or is being formatted: then the steps say so too. A new
    /// sender's epoch is new as well, so no message of the new channel is delivered before this is asked.
    pub fn was_reformatted(&self) -> bool {
        was_reformatted(&self.region, self.formatted)
    }

    /// The same, asked before a step is [settled](Self::settle): under overwrite, where it ends without that question.
    fn is_unsettled(&self) -> bool {
        P::OVERFLOW == Overwrite::OVERFLOW && self.was_reformatted()
    }

    /// What there is to say before a message of incarnation `epoch`.
    #[cold]
    pub(super) fn news(&mut self, epoch: u32) -> Option<RecvError> {
        if self.is_unsettled() {
            return Some(REFORMATTED);
        }
        self.heard(epoch)
    }

    /// What there is to say before a message, or silence, of incarnation `epoch`.
    fn heard(&mut self, epoch: u32) -> Option<RecvError> {
        if self.has_untold() {
            self.told_dropped = true;
            return Some(RecvError::Lagged(self.dropped));
        }
        if epoch == self.epoch || epoch == 0 {
            return None;
        }
        if self.epoch != 0
            && !self.told_closed
            && self.region.load_fresh(self.geometry().session() + CLOSED) == self.epoch
        {
            self.told_closed = true;
            return Some(RecvError::Closed);
        }
        self.told_closed = false;
        let first = core::mem::replace(&mut self.epoch, epoch) == 0;
        (!first).then_some(RecvError::SenderRestarted)
    }

    /// The next message is not in its slot: how many are gone, and where to go on.
    fn lapped(&mut self) -> RecvError {
        if P::OVERFLOW == Backpressure::OVERFLOW {
            return RecvError::Corrupt {
                what: Corruption::Stamp,
            };
        }
        match published(&self.region, &self.geometry) {
            Ok(head) if head > self.next => {
                let oldest = oldest(&self.region, &self.geometry, head).max(self.next + 1);
                let missed = oldest - self.next;
                self.next = oldest;
                RecvError::Lagged(missed)
            }
            Ok(_) => RecvError::Corrupt {
                what: Corruption::Head,
            },
            Err(lost) => lost.into(),
        }
    }

    /// Whether a step would say something other than Empty.
    pub fn has_news(&self) -> bool {
        let session = self.geometry().session();
        let epoch = self.region.load_fresh(session + EPOCH);
        let closed = epoch != 0 && self.region.load(session + CLOSED, Relaxed) == epoch;
        self.has_untold()
            || epoch != self.epoch
            || closed != self.told_closed
            || !matches!(self.ahead(), Ahead::Unwritten)
            || self.was_reformatted()
    }

    /// Whether messages were dropped on this line and that is still to be told.
    fn has_untold(&self) -> bool {
        self.has_dropped() && !self.told_dropped
    }

    /// The region need not remember any more what was dropped: it was told, and now a message is taken.
    pub(super) fn forget_dropped(&mut self) {
        if self.has_dropped() && self.told_dropped {
            P::told(&self.region, &self.geometry, self.receiver);
            (self.dropped, self.told_dropped) = (0, false);
        }
    }
}

/// What stands in the slot of a message that a receiver waits for.
enum Ahead {
    /// The message, by the low half of its stamp.
    Published,
    /// What stands there until it is published.
    Unwritten,
    /// A later message, or nonsense.
    Gone,
}
