//! How a receiver waits for news, with and without a request to the sender.

use super::{Flags, Receiver};
use crate::channel::policy::Receive;
use crate::geometry::{CONSTANTS, GeometrySource, NOTIFY_SEQ};
use crate::region::{Region, RegionMut};
use crate::wait::Wait;
use crate::wakeup;

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Waits for the sender without telling it: on read-only memory, or where the sender notifies unrequested. Returns when
    /// there may be news, or when this side's way of waiting has waited long enough. Where the sender says that it never
    /// notifies, this side polls.
    pub fn wait_unregistered(&mut self) {
        if self.is_alone() {
            return self.notifier.wait.poll();
        }
        let seen = wakeup::notifications(&self.region);
        if !self.has_news() {
            self.wait_on(seen);
        }
    }

    fn wait_on(&mut self, seen: u32) {
        let word = self.region.address(CONSTANTS + NOTIFY_SEQ);
        self.notifier.wait.wait(word, seen.to_le());
    }

    /// Whether the sender says that it never notifies.
    pub(in crate::channel) fn is_alone(&self) -> bool {
        self.flags.has(Flags::SENDER_SEEN) && wakeup::is_sender_silent(&self.region)
    }
}

impl<R: RegionMut, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Requests a notification and waits for it: as [`wait_unregistered`](Self::wait_unregistered), and no wake-up is lost.
    pub fn wait(&mut self) {
        if self.is_alone() {
            return self.notifier.wait.poll();
        }
        if let Some(seen) = self.request() {
            self.wait_on(seen);
        }
    }

    /// Requests a notification, then looks: what to wait on, unless there may be news.
    #[inline]
    pub(in crate::channel) fn request(&mut self) -> Option<u32> {
        self.restore();
        let geometry = self.geometry.geometry();
        let seen = wakeup::request_message(&self.region, geometry);
        (!self.has_news()).then_some(seen)
    }
}
