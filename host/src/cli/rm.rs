//! `host rm`: what may be removed, and what needs `--force`.

use ramframe_core::geometry::{Geometry, GeometryError};

use crate::named;
use crate::sysv::key::Key;
use crate::sysv::locks::{self, AllLocks, Locks};
use crate::sysv::segment::{self, ReadOnly, Segment};
use crate::trust::{Trust, TrustError};

use super::args::RmArgs;
use super::exit::{Exit, Outcome};
use super::hints;
use super::stderr::message;

/// Removes the segment and the semaphores of a key, if they are ramframe's and nobody uses them, or by force.
pub(crate) fn run(args: &RmArgs) -> Outcome {
    let key = args.key.key()?;
    // Held until all is removed, so that nobody begins to use it in between.
    let _locks = match args.force {
        true => None,
        false => {
            let locks = take_all(key)?;
            refuse_foreign(key, locks.is_some())?;
            locks
        }
    };
    let segment = remove_segment(key)?;
    let locks = match remove_locks(key, args.force) {
        Err(error) if segment => {
            message!("{}", hints::of(&*error));
            false
        }
        removed => removed?,
    };
    if !segment && !locks {
        return Err(format!(
            "nothing to remove: no segment has {}",
            args.key.describe(key)
        )
        .into());
    }
    message!("removed {}", args.key.describe(key));
    Ok(Exit::Done)
}

/// Whether there was a segment. One that somebody else removes at the same time is removed.
fn remove_segment(key: Key) -> Result<bool, segment::Error> {
    let removed = segment::find(key).and_then(segment::remove);
    match removed {
        Err(segment::Error::Absent { .. } | segment::Error::Removed { .. }) => Ok(false),
        removed => removed.map(|()| true),
    }
}

/// Whether there were semaphores, and now are none. Those that are not ours need force.
fn remove_locks(key: Key, force: bool) -> Result<bool, Box<dyn std::error::Error>> {
    match Locks::open(key, &trust()) {
        Err(locks::Error::Absent { .. }) => return Ok(false),
        Err(locks::Error::Untrusted {
            refusal: TrustError::Foreign { owner, .. },
            ..
        }) if !force => {
            return Err(format!(
                "the semaphores of {key:#} belong to {owner}; if they are yours to remove, use `--force`"
            )
            .into());
        }
        Err(error) if !force => return Err(error.into()),
        _ => {}
    }
    locks::remove(key)?;
    Ok(true)
}

/// What others may do to it is no reason to leave it.
fn trust() -> Trust {
    Trust::current_user().allow_mode(0o666)
}

/// Takes all locks of the channel, so that nobody uses it; `None` where there are none of ours.
fn take_all(key: Key) -> Result<Option<AllLocks>, Box<dyn std::error::Error>> {
    let locks = match Locks::open(key, &trust()) {
        Err(error @ locks::Error::OtherFile { .. }) => return Err(error.into()),
        Err(_) => return Ok(None),
        Ok(locks) => locks,
    };
    let (role, pid) = match locks.take_all() {
        Err(locks::Error::SenderHeld { pid, .. }) => ("the sender", pid),
        Err(locks::Error::ReceiverHeld { pid, .. }) => ("a receiver", pid),
        Err(locks::Error::Removed { .. }) => return Ok(None),
        taken => return Ok(Some(taken?)),
    };
    Err(format!(
        "{} is {role} on {key:#}; stop it, or use `--force`",
        locks::Process(pid)
    )
    .into())
}

/// Refuses what may be another program's, and a channel whose users nobody can know: they have lost their locks.
fn refuse_foreign(key: Key, locked: bool) -> Result<(), Box<dyn std::error::Error>> {
    let segment = match Segment::<ReadOnly>::attach(key, &trust()) {
        Err(segment::Error::Absent { .. }) => return Ok(()),
        Err(segment::Error::Untrusted {
            refusal: TrustError::Foreign { owner, .. },
            ..
        }) => {
            return Err(format!(
                "the segment of {key:#} belongs to {owner}; if it is yours to remove, use `--force`"
            )
            .into());
        }
        found => found?,
    };
    named::check(key, &segment.read_only_ram())?;
    let what = match Geometry::read(&segment.read_only_ram()) {
        Err(error @ (GeometryError::Foreign { .. } | GeometryError::Unformatted)) => {
            hints::of(&error)
        }
        Err(GeometryError::RegionTooSmall { .. }) => "too small for what it should hold".into(),
        // One of the mappings is ours.
        Ok(_) if !locked && segment.stat()?.attached > 1 => {
            return Err(format!(
                "the locks of {key:#} were removed, and its segment is in use; stop who uses it, or use `--force`"
            )
            .into());
        }
        _ => return Ok(()),
    };
    Err(format!(
        "the segment of {key:#} is {what}: it may belong to another program; if it is yours to remove, use `--force`"
    )
    .into())
}
