//! What a receiver holds beside its end of the channel: the name of the memory, and its receiver slot.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ramframe_core::channel::{AttachError, Start};
use ramframe_core::geometry::{Geometry, GeometryError, Overflow};

use super::end::End;
use crate::error::Error;
use crate::file::{self, Held, Map, Window};
use crate::named;
use crate::shared::{ReadOnlySharedMemory, SharedMemory};
use crate::sysv::key::Key;
use crate::sysv::locks::{self, Locks, ReceiverLock};
use crate::sysv::receiver_slots;
use crate::sysv::segment::{self, ReadOnly, ReadWrite, Segment, State};
use crate::sysv::stat::Owner;
use crate::trust::Trust;

/// How long a channel may take to be formatted, and how often that is looked at.
pub(super) const FORMATTING: Duration = Duration::from_millis(5);
pub(super) const FORMATTING_LOOKS: u32 = 40;

#[derive(Debug)]
pub(super) enum Claim {
    Segment {
        name: segment::Name,
        owner: Owner,
        locks: Option<Locks>,
        slot: Option<TakenSlot>,
    },
    /// Read-only where the channel can be.
    Watched { map: Arc<Map<ReadOnly>> },
    /// In a receiver slot.
    Taken {
        map: Arc<Map<ReadWrite>>,
        slot: Held,
    },
}

/// A receiver slot under its lock, and how often it has been taken with this receiver.
#[derive(Debug)]
pub(super) struct TakenSlot {
    lock: ReceiverLock,
    attach_count: u32,
}

/// Receives from the segment of `key`.
pub(super) fn segment(key: Key, start: Start, trust: &Trust) -> Result<(End, Claim), Error> {
    let segment = Segment::<ReadOnly>::attach(key, trust)?;
    let owner = segment.stat()?.owner;
    let name = segment.name();
    let corrupt = |source: AttachError| Error::Channel {
        location: key.into(),
        source,
    };
    let geometry =
        Geometry::read(&segment.read_only_ram()).map_err(|error| corrupt(error.into()))?;
    named::check(key, &segment.read_only_ram())?;
    let locks = Locks::open(key, trust);
    segment.check_widened(locks.as_ref().map_or(0, |locks| locks.mode()))?;
    let (end, locks, slot) = match geometry.overflow() {
        Overflow::Overwrite => {
            let memory = ReadOnlySharedMemory::of(Arc::new(segment));
            let end = End::overwrite(memory, start, false).map_err(corrupt)?;
            (end, readable(locks)?, None)
        }
        Overflow::Backpressure => {
            let locks = locks?;
            let (end, slot) = take_slot(key, &segment, &locks, trust)?;
            (end, Some(locks), Some(slot))
        }
    };
    let claim = Claim::Segment {
        name,
        owner,
        locks,
        slot,
    };
    Ok((end, claim))
}

/// The locks, where they are readable: another user's may not be, and then a dead sender is not told from a silent one.
fn readable(locks: Result<Locks, locks::Error>) -> Result<Option<Locks>, Error> {
    match locks {
        Err(error @ locks::Error::OtherFile { .. }) => Err(error.into()),
        locks => Ok(locks.ok()),
    }
}

/// Takes the receiver slot that is most in need, says under which locks, and attaches there.
fn take_slot(
    key: Key,
    segment: &Segment<ReadOnly>,
    locks: &Locks,
    trust: &Trust,
) -> Result<(End, TakenSlot), Error> {
    let corrupt = |source: AttachError| Error::Channel {
        location: key.into(),
        source,
    };
    let wanted = receiver_slots::by_need(&segment.read_only_ram()).map_err(corrupt)?;
    let wanted = wanted.into_iter().filter_map(|slot| slot.try_into().ok());
    let lock = locks.take_receiver_of(wanted)?;
    let index = lock.receiver().into();
    let segment = Arc::new(Segment::<ReadWrite>::attach_id(segment.id(), trust)?);
    let memory = SharedMemory::of(Arc::clone(&segment));
    let geometry = Geometry::read(&memory).map_err(|error| corrupt(error.into()))?;
    if !lock.is_held() {
        return Err(locks::Error::Removed { key }.into());
    }
    receiver_slots::record_set(&memory, &geometry, index, locks.id());
    let end = End::backpressure(SharedMemory::of(segment), index, false).map_err(corrupt)?;
    let slot = TakenSlot {
        lock,
        attach_count: receiver_slots::attach_count(&memory, index).unwrap_or(0),
    };
    Ok((end, slot))
}

/// Receives from the part of a file that `window` names.
pub(super) fn map(window: &Window, start: Start, trust: &Trust) -> Result<(End, Claim), Error> {
    settled(|| attach(window, start, trust))
}

/// What `attach` comes to once nobody formats the channel: until then, what it finds may contradict itself.
fn settled<T>(attach: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    for _ in 1..FORMATTING_LOOKS {
        match attach() {
            Err(error) if error.is_corrupt() => thread::sleep(FORMATTING),
            done => return done,
        }
    }
    attach()
}

