//! Messages that nobody will receive: discarded on behalf of a dead receiver, counted, and reported to the next.

use super::{Flags, Receiver};
use crate::channel::outcome::DiscardError;
use crate::channel::policy::Backpressure;
use crate::geometry::GeometrySource;
use crate::head;
use crate::region::RegionMut;
use crate::wait::Wait;

impl<R: RegionMut, W: Wait, G: GeometrySource> Receiver<R, Backpressure, W, G> {
    /// Discards every message published so far, returns how many, and notifies a sender that waits for room: so give this
    /// side its way of waiting first. Says so in the region before, so that the count is exact wherever this one dies;
    /// whoever next receives on this line is told it as [`Event::Lagged`](crate::channel::Event::Lagged).
    ///
    /// Touches nothing of a region that was formatted meanwhile: then the error is [`DiscardError::Reformatted`]. Nor of a seat whose
    /// progress is lost, which only the next receiver can tell: then it is [`DiscardError::ProgressLost`].
    pub fn discard_pending(&mut self) -> Result<u64, DiscardError> {
        let head = match self.meet_sender() {
            true => head::find(&self.region, self.geometry.geometry()),
            false => Ok(self.last),
        };
        if self.was_reformatted() {
            return Err(DiscardError::Reformatted);
        }
        if self.flags.has(Flags::PROGRESS_LOST) {
            return Err(DiscardError::ProgressLost);
        }
        let head = head?.max(self.last);
        let count = head.since(self.last);
        // What was reported before does not count again.
        if !self.has_unreported_gap() {
            self.clear_discarded();
        }
        if count > 0 && !self.flags.has(Flags::GAP) {
            self.gap = self.last.count();
            self.flags.set(Flags::GAP);
            self.seat().begin_discarding(&self.region, self.gap);
        }
        self.last = head;
        self.release();
        Ok(count)
    }
}
