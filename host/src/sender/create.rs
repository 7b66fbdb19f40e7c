//! The memory and the locks of a channel that a sender asks for: looked at, taken over, or made.

use std::time::{SystemTime, UNIX_EPOCH};

use ramframe_core::channel::{AttachError, ChannelStatus};
use ramframe_core::geometry::{Geometry, GeometryError, Name as ChannelName};
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::Spin;

use super::options::ChannelOptions;
use crate::error::{Error, Kind, Object};
use crate::file::{Map, Window};
use crate::location::Location;
use crate::locks::{self, Held, Locks};
use crate::name::Name;
use crate::named;
use crate::shared::SharedMemory;
use crate::sys::shared::beginning;
use crate::sysv::key::Key;
use crate::sysv::segment::{self, ReadOnly, ReadWrite, Segment};
use crate::trust::Trust;

const UNFORMATTED: AttachError = AttachError::Geometry(GeometryError::Unformatted);

/// Memory with a channel in it, and the right to send there.
pub(super) struct Made {
    pub(super) memory: SharedMemory,
    pub(super) name: Name,
    pub(super) locks: Locks,
    pub(super) held: Held,
    /// Whether the segment is this process's to remove: it made it, or its maker was killed.
    pub(super) inherited: bool,
    /// Whether the channel has had no other set of locks, as far as this process can know.
    pub(super) first_locks: bool,
}

/// The segment of `key`, with a channel in it.
pub(super) fn segment(
    key: Key,
    options: &ChannelOptions,
    made: (Geometry, usize),
    trust: &Trust,
) -> Result<Made, Error> {
    // Looked at before any lock is made, so that a refusal leaves nothing behind.
    let (exists, locked) = look(key, options, trust)?;
    let locks = open_locks(key, made.0.receivers(), options.mode, trust)?;
    let held = locks.try_sender()?;
    let opened = open_segment(key, options, made, (locked, &held), trust);
    if opened.is_err() && segment::find(key).is_err() && held.is_held() {
        // Locks without a segment serve nobody.
        let _ = locks.remove();
    }
    let (segment, inherited) = opened?;
    Ok(Made {
        memory: segment.shared(),
        name: segment.name().clone(),
        locks,
        held,
        inherited,
        first_locks: locked || !exists,
    })
}

/// Whether there are a segment and locks. Refuses a segment that is not ours or not the channel that is wanted. Absence is no
/// reason; neither is one that holds nothing, if locks of ours stand beside it: its maker was killed, or is just making it. Without
/// them it is another program's, which has just made it: a sender makes its locks first.
fn look(key: Key, options: &ChannelOptions, trust: &Trust) -> Result<(bool, bool), Error> {
    let found = Segment::<ReadOnly>::attach(key, trust);
    // Asked after the segment, so that the locks of one that is just being made are seen.
    let locked = Locks::open(key, trust);
    let locked = locked.map_or_else(
        |error| !matches!(error.kind, Kind::Absent | Kind::Foreign { .. }),
        |_| true,
    );
    let Some(segment) = if_any(found)? else {
        return Ok((false, locked));
    };
    match Geometry::read(&segment.memory()) {
        Ok(geometry) => {
            named::check(key, &segment.memory())?;
            options.accepts(key, &geometry, Some(segment.stat()?.size))?;
        }
        Err(GeometryError::Unformatted) if locked => {}
        Err(error) => return Err(Error::channel(key, error)),
    }
    Ok((true, locked))
}

/// What was found; `None` if there is none.
fn if_any<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Err(error) if matches!(error.kind, Kind::Absent) => Ok(None),
        found => found.map(Some),
    }
}

/// The locks of `key`. A set for another number of receivers that is left over from a channel that is gone is replaced.
pub(super) fn open_locks(
    key: Key,
    receivers: u32,
    mode: u32,
    trust: &Trust,
) -> Result<Locks, Error> {
    match Locks::open_or_create(key, receivers, mode, trust) {
        Err(error)
            if matches!(error.kind, Kind::Count { .. } | Kind::OtherFile)
                && segment::find(key).is_err() =>
        {
            locks::remove_idle(key.bare(), trust)?;
            Locks::open_or_create(key, receivers, mode, trust)
        }
        locks => locks,
    }
}

