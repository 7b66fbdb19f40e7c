//! Discarding the messages of a dead receiver. They are counted, and reported to the next receiver.

use super::{Flags, Receiver};
use crate::channel::outcome::DiscardError;
use crate::channel::policy::Backpressure;
use crate::geometry::GeometrySource;
use crate::head;
use crate::region::RegionMut;
use crate::wait::Wait;

impl<R: RegionMut, W: Wait, G: GeometrySource> Receiver<R, Backpressure, W, G> {
    /// Discards every message published so far, returns their number, and notifies a sender that waits for room. For that
    /// notification, set this side's [`Wait`] first.
    ///
    /// The gap is stored before the messages are discarded, so the count is exact if this side dies at any moment. The next
    /// receiver of this index reports the count as [`Event::Lagged`](crate::channel::Event::Lagged).
    ///
    /// On an error nothing is stored. [`DiscardError::Reformatted`]: the region was formatted meanwhile.
    /// [`DiscardError::ProgressLost`]: the progress of this index is lost, which only the next receiver can report.
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
        // A gap that was reported already is not counted again.
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
