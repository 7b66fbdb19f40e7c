//! How far have the receivers of a backpressure channel come, and is there room for another message?

use core::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};

use super::Sender;
use crate::channel::outcome::{Corruption, SendError};
use crate::channel::policy::{Backpressure, Policy};
use crate::geometry::{ATTACH_COUNT, CONSUMED, GeometrySource, LEFT, SENDER_WAITING};
use crate::region::RegionMut;
use crate::wait::Wait;

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Reads how far the receivers are, and how many messages there is room for.
    #[cold]
    pub(super) fn room(&mut self) -> Result<(), SendError> {
        let slots = self.geometry().slots();
        let mut slowest = (0, 0);
        for receiver in 0..self.geometry().receivers() {
            let pending = self.untaken(receiver);
            if pending > slots {
                return Err(SendError::Corrupt {
                    what: Corruption::Consumed { receiver },
                });
            }
            if pending > slowest.0 {
                slowest = (pending, receiver);
            }
        }
        // taken: the receivers have read everything in the slots that are free now.
        self.region.fence(Acquire);
        if slowest.0 == slots {
            return Err(SendError::Full {
                receiver: slowest.1,
            });
        }
        self.limit = (self.next as u32).wrapping_add(slots - slowest.0);
        Ok(())
    }

    fn untaken(&self, receiver: u32) -> u32 {
        (self.next as u32).wrapping_sub(
            self.region
                .load_fresh(self.geometry().receiver(receiver) + CONSUMED),
        )
    }
}

impl<R: RegionMut, W: Wait, G: GeometrySource> Sender<R, Backpressure, W, G> {
    /// Whether the next [`send`](Self::send) of a message that fits would find room: the error it would give if not. Room
    /// only grows until then. Makes no access, or one load a receiver when the room it knew of is used up.
    pub fn ready(&mut self) -> Result<(), SendError> {
        self.claim().map(|_| ())
    }

    /// Messages that `receiver` has not taken yet; `None` if there is no such receiver or its word makes no sense.
    pub fn pending(&self, receiver: u32) -> Option<u32> {
        let known = receiver < self.geometry().receivers();
        known
            .then(|| self.untaken(receiver))
            .filter(|&pending| pending <= self.geometry().slots())
    }

    /// How often a receiver has attached as `receiver`, 0 if none ever has.
    pub fn attach_count(&self, receiver: u32) -> u32 {
        if receiver < self.geometry().receivers() {
            self.region
                .load_fresh(self.geometry().receiver(receiver) + ATTACH_COUNT)
        } else {
            0
        }
    }

    /// Whether the last receiver that attached as `receiver` has left in good order.
    pub fn has_detached(&self, receiver: u32) -> bool {
        let joined = self.attach_count(receiver);
        joined != 0
            && self
                .region
                .load(self.geometry().receiver(receiver) + LEFT, Relaxed)
                == joined
    }

    /// Waits once while every slot holds a message that `receiver` has not taken: for after [`SendError::Full`].
    ///
    /// Returns when there is room, when this side's way of waiting has waited long enough, or sooner.
    pub fn wait_for_room(&mut self, receiver: u32) {
        self.wait_while(receiver, self.geometry().slots());
    }

    /// Waits once while `receiver` has not taken everything: to let it finish before the memory goes away.
    pub fn wait_for_drain(&mut self, receiver: u32) {
        self.wait_while(receiver, 1);
    }

    /// Waits once while `receiver` has at least `pending` messages left to take.
    fn wait_while(&mut self, receiver: u32, pending: u32) {
        if receiver >= self.geometry().receivers() {
            return;
        }
        if let Some(seen) = self.ask(receiver, pending) {
            let taken = self.geometry().receiver(receiver) + CONSUMED;
            self.ringer
                .wait
                .wait(self.region.address(taken), seen.to_le());
        }
        self.ask_no_more();
    }

    /// Asks the receivers to ring, then looks: how far `receiver`, which there is, has come, if it has at least `pending`
    /// messages left to take.
    #[inline]
    pub(in crate::channel) fn ask(&self, receiver: u32, pending: u32) -> Option<u32> {
        let asleep = self.geometry().session() + SENDER_WAITING;
        self.region.store_through(asleep, 1, Relaxed);
        // room: either the receiver sees that this side sleeps, or this side sees what it has taken.
        self.region.fence(SeqCst);
        let seen = self
            .region
            .load_fresh(self.geometry().receiver(receiver) + CONSUMED);
        ((self.next as u32).wrapping_sub(seen) >= pending).then_some(seen)
    }

    /// Takes back what [`ask`](Self::ask) said.
    #[inline]
    pub(in crate::channel) fn ask_no_more(&self) {
        let asleep = self.geometry().session() + SENDER_WAITING;
        self.region.store_through(asleep, 0, Relaxed);
    }
}
