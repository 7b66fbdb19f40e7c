//! What a sender does about receivers that died: it looks at their locks, and drops what they hold up.

use std::time::Instant;

use ramframe_core::channel::{AttachError, Receiver};
use ramframe_core::geometry::Geometry;

use super::claim::Claim;
use super::{End, Sender};
use crate::error::Error;
use crate::sender::dead::{DeadReceiver, Death, Dropped, Seat};
use crate::sysv::locks::{self, Locks};
use crate::sysv::receiver_slots;

impl Sender {
    /// PollBackoff which receivers have died, so that the clock of each begins soon after its death and not when it first holds
    /// the sender up. Never in a map: a receiver on another machine holds no lock.
    pub(super) fn look_at_receivers(&mut self) {
        let (End::Backpressure(sender), Claim::Segment { locks, .. }) = (&self.end, &self.claim)
        else {
            return;
        };
        let (now, claim, geometry) = (Instant::now(), &self.claim, sender.geometry());
        for (receiver, watch) in (0..).zip(&mut self.watches) {
            let (joined, left) = (sender.attach_count(receiver), sender.has_detached(receiver));
            let held = joined != 0 && !left && claim.may_be_held(geometry, locks, receiver);
            watch.look(Seat { joined, left, held }, now);
        }
    }

    /// Whether receivers died that hold this sender up as `receiver` does, and whom nobody replaced; `policy` says when to
    /// give up on them. Then drops what all of these have not taken, and says which deaths are new.
    ///
    /// # Errors
    /// If the channel cannot be opened in their place, or the locks are not this process's any more.
    pub fn reclaim_dead(
        &mut self,
        receiver: u32,
        policy: DeadReceiver,
    ) -> Result<Vec<Death>, Error> {
        self.look_at_receivers();
        let slots = self.geometry().slots();
        // Full, or behind at the end.
        let least = match self.pending(receiver) {
            Some(pending) if pending < slots => 1,
            _ => slots,
        };
        let now = Instant::now();
        let mut deaths = Vec::new();
        for receiver in 0..self.geometry().receivers() {
            let due = self
                .watches
                .get(receiver as usize)
                .is_some_and(|watch| watch.is_due(policy, now));
            if due && self.pending(receiver).is_some_and(|left| left >= least) {
                deaths.extend(self.reclaim(receiver)?);
            }
        }
        Ok(deaths)
    }

    /// What was dropped so far, seat by seat.
    pub fn dropped(&self) -> impl Iterator<Item = (u32, Dropped)> + use<'_> {
        (0..).zip(self.watches.iter().map(|watch| watch.dropped()))
    }

    fn reclaim(&mut self, receiver: u32) -> Result<Option<Death>, Error> {
        let Some(dropped) = self.discard(receiver)? else {
            return Ok(None);
        };
        let watch = self.watches.get_mut(receiver as usize);
        let first = watch.is_some_and(|watch| watch.count(dropped));
        Ok(first.then_some(Death { receiver, dropped }))
    }

    /// Drops what the dead `receiver` has not taken, under its lock; `None` if a receiver came first.
    fn discard(&mut self, receiver: u32) -> Result<Option<u64>, Error> {
        let (Claim::Segment { locks, .. }, Ok(index)) = (&self.claim, u16::try_from(receiver))
        else {
            return Ok(None);
        };
        let _seat = match locks.try_receiver(index) {
            Err(locks::Error::ReceiverHeld { .. }) => return Ok(None),
            seat => seat?,
        };
        if self.ask().is_err() {
            return Err(locks::Error::Removed { key: locks.key() }.into());
        }
        // Nobody can take the seat under this set now; somebody may have come under another.
        if !self.claim.was_taken_here(self.geometry(), locks, receiver) {
            return Ok(None);
        }
        let location = self.location.clone();
        let corrupt = |source| Error::Channel { location, source };
        let dead = Receiver::reclaim(self.claim.memory(), receiver);
        let dropped = dead.and_then(|mut dead| {
            let dropped = dead.discard_pending();
            dropped.map_err(|_| AttachError::Busy)
        });
        dropped.map(Some).map_err(corrupt)
    }
}

impl Claim {
    /// Whether somebody holds `receiver`'s seat, or may hold it by a lock that cannot be seen.
    fn may_be_held(&self, geometry: &Geometry, locks: &Locks, receiver: u32) -> bool {
        let index = u16::try_from(receiver);
        let free = index.is_ok_and(|index| matches!(locks.seated(index), Ok(None)));
        !free || !self.was_taken_here(geometry, locks, receiver)
    }

    /// Whether `receiver`'s seat was last taken under this very set, so that its lock tells of whoever took it.
    fn was_taken_here(&self, geometry: &Geometry, locks: &Locks, receiver: u32) -> bool {
        let recorded = receiver_slots::recorded_set(&self.memory(), geometry, receiver);
        // One that does not say took it under the only set there ever was, if that is known.
        recorded.map_or(self.has_first_locks(), |set| set == locks.id())
    }
}
