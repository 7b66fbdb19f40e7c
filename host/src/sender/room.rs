//! How a sender waits for its receivers: for room, and until they have taken everything.

use std::time::{Duration, Instant};

use ramframe_core::channel::{self, Backpressure, Corruption};
use ramframe_core::geometry::Geometry;

use super::{End, SendError, Sender};
use crate::shared::SharedMemory;
use crate::wait::OnRequest;
use crate::wait::limit::{LOOK, Limit, Reached};
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
            SendError::Full { receiver } => self.wait_for(receiver, Goal::Room, limit),
            error => self.overcome_lost(error),
        }
    }

    /// Takes another lock, if that is what there is to do about an error.
    pub(super) fn overcome_lost(&mut self, error: SendError) -> Result<(), SendError> {
        match error {
            SendError::Lost => self.go_on(),
            // Whatever it is, it is another sender's by now.
            SendError::Corrupt { .. } if !self.is_current() => self.go_on(),
            error => Err(error),
        }
    }

    /// Waits until every receiver has taken everything, as long as `limit` allows. Meanwhile reclaims and goes on as
    /// [`send`](Self::send) does. Under overwrite nobody takes anything, and this returns at once.
    ///
    /// # Errors
    /// See [`SendError`]. [`SendError::Corrupt`] if the word of a receiver makes no sense, after the others have taken
    /// everything.
    pub fn drain(&mut self, limit: &Limit) -> Result<(), SendError> {
        while let Some(receiver) = self.next_behind() {
            self.wait_for(receiver, Goal::Drained, limit)?;
        }
        self.drained()
    }

    /// What [`drain`](Self::drain) comes to when nobody is known to be behind.
    pub(super) fn drained(&self) -> Result<(), SendError> {
        let doubtful = self.pending().next();
        doubtful.map_or(Ok(()), |(receiver, _)| {
            let what = Corruption::Consumed { receiver };
            Err(SendError::Corrupt { what })
        })
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
    pub(super) fn next_behind(&self) -> Option<u32> {
        let mut pending = self.pending();
        pending.find_map(|(receiver, left)| left.map(|_| receiver))
    }

    /// Waits once for `receiver`. Not if a receiver that holds this sender up is known to be dead for long enough: then reclaims it.
    /// After a wait that slept, or did not reach the goal, asks the kernel whether this process still has its lock, and who is dead. At
    /// the limit too, now and then.
    fn wait_for(&mut self, receiver: u32, goal: Goal, limit: &Limit) -> Result<(), SendError> {
        match limit.reached() {
            None if self.due(goal).is_empty() => {}
            None => return self.look_after(goal),
            // Who never waits would else never learn of a death.
            Some(Reached::Deadline) if self.looks.is_time(LOOK) => return self.look_after(goal),
            Some(Reached::Deadline) => return Err(SendError::TimedOut { receiver }),
            Some(Reached::Stopped) => return Err(SendError::Stopped { receiver }),
        }
        if self.check().is_ok()
            && let End::Backpressure(end) = &mut self.end
        {
            let sleeps = end.wait_mut().sleeps();
            nap(end, receiver, goal, limit.deadline());
            if end.wait_mut().sleeps() == sleeps && goal.is_reached(end, receiver) {
                return Ok(());
            }
        }
        // The next step asks for the answer.
        let _ = self.ask();
        self.look_after(goal)
    }

    /// What there is to do before the next attempt: goes on after a lost lock, and reclaims the dead.
    pub(super) fn look_after(&mut self, goal: Goal) -> Result<(), SendError> {
        if !self.is_current() {
            self.go_on()?;
        }
        (self.reclaim(goal)).map_err(|error| SendError::NotReclaimed(Box::new(error)))
    }

    fn go_on(&mut self) -> Result<(), SendError> {
        self.regain()
            .map_err(|error| SendError::NotRegained(Box::new(error)))
    }

    /// How many messages receiver `receiver` has not taken; `None` if its word makes no sense, or there is no such receiver.
    pub fn pending_of(&self, receiver: u32) -> Option<u32> {
        let end = self.end.lossless()?;
        let exists = receiver < end.geometry().receivers();
        exists.then(|| end.pending(receiver)).flatten()
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

    /// How long each wait spins before it sleeps: [`Futex::set_spin`](crate::wait::Futex::set_spin). The sender of an overwrite
    /// channel never waits.
    pub fn set_spin(&mut self, time: Option<Duration>) {
        if let Some(end) = self.end.lossless_mut() {
            end.wait_mut().set_spin(time);
        }
    }
}

/// What a sender waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// That the receiver makes room.
    Room,
    /// That the receiver takes everything.
    Drained,
}

impl Goal {
    /// How many messages a receiver has not taken that holds the sender up, at the least.
    pub(super) fn too_many(self, geometry: &Geometry) -> u32 {
        match self {
            Self::Room => geometry.slots(),
            Self::Drained => 1,
        }
    }

    /// What each wait needs to know before it begins.
    pub(super) fn begin(self, sender: &mut WaitsForRoom, receiver: u32, until: Option<Instant>) {
        let left = sender.pending(receiver);
        let left = left.filter(|_| self == Self::Drained).unwrap_or(0);
        let progress = sender.next_sequence().wrapping_sub(left.into());
        sender.wait_mut().set_deadline(until);
        sender.wait_mut().set_progress(progress);
    }

    fn is_reached(self, sender: &WaitsForRoom, receiver: u32) -> bool {
        let too_many = self.too_many(sender.geometry());
        (sender.pending(receiver)).is_some_and(|left| left < too_many)
    }
}

/// A sender that waits.
type WaitsForRoom = channel::Sender<SharedMemory, Backpressure, OnRequest>;

/// Waits once; where one wait is no more than a pause between two looks, until the goal is reached or a nap has passed.
fn nap(sender: &mut WaitsForRoom, receiver: u32, goal: Goal, deadline: Option<Instant>) {
    goal.begin(sender, receiver, deadline);
    let end = sender
        .wait_mut()
        .polls()
        .then(|| Instant::now() + NAP_LIMIT)
        .map(|end| deadline.map_or(end, |deadline| deadline.min(end)));
    loop {
        match goal {
            Goal::Room => sender.wait_for_room(receiver),
            Goal::Drained => sender.wait_for_drain(receiver),
        }
        let Some(end) = end else { return };
        if sender.pending(receiver).is_none() || goal.is_reached(sender, receiver) {
            return;
        }
        if Instant::now() >= end {
            return;
        }
    }
}
