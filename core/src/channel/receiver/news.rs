//! The reason why a step finds no message: nothing yet, a gap, another sender, a close, a format, or a contradiction.

use core::sync::atomic::Ordering::Acquire;

#[cfg(target_pointer_width = "64")]
use super::distance::Distance;
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

/// Whether the usual cases of no message, and of the newest one, have code of their own: not on small cores.
pub(super) const QUICK: bool = cfg!(target_pointer_width = "64");

/// Why a step returns no message: an [`Event`] or a [`RecvError`] in a form that stays in registers.
#[derive(Clone, Copy)]
pub(in crate::channel) enum Reason {
    Empty,
    Busy,
    ProgressLost,
    SenderRestarted,
    Closed,
    /// The lost messages are those from the receiver's `gap` to its `last`.
    Lagged,
    /// The message has this length.
    TooSmall(u32),
    Corrupt(Wrong),
    Reformatted,
}

/// A contradiction that a receiver finds, in one word.
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
    /// Why the usual case did not apply; `None` if the caller should try again. `found` is the length and the epoch of the next
    /// message, or `None` if its slot does not hold it. These words may come from two generations: see [`tell`](Self::tell).
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
        // epoch, closed: this side now sees everything that was published before the two words were stored.
        self.region.fence(Acquire);
        if QUICK && self.is_quiet(epoch, closed) {
            return Some(Reason::Empty);
        }
        let has_sender = self.generation.owns(epoch);
        // A generation that had a sender keeps having one. Before that, stamps and head may be of an older generation.
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

    /// The usual case of no message: the known sender has sent nothing, and there is nothing else to report.
    #[inline(always)]
    fn is_quiet(&self, epoch: u32, closed: u32) -> bool {
        epoch == self.epoch
            && closed != epoch
            && self.flags.is_quiet()
            && slot::next_stamp(&self.region, self.geometry(), self.last)
                == self.last.a_lap_before(self.geometry().slots())
            && !P::is_clobbered(&self.region, self.seat())
    }

    /// The event if the sender has published no further message.
    fn silence(&mut self, closed: bool) -> Option<Reason> {
        if !closed {
            return Some(Reason::Empty);
        }
        self.flags.set(Flags::TOLD_CLOSED);
        Some(Reason::Closed)
    }

    /// Why the next message, which is there, is not the usual case; `None` if the caller should try again.
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
                // Not while a loss of progress is unreported: if this receiver then died, the next one would not report it.
                if !self.is_progress_lost() {
                    self.release();
                }
                None
            }
        }
    }

    /// Turns `reason` into the result of the step. Checks the generation last, because the words behind `reason` may come from
    /// another generation.
    ///
    /// Inline, so that the result stays in registers.
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

    /// `reason`, or that the region was formatted.
    #[cold]
    fn confirmed(&self, reason: Reason) -> Reason {
        match self.was_reformatted() {
            true => Reason::Reformatted,
            false => reason,
        }
    }

    /// Whether this generation has a sender. Once true, it stays true. Before that, stamps and head may be of an older
    /// generation.
    pub(super) fn meet_sender(&mut self) -> bool {
        if !self.flags.has(Flags::SENDER_SEEN)
            && self.generation.sender_epoch(&self.region).is_some()
        {
            self.flags.set(Flags::SENDER_SEEN);
        }
        self.flags.has(Flags::SENDER_SEEN)
    }

    /// The state of the next message's slot.
    fn slot_state(&self) -> SlotState {
        let geometry = self.geometry();
        slot::state(&self.region, geometry, self.last)
    }

    /// The event to report before a message of incarnation `epoch`, or before silence of that incarnation. A frame of an older
    /// generation counts as Empty.
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

    /// The event that the previous receiver of this index left unreported.
    fn unreported(&mut self) -> Option<Reason> {
        if self.has_unreported_gap() {
            self.flags.clear(Flags::GAP);
            self.flags.set(Flags::GAP_TOLD);
            // The gap is empty if the side that announced it died before it discarded anything.
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

    /// The next message is overwritten: counts the lost messages, and moves to the oldest message that is left.
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
                #[cfg(target_pointer_width = "64")]
                {
                    self.distance = Distance::new(self.last, self.geometry.geometry());
                }
                Reason::Lagged
            }
            Ok(_) => Reason::Corrupt(Wrong::Head),
            Err(error) => error.into(),
        }
    }

    /// Whether a receive would return something other than Empty.
    pub fn has_news(&self) -> bool {
        let epoch = self.region.load_fresh(CONSTANTS + EPOCH);
        let closed = self.region.load(CONSTANTS + CLOSED);
        self.has_unreported_gap() && self.gap < self.last.count()
            || self.is_progress_lost()
            || self.generation.owns(epoch) && self.is_news(epoch, epoch == closed)
            || self.was_reformatted()
    }

    /// Whether a receive would report something about the sender of `epoch`.
    fn is_news(&self, epoch: u32, closed: bool) -> bool {
        !self.flags.has(Flags::SENDER_SEEN)
            || epoch != self.epoch
            || closed != self.flags.has(Flags::TOLD_CLOSED)
            || self.slot_state() != SlotState::Unwritten
    }

    /// Clears the gap in the region: it was reported, and now a message is received.
    pub(super) fn clear_discarded(&mut self) {
        if self.has_gap() {
            P::clear_discarding(&self.region, self.seat());
            self.flags.clear(Flags::GAP_TOLD);
        }
    }
}
