//! How a receiver waits for news, with and without a word to the sender.

use core::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};

use super::Receiver;
use crate::channel::policy::Receive;
use crate::geometry::GeometrySource;
use crate::geometry::{NOTIFY_SEQ, RECEIVER_WAITING};
use crate::region::{Region, RegionMut};
use crate::wait::Wait;

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Waits for the sender without telling it: on read-only memory, or where the sender rings unasked. Returns when
    /// there may be news, or when this side's way of waiting has waited long enough.
    pub fn wait_unregistered(&mut self) {
        let bell = self.geometry().session() + NOTIFY_SEQ;
        let seen = self.region.load_fresh(bell);
        // bell: whoever sees the bell move sees what it rang for.
        self.region.fence(Acquire);
        if !self.has_news() {
            self.ringer
                .wait
                .wait(self.region.address(bell), seen.to_le());
        }
    }
}

impl<R: RegionMut, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Asks the sender to ring and waits for it: as [`wait_unregistered`](Self::wait_unregistered), and no wake-up is lost.
    pub fn wait(&mut self) {
        if let Some(seen) = self.ask() {
            let bell = self.geometry().session() + NOTIFY_SEQ;
            self.ringer
                .wait
                .wait(self.region.address(bell), seen.to_le());
        }
    }

    /// Asks the sender to ring, then looks: what its bell shows, unless there may be news.
    #[inline]
    pub(in crate::channel) fn ask(&self) -> Option<u32> {
        let asks = self.geometry().asks() + RECEIVER_WAITING;
        let bell = self.geometry().session() + NOTIFY_SEQ;
        self.region.store_through(asks, 1, Relaxed);
        // ask: either the sender sees that this side asks, or this side sees the message.
        self.region.fence(SeqCst);
        let seen = self.region.load_fresh(bell);
        // bell: if it has moved since, the request above may have been cleared with another's: seen below.
        self.region.fence(Acquire);
        (!self.has_news() && self.region.load_fresh(asks) != 0).then_some(seen)
    }
}
