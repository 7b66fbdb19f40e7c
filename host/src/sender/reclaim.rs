//! What a sender does about receivers that died: it looks at their locks, and drops what they hold up.

use std::mem;
use std::time::Instant;

use ramframe_core::channel::{AttachError, Channel};

use super::Sender;
use super::dead::{Death, Dropped, ReceiverSlot};
use super::room::Goal;
use super::taker::Taker;
use crate::error::{Error, Kind, Object};
use crate::locks::Held;
use crate::sysv::receiver_slots;
use crate::wait::OnRequest;

/// Deaths that are kept for who asks for them.
const DEATHS: usize = 1024;

impl Sender {
    /// Looks which receivers have died, so that the clock of each begins soon after its death and not when it first holds
    /// the sender up. Never in a map: a receiver on another machine holds no lock.
    pub(super) fn look_at_receivers(&mut self) {
        if self.claim.is_map() {
            return;
        }
        let (now, mut watches) = (Instant::now(), mem::take(&mut self.watches));
        for (receiver, watch) in (0..).zip(&mut watches) {
            watch.look(self.receiver_slot(receiver), now);
        }
        self.watches = watches;
    }

    /// What is known of a receiver slot now, by the kernel's word of its lock.
    pub(crate) fn receiver_slot(&self, receiver: u32) -> ReceiverSlot {
        let attach_count = self.attach_count(receiver);
        let detached = self.has_detached(receiver);
        let locks = self.claim.locks.as_ref();
        let free = || {
            matches!(
                locks.map(|locks| locks.receiver_pid(receiver)),
                Some(Ok(None))
            )
        };
        ReceiverSlot {
            attach_count,
            detached,
            // Somebody holds it, or may hold it by a lock that cannot be seen.
            held: attach_count != 0 && !detached && !(free() && self.was_taken_here(receiver)),
        }
    }

    /// Whether the slot of receiver `receiver` was last taken under this very set, so that its lock tells of whoever took it.
    fn was_taken_here(&self, receiver: u32) -> bool {
        let recorded = receiver_slots::recorded_set(&self.memory, self.geometry(), receiver);
        let set = self.claim.locks.as_ref().and_then(|locks| locks.id());
        // One that does not say took it under the only set there ever was, if that is known.
        recorded.map_or(self.first_locks, |recorded| Some(recorded) == set)
    }

    /// Discards what receivers hold up that died, have been dead for as long as the policy of the
    /// [options](super::ChannelOptions) says, and that nobody replaced: those that hold this sender up as `receiver` does.
    /// [`take_deaths`](Self::take_deaths) tells of them. [`send`](Self::send) and [`drain`](Self::drain) do this by
    /// themselves.
    ///
    /// # Errors
    /// If the channel cannot be opened in their place, or the locks are not this process's any more.
    pub fn reclaim_dead(&mut self, receiver: u32) -> Result<(), Error> {
        let slots = self.geometry().slots();
        let is_full = self.pending_of(receiver).is_none_or(|left| left >= slots);
        self.reclaim(if is_full { Goal::Room } else { Goal::Drained })
    }

    /// The same, for what this sender waits for.
    pub(super) fn reclaim(&mut self, goal: Goal) -> Result<(), Error> {
        self.look_at_receivers();
        for dead in self.due(goal) {
            if let Some(dropped) = self.discard(dead)? {
                self.count(dead, dropped);
            }
        }
        Ok(())
    }

    /// The receivers that have been dead for long enough, by the last look at them, and keep this sender from its goal.
    pub(super) fn due(&self, goal: Goal) -> Vec<u32> {
        let now = Instant::now();
        let least = goal.too_many(self.geometry());
        let watches = (0..).zip(&self.watches);
        let dead = watches.filter(|(_, watch)| watch.is_due(self.policy, now));
        dead.map(|(dead, _)| dead)
            .filter(|&dead| self.pending_of(dead).is_some_and(|left| left >= least))
            .collect()
    }

    fn count(&mut self, receiver: u32, dropped: u64) {
        let watch = self.watches.get_mut(receiver as usize);
        let first = watch.is_some_and(|watch| watch.count(dropped));
        if first && self.deaths.len() < DEATHS {
            self.deaths.push(Death { receiver, dropped });
        }
    }

    /// The deaths of receivers since the last call, each once. Those behind the first 1024 are only
    /// [counted](Self::dropped).
    pub fn take_deaths(&mut self) -> Vec<Death> {
        std::mem::take(&mut self.deaths)
    }

    /// What was dropped so far, receiver by receiver. The iterator does not borrow the sender.
    pub fn dropped(&self) -> impl Iterator<Item = (u32, Dropped)> + use<> {
        let dropped: Vec<_> = self.watches.iter().map(|watch| watch.dropped()).collect();
        (0..).zip(dropped)
    }

    /// Drops what the dead `receiver` has not taken, under its lock; `None` if a receiver came first.
    fn discard(&mut self, receiver: u32) -> Result<Option<u64>, Error> {
        let Some(_slot) = self.lock_slot(receiver)? else {
            return Ok(None);
        };
        let dead = Channel::backpressure(self.memory.another()).reclaim(receiver);
        let dropped = dead.and_then(|mut dead| {
            let dropped = dead.discard_pending();
            dropped.map_err(|_| AttachError::Busy)
        });
        let dropped = dropped.map_err(|source| Error::channel(self.location().clone(), source));
        dropped.map(Some)
    }

    /// Becomes `receiver` in the place of one that is gone, to take what it has not taken; `None` if a receiver came first.
    pub(crate) fn take_place_of(&mut self, receiver: u32) -> Result<Option<Taker>, Error> {
        let Some(held) = self.lock_slot(receiver)? else {
            return Ok(None);
        };
        let unusable = |source: AttachError| Error::channel(self.location().clone(), source);
        if let Some(locks) = &self.claim.locks {
            let recorded = receiver_slots::record_set(&self.memory, receiver, locks);
            recorded.map_err(|error| unusable(error.into()))?;
        }
        let channel = Channel::backpressure(self.memory.another()).with_wait(OnRequest::new());
        let end = channel.receiver(receiver).map_err(unusable)?;
        Ok(Some(Taker::new(end, held)))
    }

    /// Takes the lock of `receiver`, which is dead or gone; `None` if somebody has it, or may be there without it.
    fn lock_slot(&mut self, receiver: u32) -> Result<Option<Held>, Error> {
        let locks = self.claim.locks.as_ref().filter(|_| !self.claim.is_map());
        let held = match locks.map(|locks| locks.try_receiver(receiver)) {
            None => return Ok(None),
            Some(Err(error)) if matches!(error.kind, Kind::ReceiverHeld { .. }) => return Ok(None),
            Some(held) => held?,
        };
        if self.ask().is_err() {
            return Err(Object::Channel(self.location().clone()).error(Kind::Removed));
        }
        // Nobody can take the receiver slot under this set now; somebody may have come under another.
        Ok(self.was_taken_here(receiver).then_some(held))
    }
}
