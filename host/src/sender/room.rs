//! How a sender waits for its receivers: for room, and until they have taken everything.

use std::time::{Duration, Instant};

use ramframe_core::channel::{self, Backpressure, Corruption};

use super::{End, SendError, Sender};
use crate::shared::SharedMemory;
use crate::wait::OnRequest;
use crate::wait::limit::{Limit, Reached};
use crate::wait::rate::NAP_LIMIT;

/// A receiver that waits for a channel to come looks every 100 ms. An overwrite channel stays this long for it: else the channel
/// would be gone before anyone could see it.
const LINGER: Duration = Duration::from_millis(250);

impl Sender {
    /// Sends one message, waits for room as long as `limit` allows, and returns the message's sequence. Meanwhile takes the
    /// place of receivers that died, as the [options](super::ChannelOptions) say. If the locks were removed, goes on with new
    /// ones. Costs what [`try_send`](Self::try_send) does where there is room.
    ///
    /// # Errors
    /// See [`SendError`]; nothing was sent then. After [`SendError::TimedOut`] and [`SendError::Stopped`] the call may be
    /// repeated.
    #[inline]
    pub fn send(&mut self, message: &[u8], limit: &Limit) -> Result<u64, SendError> {
        match self.try_send(message) {
            Ok(sequence) => Ok(sequence),
            Err(error) => self.send_waiting(message, error, limit),
        }
    }

    #[cold]
    fn send_waiting(
        &mut self,
        message: &[u8],
        mut error: SendError,
        limit: &Limit,
    ) -> Result<u64, SendError> {
        loop {
            self.overcome(error, limit)?;
            error = match self.try_send(message) {
                Ok(sequence) => return Ok(sequence),
                Err(error) => error,
            };
        }
    }

    /// Does what there is to do about an error before the next attempt: waits for room, or takes another lock.
    pub(crate) fn overcome(&mut self, error: SendError, limit: &Limit) -> Result<(), SendError> {
        match error {
            SendError::Full { receiver } => self.make_room(receiver, limit),
            SendError::Lost => self.go_on(),
            // Whatever it is, it is another sender's by now.
            SendError::Corrupt { .. } if !self.is_current() => self.go_on(),
            error => Err(error),
        }
    }

    fn make_room(&mut self, receiver: u32, limit: &Limit) -> Result<(), SendError> {
        within(limit, receiver)?;
        self.look_after_receiver(receiver)?;
        self.wait_for_room(receiver);
        Ok(())
    }

    /// Waits until every receiver has taken everything, as long as `limit` allows. Meanwhile reclaims and goes on as
    /// [`send`](Self::send) does. Under overwrite nobody takes anything, and this returns at once.
    ///
    /// # Errors
    /// See [`SendError`]. [`SendError::Corrupt`] if the word of a receiver makes no sense, after the others have taken
    /// everything.
    pub fn drain(&mut self, limit: &Limit) -> Result<(), SendError> {
        while let Some(receiver) = self.next_behind() {
            within(limit, receiver)?;
            self.look_after_receiver(receiver)?;
            self.wait_for_drain(receiver);
        }
        let doubtful = self.pending().next();
        match doubtful.filter(|_| matches!(self.end, End::Backpressure(_))) {
            Some((receiver, _)) => Err(SendError::Corrupt {
                what: Corruption::Consumed { receiver },
            }),
            None => Ok(()),
        }
    }

    /// Keeps an overwrite channel for a moment, as long as `limit` allows, for receivers that are just coming. Says whether
    /// anybody else has been at the segment; true in a map, where that cannot be known.
    pub fn linger(&mut self, limit: &Limit) -> bool {
        let before = self.is_watched();
        self.notify();
        limit.pause(LINGER);
        before || self.is_watched()
    }

    /// A receiver that has something to take.
    fn next_behind(&self) -> Option<u32> {
        let mut pending = self.pending();
        pending.find_map(|(receiver, left)| left.map(|_| receiver))
    }

    fn look_after_receiver(&mut self, receiver: u32) -> Result<(), SendError> {
        if !self.is_current() {
            self.go_on()?;
        }
        let reclaimed = self.reclaim_dead(receiver);
        reclaimed.map_err(|error| SendError::NotReclaimed(Box::new(error)))
    }

    fn go_on(&mut self) -> Result<(), SendError> {
        self.regain()
            .map_err(|error| SendError::NotRegained(Box::new(error)))
    }

    /// How many messages receiver `receiver` has not taken; `None` if its word makes no sense, or there is no such receiver.
    pub fn pending_of(&self, receiver: u32) -> Option<u32> {
        self.end.pending_of(receiver)
    }

    /// The receivers that have not taken everything, each with how much it has left. `None` if its word makes no sense: then no
    /// wait for it would end. Looked at now, once; the iterator does not borrow the sender.
    pub fn pending(&self) -> impl Iterator<Item = (u32, Option<u32>)> + use<> {
        let receivers = 0..self.geometry().receivers();
        let behind: Vec<_> = receivers
            .map(|receiver| (receiver, self.pending_of(receiver)))
            .filter(|&(_, left)| left != Some(0))
            .collect();
        behind.into_iter()
    }

    /// Waits once for receiver `receiver` to make room, at most 100 ms. The next step says if this process is not the
    /// sender any more.
    pub fn wait_for_room(&mut self, receiver: u32) {
        let slots = self.geometry().slots();
        self.nap(receiver, slots, |sender| sender.wait_for_room(receiver));
    }

    /// Waits once for receiver `receiver` to take everything, likewise.
    pub fn wait_for_drain(&mut self, receiver: u32) {
        self.nap(receiver, 1, |sender| sender.wait_for_drain(receiver));
    }

    /// How long each wait spins before it sleeps: [`Futex::set_spin`](crate::wait::Futex::set_spin). The sender of an overwrite
    /// channel never waits.
    pub fn set_spin(&mut self, time: Option<Duration>) {
        if let End::Backpressure(sender) = &mut self.end {
            sender.wait_mut().set_spin(time);
        }
    }

    fn nap(&mut self, receiver: u32, pending: u32, wait: impl Fn(&mut WaitsForRoom)) {
        if self.check().is_err() {
            return;
        }
        if let End::Backpressure(sender) = &mut self.end {
            let sleeps = sender.wait_mut().sleeps();
            nap(sender, receiver, pending, wait);
            if sender.wait_mut().sleeps() == sleeps {
                return;
            }
        }
        // The next step asks for the answer.
        let _ = self.ask();
    }
}

/// Refuses to wait for `receiver` past the limit.
fn within(limit: &Limit, receiver: u32) -> Result<(), SendError> {
    match limit.reached() {
        None => Ok(()),
        Some(Reached::Deadline) => Err(SendError::TimedOut { receiver }),
        Some(Reached::Stopped) => Err(SendError::Stopped { receiver }),
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
