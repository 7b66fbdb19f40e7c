//! Why there is no message: nothing yet, a gap, another sender, the end, a format, or a contradiction.

use core::sync::atomic::Ordering::Acquire;

use super::read::Fit;
use super::{Flags, Receiver};
use crate::channel::event::Event;
use crate::channel::outcome::{Corruption, RecvError};
use crate::channel::policy::{Backpressure, Policy, Receive};
use crate::geometry::{CLOSED, CONSTANTS, EPOCH, GeometrySource};
use crate::head::{self, HeadError};
use crate::region::Region;
use crate::slot::{self, SlotState};
use crate::wait::Wait;

/// Whether the usual case of no message is worth code of its own: not on small cores.
const QUICK: bool = cfg!(target_pointer_width = "64");

/// Why no message comes: an [`Event`] or a [`RecvError`] that stays in registers.
#[derive(Clone, Copy)]
pub(in crate::channel) enum Reason {
    Empty,
    Busy,
    ProgressLost,
    SenderRestarted,
    Closed,
    /// As many messages as are from the receiver's `gap` to its `last`.
    Lagged,
    /// The message has this length.
    TooSmall(u32),
    Corrupt(Wrong),
    Reformatted,
}

/// What a receiver finds wrong, in a word.
#[derive(Clone, Copy)]
#[repr(u32)]
pub(in crate::channel) enum Wrong {
    Head,
    Stamp,
    Length,
}

impl From<Wrong> for Corruption {
    #[inline(always)]
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Head => Corruption::Head,
            Wrong::Stamp => Corruption::Stamp,
            Wrong::Length => Corruption::Length,
        }
    }
}

