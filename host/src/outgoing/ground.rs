//! What does a sender hold beside its end of the channel? The memory, and the lock that makes it the only one.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::{Geometry, GeometryError};
use ramframe_core::region::Region;

use super::make::{look, open_locks, open_segment};
use super::wanted::Wanted;
use crate::key::Key;
use crate::lock::{Locks, SenderLock};
use crate::map::{self, Held, Map, Window};
use crate::open::Error;
use crate::segment::{self, ReadWrite, Segment};
use crate::shared::SharedMemory;
use crate::trust::Trust;

#[derive(Debug)]
pub(super) enum Ground {
    Segment {
        segment: Arc<Segment<ReadWrite>>,
        locks: Locks,
        /// Given back last, so that nobody makes a new channel before this one is gone.
        lock: SenderLock,
        /// Whether the segment is this process's to remove: it made it, or its maker was killed.
        inherited: bool,
    },
    Map {
        map: Arc<Map<ReadWrite>>,
        _lock: Held,
    },
}

impl Ground {
    /// The segment of `key`, with a channel in it.
    pub(super) fn segment(
        key: Key,
        wanted: &Wanted,
        (geometry, size): (Geometry, usize),
        trust: &Trust,
    ) -> Result<Self, Error> {
        // Looked at before any lock is made, so that a refusal leaves nothing behind.
        look(key, wanted, trust)?;
        let locks = open_locks(key, geometry.receivers(), wanted.mode, trust)?;
        let lock = locks.try_sender()?;
        let opened = open_segment(key, wanted, geometry, size, trust);
        if opened.is_err() && segment::find(key).is_err() {
            // Locks without a segment serve nobody.
            let _ = locks.remove();
        }
        let (segment, inherited) = opened?;
        Ok(Ground::Segment {
            segment: Arc::new(segment),
            locks,
            lock,
            inherited,
        })
    }

    /// The part of a file that `window` names, with a channel in it: one that is there, or a new one where all is zero.
    pub(super) fn map(
        window: &Window,
        wanted: &Wanted,
        geometry: Geometry,
        trust: &Trust,
    ) -> Result<Self, Error> {
        let map = Map::open(window, trust)?;
        let lock = map.try_sender()?;
        let place = || window.clone().into();
        let corrupt = |source| Error::Channel {
            place: place(),
            source,
        };
        match ChannelStatus::of(&map.memory()) {
            Ok(survey) => wanted.accepts(&place(), &survey.geometry, None)?,
            Err(AttachError::Geometry(GeometryError::Unformatted)) => {
                format(&map, &geometry).map_err(|error| corrupt(error.into()))?;
            }
            Err(source) => return Err(corrupt(source)),
        }
        Ok(Ground::Map {
            map: Arc::new(map),
            _lock: lock,
        })
    }

    pub(super) fn memory(&self) -> SharedMemory {
        match self {
            Ground::Segment { segment, .. } => SharedMemory::of(Arc::clone(segment)),
            Ground::Map { map, .. } => SharedMemory::of_map(Arc::clone(map)),
        }
    }

    /// Whether the place is still what this process became the sender in.
    pub(super) fn is_current(&self) -> bool {
        match self {
            Ground::Segment { segment, lock, .. } => {
                lock.is_held() && segment.state() == segment::State::Same
            }
            Ground::Map { map, .. } => map.state() == map::State::Same,
        }
    }

    /// Whether it is this process's to remove, and nobody has taken its place.
    pub(super) fn is_ours(&self) -> bool {
        match self {
            Ground::Segment {
                segment, inherited, ..
            } => *inherited && segment.state() == segment::State::Same,
            Ground::Map { .. } => false,
        }
    }

    pub(super) fn remove_memory(&self) -> Result<(), Error> {
        match self {
            Ground::Segment { segment, .. } => Ok(segment.remove()?),
            Ground::Map { .. } => Ok(()),
        }
    }

    pub(super) fn remove_locks(&self) -> Result<(), Error> {
        match self {
            Ground::Segment { locks, .. } => Ok(locks.remove()?),
            Ground::Map { .. } => Ok(()),
        }
    }
}

/// Makes the channel at the beginning of the map, if its bytes there are what nobody has written, or what a process has that
/// died formatting them. With fewer slots than are wanted, where the map holds no more.
fn format(map: &Map, wanted: &Geometry) -> Result<(), GeometryError> {
    let len = map.memory().len();
    let fewer = wanted
        .max_slots_in(len)
        .filter(|_| wanted.check(len).is_err());
    let geometry = fewer.as_ref().unwrap_or(wanted);
    geometry.check(len)?;
    let size = usize::try_from(geometry.size()).unwrap_or(usize::MAX);
    let part = map
        .memory()
        .part(0, size)
        .filter(|part| geometry.is_half_made(part));
    let part = part.ok_or(GeometryError::Unformatted)?;
    geometry.format(&part, seed())
}

/// Any number that is another one next time.
pub(super) fn seed() -> u32 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    now.subsec_nanos() ^ now.as_secs() as u32 ^ std::process::id()
}
