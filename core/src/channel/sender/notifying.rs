//! When a sender wakes receivers.

use super::Sender;
use crate::channel::policy::Policy;
use crate::geometry::GeometrySource;
use crate::region::RegionMut;
use crate::wait::{Notify, Wait};
use crate::wakeup;

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Wakes receivers, if this side's [`Wait`] says that a notification is due or requested.
    #[inline]
    pub(in crate::channel) fn notify(&mut self) {
        let sent = self.newest.count() as u32;
        match W::NOTIFY {
            Notify::Never => {}
            Notify::Always if self.notifier.is_time(sent) => self.notify_as_due(),
            Notify::Always => {}
            Notify::OnRequest | Notify::AlwaysAndOnRequest => {
                wakeup::before_request_check(&self.region);
                if self.is_requested() || self.notifier.is_time(sent) {
                    self.notify_as_due();
                }
            }
        }
    }

    fn is_requested(&self) -> bool {
        wakeup::is_message_requested(&self.region, self.geometry.geometry())
    }

    #[cold]
    fn notify_as_due(&mut self) {
        let sent = self.newest.count() as u32;
        let due = self.notifier.is_time(sent) && self.notifier.ask(sent);
        let requested = self.is_requested();
        if requested {
            wakeup::clear_message_request(&self.region, self.geometry.geometry());
        }
        if requested || due {
            self.wake(requested);
        }
    }

    fn wake(&mut self, requested: bool) {
        self.notify_count = self.notify_count.wrapping_add(1);
        wakeup::notify_receivers(
            &self.region,
            self.generation,
            self.notify_count,
            &mut self.notifier.wait,
            requested,
        );
    }

    /// Notifies now, requested or not: before the program goes idle, and for receivers that cannot request.
    pub fn notify_now(&mut self) {
        if W::NOTIFY != Notify::Never {
            self.notifier.ask_next(self.newest.count() as u32);
            wakeup::clear_message_request(&self.region, self.geometry.geometry());
            self.wake(true);
        }
    }
}
