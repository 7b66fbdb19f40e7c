//! When does a sender wake receivers?

use core::sync::atomic::Ordering::{Relaxed, Release, SeqCst};

use super::Sender;
use crate::channel::policy::Policy;
use crate::geometry::{GeometrySource, NOTIFY_SEQ, RECEIVER_WAITING};
use crate::region::RegionMut;
use crate::wait::{Notify, Wait};

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Wakes receivers, if this side's way of waiting says so.
    #[inline]
    pub(in crate::channel) fn ring(&mut self) {
        let sent = self.next as u32;
        match W::NOTIFY {
            Notify::Never => {}
            Notify::Always if self.ringer.is_time(sent) => self.ring_as_due(),
            Notify::Always => {}
            Notify::OnRequest | Notify::AlwaysAndOnRequest => {
                // ask: either a receiver sees the message before it sleeps, or this side sees that it asks.
                self.region.fence(SeqCst);
                if self.is_asked() || self.ringer.is_time(sent) {
                    self.ring_as_due();
                }
            }
        }
    }

    fn is_asked(&self) -> bool {
        self.region
            .load_fresh(self.geometry().asks() + RECEIVER_WAITING)
            != 0
    }

    #[cold]
    fn ring_as_due(&mut self) {
        let sent = self.next as u32;
        let due = self.ringer.is_time(sent) && self.ringer.ask(sent);
        let asked = self.is_asked();
        if asked {
            let asks = self.geometry().asks() + RECEIVER_WAITING;
            self.region.store_through(asks, 0, Relaxed);
        }
        if asked || due {
            self.strike(asked);
        }
    }

    fn strike(&mut self, asked: bool) {
        let bell = self.geometry().session() + NOTIFY_SEQ;
        self.bell = self.bell.wrapping_add(1);
        // bell: whoever sees the bell move sees that its request was cleared, and asks again.
        self.region.store_through(bell, self.bell, Release);
        self.ringer.wait.notify(self.region.address(bell), asked);
    }

    /// Rings now, asked or not: before going idle, for receivers that cannot ask.
    pub fn notify_now(&mut self) {
        if W::NOTIFY != Notify::Never {
            self.ringer.ask_next(self.next as u32);
            self.region
                .store_through(self.geometry().asks() + RECEIVER_WAITING, 0, Relaxed);
            self.strike(true);
        }
    }
}
