//! What an end holds beside the channel: the name of the memory, its locks, and the one that makes this process sender or receiver.

use crate::error::{Error, Kind, Object};
use crate::location::Location;
use crate::locks::{Held, Locks};
use crate::name::Name;
use crate::tenure::Tenure;
use crate::trust::Trust;

#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) location: Location,
    pub(crate) trust: Trust,
    pub(crate) name: Name,
    /// `None` where they are not readable: then nobody knows whether a sender lives.
    pub(crate) locks: Option<Locks>,
    /// `None` for a receiver that changes nothing, and needs no lock.
    held: Option<Held>,
    tenure: Tenure,
    /// How often the lock was lost, and another one taken.
    regained: u32,
}

impl Claim {
    pub(crate) fn new(
        location: Location,
        trust: &Trust,
        name: Name,
        (locks, held): (Option<Locks>, Option<Held>),
    ) -> Self {
        Self {
            location,
            trust: trust.clone(),
            name,
            locks,
            tenure: Tenure::begin(held.is_some()),
            held,
            regained: 0,
        }
    }

    /// What the claim stands on is asked of the kernel when [`Tenure::is_due`] says so.
    pub(crate) fn tenure(&self) -> &Tenure {
        &self.tenure
    }

    /// Whether this process still has the lock, if there is one. Asks the kernel.
    pub(crate) fn is_held(&self) -> bool {
        self.held.as_ref().is_none_or(Held::is_held)
    }

    /// Another lock in the place of one that was lost.
    pub(crate) fn regain(&mut self, locks: Locks, held: Held) {
        self.locks = Some(locks);
        self.held = Some(held);
        self.tenure = Tenure::begin(true);
        self.regained += 1;
    }

    /// How often that has happened.
    pub(crate) fn regained(&self) -> u32 {
        self.regained
    }

    /// Why this end is over.
    pub(crate) fn lost(&self) -> Error {
        Object::Channel(self.location.clone()).error(Kind::Lost)
    }

    /// Whether this is a part of a file, where the other side may be no process of this machine.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self.location, Location::Map(_))
    }

    /// Whether a process holds the sender's lock; `None` if that cannot be known: firmware behind a map holds none.
    pub(crate) fn has_sender(&self) -> Option<bool> {
        let held = self.locks.as_ref()?.sender().ok()?.is_some();
        (held || !self.is_map()).then_some(held)
    }
}
