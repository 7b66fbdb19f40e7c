//! `host rm`: what may be removed, and what needs `--force`.

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::GeometryError;

use crate::error::{Error, Kind, Object, Process};
use crate::locks::{self, Locks};
use crate::remove;
use crate::sysv::key::Key;
use crate::sysv::segment;
use crate::trust::{Trust, TrustError};

use super::args::RmArgs;
use super::exit::{Exit, Outcome};
use super::hints;
use super::stderr::message;

/// Removes the segment and the semaphores of a key, if they are ramframe's and nobody uses them, or by force.
pub(crate) fn run(args: &RmArgs) -> Outcome {
    let key = args.key.key()?;
    let removed = match args.force {
        true => force(key),
        false => remove(key, &Trust::current_user()),
    };
    match removed {
        Err(error) if matches!(error.kind, Kind::Absent | Kind::Removed) => {
            let described = args.key.describe(key);
            let shared =
                hints::shared(key).map_or_else(String::new, |shared| format!("; {shared}"));
            return Err(format!("nothing to remove: no segment has {described}{shared}").into());
        }
        Err(error) => return Err(refused(key, error).into()),
        Ok(()) => {}
    }
    // Another program's semaphores stay.
    match Locks::open(key, &Trust::current_user()) {
        Err(error) if !error.is_absent() => message!("{}", hints::of(&error)),
        _ => {}
    }
    message!("removed {}", args.key.describe(key));
    Ok(Exit::Done)
}

/// Removes whatever is there, whosever it is.
fn force(key: Key) -> Result<(), Error> {
    let segment = segment::find(key).and_then(segment::remove);
    let semaphores = Locks::open(key, &Trust::current_user());
    let semaphores = semaphores.map_or_else(|error| !error.is_absent(), |_| true);
    match segment {
        Err(error) if error.is_absent() && semaphores => locks::remove(key),
        // What is said of semaphores that stay, is said below.
        segment => segment.map(|()| drop(locks::remove(key))),
    }
}

/// Why it stays, and what to do about it.
fn refused(key: Key, error: Error) -> String {
    match (&error.kind, &error.object) {
        (Kind::SenderHeld(pid), _) => used(key, "the sender", *pid),
        (Kind::ReceiverHeld { pid, .. }, _) => used(key, "a receiver", *pid),
        (Kind::Untrusted(TrustError::Foreign { owner, .. }), Object::Locks(_)) => format!(
            "the semaphores of {key:#} belong to {owner}; if they are yours to remove, use `--force`"
        ),
        (Kind::Untrusted(TrustError::Foreign { owner, .. }), _) => format!(
            "the segment of {key:#} belongs to {owner}; if it is yours to remove, use `--force`"
        ),
        (Kind::InUse, _) => format!(
            "the locks of {key:#} were removed, and its segment is in use; stop who uses it, or use `--force`"
        ),
        (Kind::Channel(AttachError::Geometry(source)), _) => foreign(key, *source),
        _ => hints::of(&error),
    }
}

fn used(key: Key, role: &str, pid: i32) -> String {
    let process = Process(pid);
    format!("{process} is {role} on {key:#}; stop it, or use `--force`")
}

fn foreign(key: Key, source: GeometryError) -> String {
    let what = match source {
        GeometryError::RegionTooSmall { .. } => "too small for a channel".into(),
        source => source.to_string(),
    };
    format!(
        "the segment of {key:#} is {what}: it may belong to another program; if it is yours to remove, use `--force`"
    )
}
