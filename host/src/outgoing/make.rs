//! The segment and the locks of a channel: looked at, taken over, or made.

use ramframe_core::channel::{AttachError, Survey};
use ramframe_core::layout::{Layout, LayoutError};

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
    match Layout::read(&segment.read_only_ram()) {
        Ok(layout) => wanted.accepts(&key.into(), &layout, Some(segment.stat()?.size)),
        Err(LayoutError::Unformatted) => Ok(()),
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
    layout: Layout,
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
        format(key, &segment, &layout)?;
        return Ok((segment, true));
    };
    let survey = Survey::of(&segment.ram()).map_err(|source| Error::Channel {
        place: key.into(),
        source,
    })?;
    wanted.accepts(&key.into(), &survey.layout, Some(segment.stat()?.size))?;
    // A maker that left in good order kept it on purpose; one that did not was killed.
    Ok((segment, !survey.closed))
}

/// Whether a new segment takes the place of this one.
fn is_replaced(segment: &Segment<ReadWrite>, wanted: &Wanted) -> Result<bool, Error> {
    match Survey::of(&segment.ram()) {
        Ok(_) => Ok(wanted.fresh),
        Err(AttachError::Layout(LayoutError::Unformatted)) => is_left_over(segment),
        Err(_) => Ok(false),
    }
}

/// Whether an unformatted segment is what a sender left that was killed while making it, for whatever channel: nothing in it,
/// nobody else at it.
fn is_left_over(segment: &Segment<ReadWrite>) -> Result<bool, Error> {
    let smallest = Layout::overwrite(2, 1);
    Ok(segment.stat()?.attached == 1 && smallest.is_half_made(&segment.ram()))
}

fn format(key: Key, segment: &Segment<ReadWrite>, layout: &Layout) -> Result<(), Error> {
    layout
        .format(&segment.ram(), seed())
        .map_err(|error| Error::Channel {
            place: key.into(),
            source: error.into(),
        })
}
