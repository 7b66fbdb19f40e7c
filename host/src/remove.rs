//! Removes a channel that nobody uses.

use ramframe_core::geometry::{Geometry, GeometryError};
use ramframe_core::region::{Region, RegionMut};

use crate::error::{Error, Kind};
use crate::file::{Map, Window};
use crate::location::Location;
use crate::locks::Locks;
use crate::named;
use crate::sysv::key::Key;
use crate::sysv::segment::{self, ReadOnly, ReadWrite, Segment};
use crate::trust::Trust;

/// Removes the channel at `location`, with all messages in it, if it is ramframe's and nobody uses it: for one that was
/// [kept](crate::Sender::close_keeping), or that a sender left which was killed. Takes all its locks first, so that nobody begins.
///
/// The segment and the semaphores go; semaphores of another program under the same key stay. In a file nothing is removed: the
/// bytes of the channel become zero, so that the next sender makes a new one. Whether firmware uses it nobody can know there.
///
/// # Errors
/// [`Error::is_absent`] if there is none. [`Kind::SenderHeld`], [`Kind::ReceiverHeld`] or [`Kind::InUse`] if somebody uses it.
/// [`Kind::Channel`], [`Kind::Foreign`], [`Kind::OtherFile`] or [`Kind::Untrusted`] if it is not ours. Then nothing has changed.
///
/// ```
/// use ramframe_host::sysv::key::Key;
/// use ramframe_host::{ChannelOptions, Sender, Trust, remove};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let file = tempfile::NamedTempFile::new()?;
/// let (key, trust) = (Key::of_path(file.path(), b'S')?, Trust::current_user());
/// let sender = Sender::open(key, &ChannelOptions::overwrite(), &trust)?;
/// assert!(remove(key, &trust).is_err(), "the sender uses it");
/// sender.close_keeping()?;
/// remove(key, &trust)?;
/// assert!(remove(key, &trust).is_err_and(|error| error.is_absent()));
/// # Ok(())
/// # }
/// ```
pub fn remove(location: impl Into<Location>, trust: &Trust) -> Result<(), Error> {
    // What others may do to it is no reason to leave it.
    let trust = trust.clone().allow_mode(0o666);
    match location.into() {
        Location::Key(key) => unlink(key, &trust),
        Location::Map(window) => clear(&window, &trust),
    }
}

fn unlink(key: Key, trust: &Trust) -> Result<(), Error> {
    let locks = Locks::open(key, trust);
    let held = match &locks {
        Ok(locks) => locks.take_all().map(Some),
        Err(_) => Ok(None),
    };
    let held = match held {
        Err(error) if matches!(error.kind, Kind::Removed) => None,
        held => held?,
    };
    match (Segment::<ReadOnly>::attach(key, trust), locks) {
        // Even what is there may be another file's.
        (_, Err(error)) if matches!(error.kind, Kind::OtherFile) => Err(error),
        (Err(error), Err(of_locks)) if matches!(error.kind, Kind::Absent) => {
            Err(if of_locks.is_absent() {
                error
            } else {
                of_locks
            })
        }
        (Err(error), Ok(locks)) if matches!(error.kind, Kind::Absent) => gone(locks.remove()),
        (segment, locks) => {
            let segment = segment?;
            named::check(key, &segment.memory())?;
            let usable =
                is_usable(&segment.memory()).map_err(|error| Error::channel(key, error))?;
            // Who has lost its locks may still use it. One of the mappings is ours.
            if usable && held.is_none() && segment.stat()?.attached > 1 {
                return Err(segment::of_key(key).error(Kind::InUse));
            }
            gone(segment::remove(segment.id()))?;
            locks.map_or(Ok(()), |locks| gone(locks.remove()))
        }
    }
}

/// Whether somebody can use it. A channel of another version, or one that contradicts itself, is ours all the same; what may be
/// another program's is refused.
fn is_usable(memory: &impl Region) -> Result<bool, GeometryError> {
    match Geometry::read(memory) {
        Err(
            error @ (GeometryError::Foreign { .. }
            | GeometryError::Unformatted
            | GeometryError::RegionTooSmall { .. }),
        ) => Err(error),
        read => Ok(read.is_ok()),
    }
}

fn clear(window: &Window, trust: &Trust) -> Result<(), Error> {
    let map = Map::<ReadWrite>::open(window, trust)?;
    let memory = map.memory();
    let geometry = Geometry::read(&memory);
    let geometry = geometry.map_err(|error| Error::channel(window.clone(), error))?;
    let _held = map.locks(geometry.receivers()).take_all()?;
    // From the end on: what remains until the last word is a channel, or half of one.
    for at in (0..memory.len().min(geometry.size() as usize))
        .step_by(4)
        .rev()
    {
        memory.store_through(at, 0, std::sync::atomic::Ordering::Relaxed);
    }
    Ok(())
}

/// What is gone already is removed.
pub(crate) fn gone(removed: Result<(), Error>) -> Result<(), Error> {
    match removed {
        Err(error) if matches!(error.kind, Kind::Removed) => Ok(()),
        removed => removed,
    }
}
