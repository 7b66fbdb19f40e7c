//! How a sender waits for its receivers: for room, and until they have taken everything.

use std::time::Instant;

use ramframe_core::channel::{self, Backpressure};

use super::{End, Sender};
use crate::shared::SharedMemory;
use crate::wait::OnRequest;
use crate::wait::rate::NAP_LIMIT;

impl Sender {
    /// How many messages receiver `receiver` has not taken; `None` if its word makes no sense, or there is no such receiver.
    pub fn pending(&self, receiver: u32) -> Option<u32> {
        match &self.end {
            End::Backpressure(sender) if receiver < sender.geometry().receivers() => {
                sender.pending(receiver)
            }
            _ => None,
        }
    }

    /// The receivers that have not taken everything, each with how much it has left; `None` if its word makes no sense, and
    /// then no wait for it would end.
    pub fn untaken(&self) -> impl Iterator<Item = (u32, Option<u32>)> + use<> {
        let receivers = 0..self.geometry().receivers();
        let behind: Vec<_> = receivers
            .map(|receiver| (receiver, self.pending(receiver)))
            .filter(|&(_, left)| left != Some(0))
            .collect();
        behind.into_iter()
    }

    /// Waits once for receiver `receiver` to make room, at most a nap long. The next step says if this process is not the
    /// sender any more.
    pub fn wait_for_room(&mut self, receiver: u32) {
        let slots = self.geometry().slots();
        self.nap(receiver, slots, |sender| sender.wait_for_room(receiver));
    }

    /// Waits once for receiver `receiver` to take everything, likewise.
    pub fn wait_for_drain(&mut self, receiver: u32) {
        self.nap(receiver, 1, |sender| sender.wait_for_drain(receiver));
    }

    fn nap(&mut self, receiver: u32, pending: u32, wait: impl Fn(&mut WaitsForRoom)) {
        if self.check().is_err() {
            return;
        }
        if let End::Backpressure(sender) = &mut self.end {
            nap(sender, receiver, pending, wait);
        }
        // The next step asks for the answer.
        let _ = self.ask();
    }
}

/// A sender that waits.
type WaitsForRoom = channel::Sender<SharedMemory, Backpressure, OnRequest>;

/// Waits once while `receiver` has at least `pending` messages left; where one wait is no more than a pause between two
/// looks, until it has fewer or a nap has passed.
fn nap(sender: &mut WaitsForRoom, receiver: u32, pending: u32, wait: impl Fn(&mut WaitsForRoom)) {
    wait(sender);
    if !sender.wait_mut().polls() {
        return;
    }
    let end = Instant::now() + NAP_LIMIT;
    while sender.pending(receiver).is_some_and(|left| left >= pending) {
        if Instant::now() >= end {
            return;
        }
        wait(sender);
    }
    sender.wait_mut().news();
}
