//! What does a sender do about a receiver that died? It looks at the locks, and stands in for it.

use std::time::Instant;

use ramframe_core::channel::{AttachError, Receiver};

use super::ground::Ground;
use super::{End, Outgoing};
use crate::dead::{DeadReceiver, Seat, Step};
use crate::lock;
use crate::open::Error;
use crate::place::Place;

impl Outgoing {
    /// Whether `receiver` died and nobody takes its place; `policy` says when to give up on it. Then drops what it has
    /// not taken and returns how many messages that were. Never in a map: a receiver on another machine holds no lock.
    ///
    /// # Errors
    /// If the channel cannot be opened in its place.
    pub fn look_after(
        &mut self,
        receiver: u32,
        policy: DeadReceiver,
    ) -> Result<Option<u64>, Error> {
        let End::Backpressure(sender) = &self.end else {
            return Ok(None);
        };
        let Ground::Segment { locks, .. } = &self.ground else {
            return Ok(None);
        };
        let Ok(index) = u16::try_from(receiver) else {
            return Ok(None);
        };
        let held = locks.seated(index)?.is_some();
        let seat = Seat {
            joined: sender.attach_count(receiver),
            left: sender.has_detached(receiver),
            held,
        };
        let Some(watch) = self.watches.get_mut(usize::from(index)) else {
            return Ok(None);
        };
        match watch.look(policy, seat, Instant::now()) {
            Step::Wait => Ok(None),
            Step::StandIn => reclaim(&self.ground, &self.place, index),
        }
    }
}

fn reclaim(ground: &Ground, place: &Place, index: u16) -> Result<Option<u64>, Error> {
    let Ground::Segment { locks, .. } = ground else {
        return Ok(None);
    };
    let _seat = match locks.try_seat(index) {
        // A receiver came first.
        Err(lock::Error::SeatHeld { .. }) => return Ok(None),
        seat => seat?,
    };
    let corrupt = |source| Error::Channel {
        place: place.clone(),
        source,
    };
    let mut dead = Receiver::reclaim(ground.memory(), index.into()).map_err(corrupt)?;
    let dropped = dead.discard_pending();
    dropped.map(Some).map_err(|_| corrupt(AttachError::Busy))
}