/// The segment, formatted, and whether it is this process's to remove. Called with the sender's lock held; `locked` says whether
/// there were locks before.
fn open_segment(
    key: Key,
    options: &ChannelOptions,
    (geometry, size): (Geometry, usize),
    (locked, held): (bool, &Held),
    trust: &Trust,
) -> Result<(Segment, bool), Error> {
    // Where the locks were removed since they were taken, somebody else may be at it by now.
    let check = || match held.is_held() {
        true => Ok(()),
        false => Err(Object::Locks(key).error(Kind::Removed)),
    };
    let found = if_any(Segment::<ReadWrite>::attach(key, trust))?;
    let status = found.as_ref().map(|old| ChannelStatus::of(&old.memory()));
    if let Some(Ok(status)) = &status {
        named::check_found(key, status.name)?;
    }
    match (found, status) {
        (Some(segment), Some(Ok(status))) if !options.fresh => {
            let size = segment.stat()?.size;
            options.accepts(key, &status.geometry, Some(size))?;
            // A maker that left in good order kept it on purpose; one that did not was killed.
            return Ok((segment, !status.closed));
        }
        (Some(old), Some(Err(error))) if !(locked && is_left_over(&old, error)?) => {
            return Err(Error::channel(key, error));
        }
        (Some(old), _) => {
            // Receivers that wait on it follow.
            check()?;
            old.remove()?;
        }
        (None, _) => {}
    }
    let segment = Segment::create(key, size, options.mode)?;
    let formatted = check().and_then(|()| format(key, &segment.memory(), &geometry, key.name()));
    // A start that fails leaves nothing.
    formatted.inspect_err(|_| drop(segment.remove()))?;
    Ok((segment, true))
}

/// Whether an unformatted segment is what a sender left that was killed while making it, for whatever channel: nothing in it,
/// nobody else at it.
fn is_left_over(segment: &Segment, error: AttachError) -> Result<bool, Error> {
    let empty = error == UNFORMATTED && Geometry::is_half_formatted(&segment.memory());
    Ok(empty && segment.stat()?.attached == 1)
}

/// The part of a file that `window` names, with a channel in it: one that is there, or a new one where all is zero.
pub(super) fn map(
    window: &Window,
    options: &ChannelOptions,
    geometry: Geometry,
    trust: &Trust,
) -> Result<Made, Error> {
    let map = Map::<ReadWrite>::open(window, trust)?;
    let locks = map.locks(0);
    let held = locks.try_sender()?;
    // A look at a hole takes room on the disk too.
    map.reserve_head()?;
    match ChannelStatus::of(&map.memory()) {
        Ok(status) => {
            options.accepts(window.clone(), &status.geometry, None)?;
            map.reserve(status.geometry.size())?;
        }
        Err(UNFORMATTED) => {
            let fitting = fitting(map.memory().len(), &geometry);
            let geometry = fitting.map_err(|error| Error::channel(window.clone(), error))?;
            map.reserve(geometry.size())?;
            // Only where its bytes are what nobody has written, or what a process has that died formatting them.
            let size = usize::try_from(geometry.size()).unwrap_or(usize::MAX);
            let part = beginning(&map.memory(), size).filter(Geometry::is_half_formatted);
            let part = part.ok_or_else(|| Error::channel(window.clone(), UNFORMATTED))?;
            format(window.clone(), &part, &geometry, &ChannelName::EMPTY)?;
        }
        Err(source) => return Err(Error::channel(window.clone(), source)),
    }
    Ok(Made {
        memory: map.shared(),
        name: map.name(),
        locks,
        held,
        inherited: false,
        first_locks: false,
    })
}

/// The geometry that is wanted, with fewer slots where `len` bytes hold no more.
fn fitting(len: usize, wanted: &Geometry) -> Result<Geometry, GeometryError> {
    let whole = wanted.check(len).map(|()| *wanted);
    whole.or_else(|error| wanted.max_slots_in(len).ok_or(error))
}

fn format(
    location: impl Into<Location>,
    memory: &impl RegionMut,
    geometry: &Geometry,
    name: &ChannelName,
) -> Result<(), Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default();
    // Any number that is another one next time.
    let seed = now.subsec_nanos() ^ now.as_secs() as u32 ^ std::process::id();
    let formatted = geometry.format_named(memory, name, seed, &mut Spin);
    formatted.map_err(|error| Error::channel(location, error))
}