fn attach(window: &Window, start: Start, trust: &Trust) -> Result<(End, Claim), Error> {
    let map = Map::<ReadOnly>::open(window, trust)?;
    let corrupt = |source: AttachError| Error::Channel {
        location: window.clone().into(),
        source,
    };
    if map.is_unwritten() {
        return Err(corrupt(GeometryError::Unformatted.into()));
    }
    let geometry = Geometry::read(&map.read_only_ram()).map_err(|error| corrupt(error.into()))?;
    match geometry.overflow() {
        Overflow::Overwrite => {
            let map = Arc::new(map);
            let memory = ReadOnlySharedMemory::of_map(Arc::clone(&map));
            let end = End::overwrite(memory, start, true).map_err(corrupt)?;
            Ok((end, Claim::Watched { map }))
        }
        Overflow::Backpressure => {
            let map = Arc::new(Map::<ReadWrite>::open(window, trust)?);
            map.reserve(geometry.slots_at() as u64)?;
            let wanted = receiver_slots::by_need(&map.read_only_ram()).map_err(corrupt)?;
            let (index, slot) = map.take_receiver_of(wanted)?;
            let memory = SharedMemory::of_map(Arc::clone(&map));
            let end = End::backpressure(memory, index, true).map_err(corrupt)?;
            Ok((end, Claim::Taken { map, slot }))
        }
    }
}

impl Claim {
    pub(super) fn is_map(&self) -> bool {
        !matches!(self, Claim::Segment { .. })
    }

    /// Whether this process still has the receiver slot, if it is in one, and nobody else may write now who might not before. On a
    /// segment that was removed nobody can come after us: there is no other way to it than its key.
    pub(super) fn holds(&self) -> bool {
        match self {
            Claim::Segment {
                name, owner, slot, ..
            } => {
                let held = slot.as_ref().is_none_or(|slot| slot.lock.is_held());
                let take_slot = held || name.is_removed();
                take_slot && name.is_as_it_was(*owner)
            }
            Claim::Watched { .. } => true,
            Claim::Taken { slot, .. } => slot.is_held(),
        }
    }

    /// Takes the same receiver slot under a new set of locks, if nobody has been there meanwhile.
    pub(super) fn relock(&mut self, trust: &Trust) -> Result<(), Error> {
        let Claim::Segment {
            name,
            locks: Some(locks),
            slot: Some(slot),
            ..
        } = self
        else {
            return Err(Error::Lost);
        };
        let index = slot.lock.receiver();
        let anew = Locks::open(locks.key(), trust)?;
        let lock = anew.try_receiver(index)?;
        if name.state() != State::Same {
            return Err(Error::Lost);
        }
        let segment = Segment::<ReadWrite>::attach_id(name.id(), trust)?;
        let memory = segment.memory();
        if receiver_slots::attach_count(&memory, index.into()) != Some(slot.attach_count) {
            return Err(Error::Lost);
        }
        if let Ok(geometry) = Geometry::read(&memory) {
            receiver_slots::record_set(&memory, &geometry, index.into(), anew.id());
        }
        slot.lock = lock;
        *locks = anew;
        Ok(())
    }

    /// What names the segment; `None` for a map.
    pub(super) fn name(&self) -> Option<segment::Name> {
        match self {
            Claim::Segment { name, .. } => Some(*name),
            Claim::Watched { .. } | Claim::Taken { .. } => None,
        }
    }

    pub(super) fn state(&self) -> State {
        let state = match self {
            Claim::Segment { name, .. } => return name.state(),
            Claim::Watched { map } => map.state(),
            Claim::Taken { map, .. } => map.state(),
        };
        match state {
            file::State::Same => State::Same,
            file::State::Replaced => State::Removed,
        }
    }

    pub(super) fn has_sender(&self) -> Option<bool> {
        match self {
            Claim::Segment { locks, .. } => Some((*locks)?.sender().ok()?.is_some()),
            // One that is held is told from all that are not: firmware holds none.
            Claim::Watched { map } => map.has_sender().ok().filter(|&held| held),
            Claim::Taken { map, .. } => map.has_sender().ok().filter(|&held| held),
        }
    }

    pub(super) fn owner(&self) -> Owner {
        match self {
            Claim::Segment { owner, .. } => *owner,
            Claim::Watched { map } => map.owner(),
            Claim::Taken { map, .. } => map.owner(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use ramframe_core::channel::{AttachError, Corruption};

    use super::{FORMATTING_LOOKS, settled};
    use crate::error::Error;
    use crate::sysv::key::Key;

    fn corrupt() -> Error {
        Error::Channel {
            location: Key::new(1).unwrap().into(),
            source: AttachError::Corrupt {
                what: Corruption::Head,
            },
        }
    }

    #[test]
    fn a_channel_that_is_formatted_meanwhile_is_looked_at_again() {
        let looks = Cell::new(0);
        let settling = || {
            looks.set(looks.get() + 1);
            (looks.get() > 3).then_some("whole").ok_or_else(corrupt)
        };
        assert_eq!(settled(settling).unwrap(), "whole");
    }

    #[test]
    fn one_that_stays_corrupt_is_corrupt() {
        let looks = Cell::new(0);
        let broken = || {
            looks.set(looks.get() + 1);
            Err::<(), _>(corrupt())
        };
        assert!(settled(broken).unwrap_err().is_corrupt());
        assert_eq!(looks.get(), FORMATTING_LOOKS);
    }
}
