//! How a receiver waits for news, with and without a request to the sender.

use core::hint::spin_loop;

use super::{Flags, Receiver};
use crate::channel::policy::Receive;
use crate::geometry::{CONSTANTS, GeometrySource, NOTIFY_SEQ};
use crate::region::{Region, RegionMut};
use crate::wait::{OTHER_NEWS, Wait};
use crate::wakeup;

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Waits for the sender without telling it: on read-only memory, or where the sender notifies unrequested. Returns when
    /// there may be news, or when this side's way of waiting has waited long enough. Where the sender says that it never
    /// notifies, this side polls.
    pub fn wait_unregistered(&mut self) {
        if self.is_alone() {
            return self.notifier.wait.poll();
        }
        if self.spin() {
            return;
        }
        let seen = wakeup::notifications(&self.region);
        if !self.has_news() {
            self.wait_on(seen);
        }
    }

    /// Looks for news, without a request, as long as this side's way of waiting spins. Whether there may be news.
    #[inline]
    fn spin(&mut self) -> bool {
        let mut looks = 0;
        while self.notifier.wait.spins(looks) {
            spin_loop();
            looks = looks.wrapping_add(1);
            if self.is_ready() || looks % OTHER_NEWS == 0 && self.has_news() {
                return true;
            }
        }
        false
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
        if self.spin() {
            return;
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