impl From<HeadError> for Reason {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::Busy => Reason::Busy,
            HeadError::Corrupt => Reason::Corrupt(Wrong::Head),
        }
    }
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Why the usual case did not come, where the next message's slot was seen to have this length and epoch, or not to have that
    /// message; `None` if it may come now. What was found may be of two generations: see [`tell`](Self::tell).
    #[cold]
    pub(super) fn explain(
        &mut self,
        is_there: bool,
        [length, epoch]: [u32; 2],
        space: Option<usize>,
    ) -> Option<Reason> {
        let slot = self.geometry().slot_after(self.last);
        match is_there && self.flags.has(Flags::SENDER_SEEN) && self.verify(slot).is_some() {
            true => self.explain_message(length, epoch, space),
            false => self.explain_absence(),
        }
    }

    /// Why the next message is not there; `None` if it is there now.
    pub(in crate::channel) fn explain_absence(&mut self) -> Option<Reason> {
        let epoch = self.region.load_fresh(CONSTANTS + EPOCH);
        let closed = self.region.load(CONSTANTS + CLOSED);
        // epoch, closed: everything published before them is seen by now.
        self.region.fence(Acquire);
        if QUICK && self.is_quiet(epoch, closed) {
            return Some(Reason::Empty);
        }
        let has_sender = self.generation.owns(epoch);
        // Seen once, that stays true; only then are stamps and head this generation's.
        self.flags.set_if(Flags::SENDER_SEEN, has_sender);
        if self.flags.has(Flags::SENDER_SEEN) {
            match self.slot_state() {
                SlotState::Published => return None,
                SlotState::Gone if has_sender => return Some(self.lapped()),
                _ => {}
            }
        }
        self.restore();
        self.epoch_change(epoch)
            .or_else(|| self.silence(epoch == closed))
    }

    /// The usual case of no message: the sender before has neither sent nor said anything.
    #[inline(always)]
    fn is_quiet(&self, epoch: u32, closed: u32) -> bool {
        epoch == self.epoch
            && closed != epoch
            && self.flags.is_quiet()
            && slot::next_stamp(&self.region, self.geometry(), self.last)
                == self.last.a_lap_before(self.geometry().slots())
            && !P::is_clobbered(&self.region, self.seat())
    }

    /// What there is to say where the sender before has sent no more.
    fn silence(&mut self, closed: bool) -> Option<Reason> {
        if !closed {
            return Some(Reason::Empty);
        }
        self.flags.set(Flags::TOLD_CLOSED);
        Some(Reason::Closed)
    }

    /// Why the next message, which is there, is not the usual case; `None` if it may be now.
    fn explain_message(&mut self, length: u32, epoch: u32, space: Option<usize>) -> Option<Reason> {
        let news = self.epoch_change(epoch);
        if news.is_some() {
            return news;
        }
        match self.fit(length, space) {
            Fit::Fits => {
                self.clear_discarded();
                None
            }
            Fit::Not(reason) => Some(reason),
            Fit::Void => {
                self.last = self.last.after();
                // Not before it is told that progress is lost: whoever comes next would not learn it.
                if !self.is_progress_lost() {
                    self.release();
                }
                None
            }
        }
    }

    /// Tells the caller. Looks last of all whether the region was formatted, because the reason may come of another generation.
    ///
    /// Inline, so that what a receive finds stays in registers.
    #[inline(always)]
    pub(in crate::channel) fn tell<T>(&self, reason: Reason) -> Result<Event<T>, RecvError> {
        let reason = self.confirmed(reason);
        if let Reason::TooSmall(length) = reason {
            let required = length as usize;
            return Err(RecvError::BufferTooSmall { required });
        }
        if let Reason::Corrupt(wrong) = reason {
            return Err(RecvError::Corrupt { what: wrong.into() });
        }
        if let Reason::Lagged = reason {
            let count = self.last.count().wrapping_sub(self.gap);
            return Ok(Event::Lagged(count));
        }
        Ok(match reason {
            Reason::Busy => Event::Busy,
            Reason::ProgressLost => Event::ProgressLost,
            Reason::SenderRestarted => Event::SenderRestarted,
            Reason::Closed => Event::Closed,
            Reason::Reformatted => return Err(RecvError::Reformatted),
            _ => Event::Empty,
        })
    }

    /// This reason, unless the region was formatted.
    #[cold]
    fn confirmed(&self, reason: Reason) -> Reason {
        match self.was_reformatted() {
            true => Reason::Reformatted,
            false => reason,
        }
    }

    /// Whether this generation has a sender. Seen once, that stays true; only then are stamps and head this generation's.
    pub(super) fn meet_sender(&mut self) -> bool {
        if !self.flags.has(Flags::SENDER_SEEN)
            && self.generation.sender_epoch(&self.region).is_some()
        {
            self.flags.set(Flags::SENDER_SEEN);
        }
        self.flags.has(Flags::SENDER_SEEN)
    }

    /// What stands in the next message's slot.
    fn slot_state(&self) -> SlotState {
        let geometry = self.geometry();
        slot::state(&self.region, geometry, self.last)
    }

    /// What there is to say before a message, or silence, of incarnation `epoch`. A frame of an older generation is nothing
    /// yet.
    #[cold]
    fn epoch_change(&mut self, epoch: u32) -> Option<Reason> {
        let unreported = self.unreported();
        if unreported.is_some() || epoch == self.epoch {
            return unreported;
        }
        if !self.generation.owns(epoch) {
            return Some(Reason::Empty);
        }
        let is_first = !self.generation.owns(self.epoch);
        if !is_first && !self.flags.has(Flags::TOLD_CLOSED) && self.has_closed() {
            return self.silence(true);
        }
        self.flags.clear(Flags::TOLD_CLOSED);
        self.epoch = epoch;
        (!is_first).then_some(Reason::SenderRestarted)
    }

    /// Whether the sender whose messages are being delivered was the last one that closed.
    fn has_closed(&self) -> bool {
        self.region.load_fresh(CONSTANTS + CLOSED) == self.epoch
    }

    /// What the receiver before this one left to report.
    fn unreported(&mut self) -> Option<Reason> {
        if self.has_unreported_gap() {
            self.flags.clear(Flags::GAP);
            self.flags.set(Flags::GAP_TOLD);
            // None where whoever announced the gap died before it discarded anything.
            if self.gap < self.last.count() {
                return Some(Reason::Lagged);
            }
        }
        if !self.is_progress_lost() {
            return None;
        }
        self.flags.clear(Flags::PROGRESS_LOST);
        Some(Reason::ProgressLost)
    }

    /// The next message is not in its slot: how many are gone, and where to go on.
    fn lapped(&mut self) -> Reason {
        if P::OVERFLOW == Backpressure::OVERFLOW {
            return Reason::Corrupt(Wrong::Stamp);
        }
        let geometry = self.geometry.geometry();
        match head::find(&self.region, geometry) {
            Ok(head) if head > self.last => {
                self.gap = self.last.count();
                let oldest = head::before_oldest(&self.region, geometry, head);
                self.last = oldest.max(self.last.after());
                Reason::Lagged
            }
            Ok(_) => Reason::Corrupt(Wrong::Head),
            Err(error) => error.into(),
        }
    }

    /// Whether a step would say something other than Empty.
    pub fn has_news(&self) -> bool {
        let epoch = self.region.load_fresh(CONSTANTS + EPOCH);
        let closed = self.region.load(CONSTANTS + CLOSED);
        self.has_unreported_gap() && self.gap < self.last.count()
            || self.is_progress_lost()
            || self.generation.owns(epoch) && self.is_news(epoch, epoch == closed)
            || self.was_reformatted()
    }

    /// Whether the sender of `epoch` gives a step something to say.
    fn is_news(&self, epoch: u32, closed: bool) -> bool {
        !self.flags.has(Flags::SENDER_SEEN)
            || epoch != self.epoch
            || closed != self.flags.has(Flags::TOLD_CLOSED)
            || self.slot_state() != SlotState::Unwritten
    }

    /// The region need not remember any more what was discarded: it was reported, and now a message is received.
    pub(super) fn clear_discarded(&mut self) {
        if self.has_gap() {
            P::clear_discarding(&self.region, self.seat());
            self.flags.clear(Flags::GAP_TOLD);
        }
    }
}
