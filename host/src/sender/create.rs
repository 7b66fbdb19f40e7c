//! The segment and the locks of a channel: looked at, taken over, or made.

use std::time::{SystemTime, UNIX_EPOCH};

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::{Geometry, GeometryError};
use ramframe_core::wait::Spin;

use super::options::ChannelOptions;
use crate::error::Error;
use crate::named;
use crate::sysv::key::Key;
use crate::sysv::locks::{self, Locks, SenderLock};
use crate::sysv::segment::{self, ReadWrite, Segment};
use crate::trust::Trust;

/// What was on a key before this process came.
#[derive(Clone, Copy)]
pub(super) struct Found {
    segment: bool,
    locks: bool,
}

impl Found {
    /// Whether the locks that this process makes are the first of the channel that is there, or of one that is to be.
    pub(super) fn first_locks(self) -> bool {
        self.locks || !self.segment
    }
}

/// Refuses a segment that is not ours or not the channel that is wanted. Absence is no reason; neither is one that holds
/// nothing, if locks of ours stand beside it: its maker was killed, or is just making it. Without them it is another program's,
/// which has just made it: a sender makes its locks first.
pub(super) fn look(key: Key, options: &ChannelOptions, trust: &Trust) -> Result<Found, Error> {
    let found = Segment::<segment::ReadOnly>::attach(key, trust);
    // Asked after the segment, so that the locks of one that is just being made are seen.
    let locks = !matches!(
        Locks::open(key, trust),
        Err(locks::Error::Absent { .. } | locks::Error::Foreign { .. })
    );
    let segment = match found {
        Err(segment::Error::Absent { .. }) => {
            return Ok(Found {
                segment: false,
                locks,
            });
        }
        found => found?,
    };
    match Geometry::read(&segment.read_only_ram()) {
        Ok(geometry) => {
            named::check(key, &segment.read_only_ram())?;
            options.accepts(&key.into(), &geometry, Some(segment.stat()?.size))?;
        }
        Err(GeometryError::Unformatted) if locks => {}
        Err(error) => {
            return Err(Error::Channel {
                location: key.into(),
                source: error.into(),
            });
        }
    }
    Ok(Found {
        segment: true,
        locks,
    })
}

/// The locks of `key`. A set for another number of receivers that is left over from a channel that is gone is replaced.
pub(super) fn open_locks(
    key: Key,
    receivers: u32,
    mode: u32,
    trust: &Trust,
) -> Result<Locks, Error> {
    let receivers = u16::try_from(receivers).unwrap_or(u16::MAX);
    match Locks::open_or_create(key, receivers, mode, trust) {
        Err(locks::Error::Count { .. } | locks::Error::OtherFile { .. })
            if segment::find(key).is_err() =>
        {
            locks::remove_idle(key.bare(), trust)?;
            Ok(Locks::open_or_create(key, receivers, mode, trust)?)
        }
        locks => Ok(locks?),
    }
}

/// The segment, formatted, and whether it is this process's to remove. Called with the sender's lock held.
pub(super) fn open_segment(
    key: Key,
    options: &ChannelOptions,
    (geometry, size): (Geometry, usize),
    (before, lock): (Found, &SenderLock),
    trust: &Trust,
) -> Result<(Segment<ReadWrite>, bool), Error> {
    let found = match Segment::<ReadWrite>::attach(key, trust) {
        Err(segment::Error::Absent { .. }) => None,
        found => Some(found?),
    };
    let found = match found {
        // Receivers that wait on it follow.
        Some(old) if is_replaced(key, &old, options, before)? => {
            held(key, lock)?;
            old.remove()?;
            None
        }
        found => found,
    };
    let Some(segment) = found else {
        let segment = Segment::create(key, size, options.mode)?;
        let made = held(key, lock).and_then(|()| format(key, &segment, &geometry));
        // A start that fails leaves nothing.
        made.inspect_err(|_| drop(segment.remove()))?;
        return Ok((segment, true));
    };
    let survey = ChannelStatus::of(&segment.memory()).map_err(|source| Error::Channel {
        location: key.into(),
        source,
    })?;
    named::check_found(key, survey.name)?;
    options.accepts(&key.into(), &survey.geometry, Some(segment.stat()?.size))?;
    // A maker that left in good order kept it on purpose; one that did not was killed.
    Ok((segment, !survey.closed))
}

/// Refuses to go on where the locks were removed since they were taken: somebody else may be at it by now.
fn held(key: Key, lock: &SenderLock) -> Result<(), Error> {
    let removed = || locks::Error::Removed { key }.into();
    lock.is_held().then_some(()).ok_or_else(removed)
}

/// Whether a new segment takes the place of this one.
fn is_replaced(
    key: Key,
    segment: &Segment<ReadWrite>,
    options: &ChannelOptions,
    before: Found,
) -> Result<bool, Error> {
    match ChannelStatus::of(&segment.memory()) {
        Ok(survey) => {
            named::check_found(key, survey.name)?;
            Ok(options.fresh)
        }
        Err(AttachError::Geometry(GeometryError::Unformatted)) if before.locks => {
            is_left_over(segment)
        }
        Err(_) => Ok(false),
    }
}

/// Whether an unformatted segment is what a sender left that was killed while making it, for whatever channel: nothing in it,
/// nobody else at it.
fn is_left_over(segment: &Segment<ReadWrite>) -> Result<bool, Error> {
    Ok(segment.stat()?.attached == 1 && Geometry::is_half_formatted(&segment.memory()))
}

fn format(key: Key, segment: &Segment<ReadWrite>, geometry: &Geometry) -> Result<(), Error> {
    geometry
        .format_named(&segment.memory(), key.name(), seed(), &mut Spin)
        .map_err(|error| Error::Channel {
            location: key.into(),
            source: error.into(),
        })
}

/// Any number that is another one next time.
pub(super) fn seed() -> u32 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    now.subsec_nanos() ^ now.as_secs() as u32 ^ std::process::id()
}
