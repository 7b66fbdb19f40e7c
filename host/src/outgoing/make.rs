//! The segment and the locks of a channel: looked at, taken over, or made.

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::{Geometry, GeometryError};

use super::ground::seed;
use super::wanted::Wanted;
use crate::key::Key;
use crate::lock::{self, Locks};
use crate::open::Error;
use crate::segment::{self, ReadWrite, Segment};
use crate::trust::Trust;

/// Refuses a segment that is not ours or not the channel that is wanted; absence and a half-made one are no reason.
pub(super) fn look(key: Key, wanted: &Wanted, trust: &Trust) -> Result<(), Error> {
    let segment = match Segment::<segment::ReadOnly>::attach(key, trust) {
        Err(segment::Error::Absent { .. }) => return Ok(()),
        found => found?,
    };
    match Geometry::read(&segment.read_only_ram()) {
        Ok(geometry) => wanted.accepts(&key.into(), &geometry, Some(segment.stat()?.size)),
        Err(GeometryError::Unformatted) => Ok(()),
        Err(error) => Err(Error::Channel {
            place: key.into(),
            source: error.into(),
        }),
    }
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
        Err(lock::Error::Count { .. }) if segment::find(key).is_err() => {
            lock::remove_idle(key, trust)?;
            Ok(Locks::open_or_create(key, receivers, mode, trust)?)
        }
        locks => Ok(locks?),
    }
}

/// The segment, formatted, and whether it is this process's to remove. Called with the sender's lock held.
pub(super) fn open_segment(
    key: Key,
    wanted: &Wanted,
    geometry: Geometry,
    size: usize,
    trust: &Trust,
) -> Result<(Segment<ReadWrite>, bool), Error> {
    let found = match Segment::<ReadWrite>::attach(key, trust) {
        Err(segment::Error::Absent { .. }) => None,
        found => Some(found?),
    };
    let found = match found {
        // Receivers that wait on it follow.
        Some(old) if is_replaced(&old, wanted)? => {
            old.remove()?;
            None
        }
        found => found,
    };
    let Some(segment) = found else {
        let segment = Segment::create(key, size, wanted.mode)?;
        format(key, &segment, &geometry)?;
        return Ok((segment, true));
    };
    let survey = ChannelStatus::of(&segment.memory()).map_err(|source| Error::Channel {
        place: key.into(),
        source,
    })?;
    wanted.accepts(&key.into(), &survey.geometry, Some(segment.stat()?.size))?;
    // A maker that left in good order kept it on purpose; one that did not was killed.
    Ok((segment, !survey.closed))
}

/// Whether a new segment takes the place of this one.
fn is_replaced(segment: &Segment<ReadWrite>, wanted: &Wanted) -> Result<bool, Error> {
    match ChannelStatus::of(&segment.memory()) {
        Ok(_) => Ok(wanted.fresh),
        Err(AttachError::Geometry(GeometryError::Unformatted)) => is_left_over(segment),
        Err(_) => Ok(false),
    }
}

/// Whether an unformatted segment is what a sender left that was killed while making it, for whatever channel: nothing in it,
/// nobody else at it.
fn is_left_over(segment: &Segment<ReadWrite>) -> Result<bool, Error> {
    let smallest = Geometry::overwrite(2, 1);
    Ok(segment.stat()?.attached == 1 && smallest.is_half_made(&segment.memory()))
}

fn format(key: Key, segment: &Segment<ReadWrite>, geometry: &Geometry) -> Result<(), Error> {
    geometry
        .format(&segment.memory(), seed())
        .map_err(|error| Error::Channel {
            place: key.into(),
            source: error.into(),
        })
}
