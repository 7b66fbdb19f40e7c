//! `host rm`: what may be removed, and what needs `--force`.

use ramframe_core::geometry::{Geometry, GeometryError};
use ramframe_host::key::Key;
use ramframe_host::lock::{self, Locks};
use ramframe_host::segment::{self, ReadOnly, Segment};
use ramframe_host::trust::{Refusal, Trust};

use super::args::RmArgs;
use super::outcome::{Exit, Outcome};
use super::say::note;

/// Removes the segment and the semaphores of a key, if they are ramframe's and nobody uses them, or by force.
pub(crate) fn run(args: &RmArgs) -> Outcome {
    let key = args.key.key()?;
    if !args.force {
        refuse_used(key)?;
        refuse_foreign(key)?;
    }
    let segment = match segment::find(key) {
        Ok(id) => segment::remove(id).map(|()| true)?,
        Err(segment::Error::Absent { .. }) => false,
        Err(error) => return Err(error.into()),
    };
    let locks = match remove_locks(key, args.force) {
        Err(error) if segment => {
            note!("{error}");
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
    note!("removed {}", args.key.describe(key));
    Ok(Exit::Done)
}

/// Whether there were semaphores, and now are none. Those that are not ours need force.
fn remove_locks(key: Key, force: bool) -> Result<bool, Box<dyn std::error::Error>> {
    match Locks::open(key, &trust()) {
        Err(lock::Error::Absent { .. }) => return Ok(false),
        Err(lock::Error::Distrusted {
            refusal: Refusal::Foreign { owner, .. },
            ..
        }) if !force => {
            return Err(format!(
                "the semaphores of key {key} belong to {owner}; if they are yours to remove, use `--force`"
            )
            .into());
        }
        Err(error) if !force => return Err(error.into()),
        _ => {}
    }
    lock::remove(key)?;
    Ok(true)
}

/// What others may do to it is no reason to leave it.
fn trust() -> Trust {
    Trust::mine().allow_mode(0o666)
}

fn refuse_used(key: Key) -> Result<(), String> {
    let Ok(locks) = Locks::open(key, &trust()) else {
        return Ok(());
    };
    let sender = locks.sender().ok().flatten().map(|pid| ("the sender", pid));
    let seats = (0..locks.seats()).filter_map(|seat| {
        locks
            .seated(seat)
            .ok()
            .flatten()
            .map(|pid| ("a receiver", pid))
    });
    match sender.into_iter().chain(seats).next() {
        Some((role, pid)) => Err(format!(
            "process {pid} is {role} on key {key}; stop it, or use `--force`"
        )),
        None => Ok(()),
    }
}

fn refuse_foreign(key: Key) -> Result<(), Box<dyn std::error::Error>> {
    let segment = match Segment::<ReadOnly>::attach(key, &trust()) {
        Err(segment::Error::Absent { .. }) => return Ok(()),
        Err(segment::Error::Distrusted {
            refusal: Refusal::Foreign { owner, .. },
            ..
        }) => {
            return Err(format!(
                "the segment of key {key} belongs to {owner}; if it is yours to remove, use `--force`"
            )
            .into());
        }
        found => found?,
    };
    let what = match Geometry::read(&segment.read_only_ram()) {
        Err(error @ (GeometryError::Foreign { .. } | GeometryError::Unformatted)) => {
            error.to_string()
        }
        Err(GeometryError::RegionTooSmall { .. }) => "too small for what it should hold".into(),
        _ => return Ok(()),
    };
    Err(format!(
        "the segment of key {key} is {what}: it may belong to another program; if it is yours to remove, use `--force`"
    )
    .into())
}
