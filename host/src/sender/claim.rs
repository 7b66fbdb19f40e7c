//! What a sender holds beside its end of the channel: the memory, and the lock that makes it the only one.

use std::sync::Arc;

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::{Geometry, GeometryError};
use ramframe_core::region::Region;

use super::create::{look, open_locks, open_segment, seed};
use super::options::ChannelOptions;
use crate::error::Error;
use crate::file::{self, Held, Map, Window};
use crate::shared::SharedMemory;
use crate::sys::shared::beginning;
use crate::sysv::key::Key;
use crate::sysv::locks::{self, Locks, SenderLock};
use crate::sysv::segment::{self, ReadWrite, Segment};
use crate::trust::Trust;

/// The bytes that say what there is: a channel's head, and all its receivers' lines.
const LOOKED_AT: u64 = 8192;

/// On which terms a sender takes its locks, and takes them again.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) mode: u32,
    pub(super) trust: Trust,
}

#[derive(Debug)]
pub(super) enum Claim {
    Segment {
        segment: Arc<Segment<ReadWrite>>,
        locks: Locks,
        /// Given back last, so that nobody makes a new channel before this one is gone.
        lock: SenderLock,
        /// Whether the segment is this process's to remove: it made it, or its maker was killed.
        inherited: bool,
        /// Whether the channel has had no other set of locks, as far as this process can know.
        first_locks: bool,
    },
    Map {
        map: Arc<Map<ReadWrite>>,
        lock: Held,
    },
}

impl Claim {
    /// The segment of `key`, with a channel in it.
    pub(super) fn segment(
        key: Key,
        options: &ChannelOptions,
        (geometry, size): (Geometry, usize),
        trust: &Trust,
    ) -> Result<Self, Error> {
        // Looked at before any lock is made, so that a refusal leaves nothing behind.
        let found = look(key, options, trust)?;
        let locks = open_locks(key, geometry.receivers(), options.mode, trust)?;
        let lock = locks.try_sender()?;
        let opened = open_segment(key, options, (geometry, size), (found, &lock), trust);
        if opened.is_err() && segment::find(key).is_err() && lock.is_held() {
            // Locks without a segment serve nobody.
            let _ = locks.remove();
        }
        let (segment, inherited) = opened?;
        Ok(Claim::Segment {
            segment: Arc::new(segment),
            locks,
            lock,
            inherited,
            first_locks: found.first_locks(),
        })
    }

    /// The part of a file that `window` names, with a channel in it: one that is there, or a new one where all is zero.
    pub(super) fn map(
        window: &Window,
        options: &ChannelOptions,
        geometry: Geometry,
        trust: &Trust,
    ) -> Result<Self, Error> {
        let map = Map::open(window, trust)?;
        let lock = map.try_sender()?;
        // A look at a hole takes room on the disk too.
        map.reserve(LOOKED_AT)?;
        let location = || window.clone().into();
        let corrupt = |source| Error::Channel {
            location: location(),
            source,
        };
        match ChannelStatus::of(&map.memory()) {
            Ok(survey) => {
                options.accepts(&location(), &survey.geometry, None)?;
                map.reserve(survey.geometry.size())?;
            }
            Err(AttachError::Geometry(GeometryError::Unformatted)) => {
                let geometry = fitting(&map, &geometry);
                map.reserve(geometry.size())?;
                format(&map, &geometry).map_err(|error| corrupt(error.into()))?;
            }
            Err(source) => return Err(corrupt(source)),
        }
        Ok(Claim::Map {
            map: Arc::new(map),
            lock,
        })
    }

    pub(super) fn memory(&self) -> SharedMemory {
        match self {
            Claim::Segment { segment, .. } => SharedMemory::of(Arc::clone(segment)),
            Claim::Map { map, .. } => SharedMemory::of_map(Arc::clone(map)),
        }
    }

    /// Whether this process still has the sender's lock, and others meet it here. Asks the kernel.
    pub(super) fn holds(&self) -> bool {
        match self {
            Claim::Segment { segment, lock, .. } => {
                lock.is_held() && segment.state() == segment::State::Same
            }
            Claim::Map { map, lock } => lock.is_held() && map.state() == file::State::Same,
        }
    }

    /// Whether the segment was removed under this sender, and no other has its place: then its locks serve nobody. Nobody makes
    /// another segment as long as this process has the sender's lock. Asks the kernel.
    pub(super) fn is_stranded(&self) -> bool {
        match self {
            Claim::Segment { segment, lock, .. } => {
                lock.is_held() && segment.state() == segment::State::Removed
            }
            Claim::Map { .. } => false,
        }
    }

    /// How many mappings the segment has.
    pub(super) fn mappings(&self) -> Option<u64> {
        match self {
            Claim::Segment { segment, .. } => Some(segment.stat().ok()?.attached),
            Claim::Map { .. } => None,
        }
    }

    /// Whether it is this process's to remove, as long as it [holds](Self::holds) it.
    pub(super) fn is_inherited(&self) -> bool {
        matches!(
            self,
            Claim::Segment {
                inherited: true,
                ..
            }
        )
    }

    pub(super) fn has_first_locks(&self) -> bool {
        matches!(
            self,
            Claim::Segment {
                first_locks: true,
                ..
            }
        )
    }

    /// Takes the sender's lock of a new set, where the old one was removed, and nothing else has changed.
    pub(super) fn relock(&mut self, geometry: &Geometry, options: &Terms) -> Result<(), Error> {
        let Claim::Segment {
            segment,
            locks,
            lock,
            first_locks,
            ..
        } = self
        else {
            return Err(Error::Lost);
        };
        if segment.state() != segment::State::Same {
            return Err(Error::Lost);
        }
        let (mode, trust) = (options.mode, &options.trust);
        let anew = open_locks(locks.key(), geometry.receivers(), mode, trust)?;
        *lock = anew.try_sender()?;
        *locks = anew;
        *first_locks = false;
        Ok(())
    }

    /// Removes the segment; one that is gone is removed.
    pub(super) fn remove_memory(&self) -> Result<(), Error> {
        match self {
            Claim::Segment { segment, .. } => match segment.remove() {
                Err(segment::Error::Removed { .. }) => Ok(()),
                removed => Ok(removed?),
            },
            Claim::Map { .. } => Ok(()),
        }
    }

    /// Removes the locks, likewise.
    pub(super) fn remove_locks(&self) -> Result<(), Error> {
        match self {
            Claim::Segment { locks, .. } => match locks.remove() {
                Err(locks::Error::Removed { .. }) => Ok(()),
                removed => Ok(removed?),
            },
            Claim::Map { .. } => Ok(()),
        }
    }
}

/// The geometry that is wanted, with fewer slots where the map holds no more.
fn fitting(map: &Map, wanted: &Geometry) -> Geometry {
    let len = map.memory().len();
    let fewer = wanted
        .max_slots_in(len)
        .filter(|_| wanted.check(len).is_err());
    fewer.unwrap_or(*wanted)
}

/// Makes the channel at the beginning of the map, if its bytes there are what nobody has written, or what a process has that
/// died formatting them.
fn format(map: &Map, geometry: &Geometry) -> Result<(), GeometryError> {
    geometry.check(map.memory().len())?;
    let size = usize::try_from(geometry.size()).unwrap_or(usize::MAX);
    let part = beginning(&map.memory(), size).filter(Geometry::is_half_formatted);
    let part = part.ok_or(GeometryError::Unformatted)?;
    geometry.format(&part, seed())
}
