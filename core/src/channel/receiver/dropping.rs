//! Messages that nobody will take: dropped on behalf of a dead receiver, counted, and told to the next.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::Receiver;
use crate::channel::outcome::RecvError;
use crate::channel::policy::{Backpressure, Receive};
use crate::channel::recover::published;
use crate::geometry::GeometrySource;
use crate::geometry::{DISCARDED_FROM, DISCARDING};
use crate::region::RegionMut;
use crate::wait::Spin;

impl<R: RegionMut, G: GeometrySource> Receiver<R, Backpressure, Spin, G> {
    /// Learns what was dropped on this line and told to nobody.
    pub(super) fn recall_dropped(&mut self) {
        let line = self.geometry().receiver(self.receiver);
        if self.region.load(line + DISCARDING, Relaxed) == 0 {
            return;
        }
        self.dropped = self.next.saturating_sub(self.dropped_from(line));
        if self.dropped == 0 {
            // Whoever announced a gap died before it dropped anything. What comes now is delivered, so it must not count.
            Backpressure::told(&self.region, &self.geometry, self.receiver);
        }
    }

    /// Drops every message published so far, and returns how many. Says so in the region first, so that the count is
    /// exact wherever this one dies; whoever next receives on this line is told it as [`RecvError::Lagged`].
    pub fn discard_pending(&mut self) -> Result<u64, RecvError> {
        let head = published(&self.region, &self.geometry)?;
        let count = head.saturating_sub(self.next);
        // What was told before does not count again.
        self.forget_dropped();
        let line = self.geometry().receiver(self.receiver);
        if count > 0 && self.dropped == 0 {
            self.region
                .store(line + DISCARDED_FROM, self.next as u32, Relaxed);
            self.region
                .store_through(line + DISCARDED_FROM + 4, (self.next >> 32) as u32, Relaxed);
            // dropping: whoever sees it sees where the gap began.
            self.region.store_through(line + DISCARDING, 1, Release);
        }
        self.next += count;
        self.dropped += count;
        Backpressure::release(
            &self.region,
            &self.geometry,
            self.receiver,
            self.next as u32,
            &mut self.ringer,
        );
        Ok(count)
    }

    fn dropped_from(&self, line: usize) -> u64 {
        // dropping: pairs with the release in `discard_pending`.
        self.region.fence(Acquire);
        let low = self.region.load(line + DISCARDED_FROM, Relaxed);
        let high = self.region.load(line + DISCARDED_FROM + 4, Relaxed);
        u64::from(high) << 32 | u64::from(low)
    }
}
