//! `host rm`: what may be removed, and what needs `--force`.

use ramframe_core::layout::{Layout, LayoutError};
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
    let locks = has_semaphores(key);
    // A set of semaphores bears no magic: alone, it may be anyone's.
    if locks && !segment && !args.force {
        return Err(format!(
            "no segment has {}, but a set of semaphores has: it may belong to another program; if it is yours to remove, use `--force`",
            args.key.describe(key)
        )
        .into());
    }
    lock::remove(key)?;
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

fn has_semaphores(key: Key) -> bool {
    !matches!(
        Locks::open(key, &Trust::mine()),
        Err(lock::Error::Absent { .. })
    )
}

fn refuse_used(key: Key) -> Result<(), String> {
    let Ok(locks) = Locks::open(key, &Trust::mine().allow_mode(0o666)) else {
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
    let trust = Trust::mine().allow_mode(0o666);
    let segment = match Segment::<ReadOnly>::attach(key, &trust) {
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
    let what = match Layout::read(&segment.read_only_ram()) {
        Err(error @ (LayoutError::Foreign { .. } | LayoutError::Unformatted)) => error.to_string(),
        Err(LayoutError::TooSmall { .. }) => "too small for what it should hold".into(),
        _ => return Ok(()),
    };
    Err(format!(
        "the segment of key {key} is {what}: it may belong to another program; if it is yours to remove, use `--force`"
    )
    .into())
}
