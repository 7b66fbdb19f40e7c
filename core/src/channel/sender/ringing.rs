//! When does a sender wake receivers?

use core::sync::atomic::Ordering::{Relaxed, Release, SeqCst};

use super::Sender;
use crate::channel::policy::Policy;
use crate::layout::{ASLEEP, BELL, Geometry};
use crate::region::RegionMut;
use crate::wait::{Ring, Wait};

impl<R: RegionMut, P: Policy, W: Wait, G: Geometry> Sender<R, P, W, G> {
    /// Wakes receivers, if this side's way of waiting says so.
    #[inline]
    pub(in crate::channel) fn ring(&mut self) {
        let sent = self.next as u32;
        match W::RING {
            Ring::Never => {}
            Ring::Always if self.ringer.is_time(sent) => self.ring_as_due(),
            Ring::Always => {}
            Ring::WhenAsked | Ring::WhenAskedOrNot => {
                // ask: either a receiver sees the message before it sleeps, or this side sees that it asks.
                self.region.fence(SeqCst);
                if self.is_asked() || self.ringer.is_time(sent) {
                    self.ring_as_due();
                }
            }
        }
    }

    fn is_asked(&self) -> bool {
        self.region.peek(self.layout().asks() + ASLEEP) != 0
    }

    #[cold]
    fn ring_as_due(&mut self) {
        let sent = self.next as u32;
        let due = self.ringer.is_time(sent) && self.ringer.ask(sent);
        let asked = self.is_asked();
        if asked {
            let asks = self.layout().asks() + ASLEEP;
            self.region.poke(asks, 0, Relaxed);
        }
        if asked || due {
            self.strike(asked);
        }
    }

    fn strike(&mut self, asked: bool) {
        let bell = self.layout().session() + BELL;
        self.bell = self.bell.wrapping_add(1);
        // bell: whoever sees the bell move sees that its request was cleared, and asks again.
        self.region.poke(bell, self.bell, Release);
        self.ringer.wait.ring(self.region.address(bell), asked);
    }

    /// Rings now, asked or not: before going idle, for receivers that cannot ask.
    pub fn ring_now(&mut self) {
        if W::RING != Ring::Never {
            self.ringer.ask_next(self.next as u32);
            self.region.poke(self.layout().asks() + ASLEEP, 0, Relaxed);
            self.strike(true);
        }
    }
}
