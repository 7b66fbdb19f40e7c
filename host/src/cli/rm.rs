//! `host rm`.

use ramframe_core::layout::{Layout, LayoutError};
use ramframe_host::key::Key;
use ramframe_host::lock::{self, Locks};
use ramframe_host::segment::{self, ReadOnly, Segment};
use ramframe_host::trust::Trust;

use super::args::RmArgs;
use super::outcome::{Exit, Outcome};

/// Removes the segment and the semaphores of a key, if they are ramframe's and nobody uses them, or by force.
pub(crate) fn run(args: &RmArgs) -> Outcome {
    let key = args.key.key()?;
    if !args.force {
        refuse_used(key)?;
        refuse_foreign(key)?;
    }
    let removed = match segment::find(key) {
        Ok(id) => segment::remove(id).map(|()| true)?,
        Err(segment::Error::Absent { .. }) => false,
        Err(error) => return Err(error.into()),
    };
    let locks = Locks::open(key, &Trust::mine()).is_ok();
    lock::remove(key)?;
    match removed || locks {
        true => {
            eprintln!("host: removed {}", args.key.describe(key));
            Ok(Exit::Done)
        }
        false => Err(format!(
            "nothing to remove: no segment has {}",
            args.key.describe(key)
        )
        .into()),
    }
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
    let segment = match Segment::<ReadOnly>::attach(key, &Trust::mine().allow_mode(0o666)) {
        Err(segment::Error::Absent { .. }) => return Ok(()),
        found => found?,
    };
    match Layout::read(&segment.read_only_ram()) {
        Err(error @ (LayoutError::Foreign { .. } | LayoutError::Unformatted)) => Err(format!(
            "the segment of key {key} is {error}: it may belong to another program; if it is yours to remove, use `--force`"
        )
        .into()),
        _ => Ok(()),
    }
}
