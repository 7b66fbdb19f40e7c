//! What to type next, where a command has been waiting for a while or has failed.

use std::time::{Duration, Instant};

use crate::error::Error;
use crate::location::Location;
use crate::sysv::segment::{self, ReadOnly, Segment};
use crate::trust::{Trust, TrustError};
use ramframe_core::geometry::{Geometry, GeometryError};

use super::stderr::message;

/// After this time, who waits for another process learns why it may never come.
const LONG: Duration = Duration::from_secs(1);

/// Says once, to who waits for another process, that they may be in different IPC namespaces.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    since: Option<Instant>,
    told: bool,
}

impl Waiting {
    /// Whoever waits is still waiting.
    pub(crate) fn on(&mut self, location: &Location) {
        let since = *self.since.get_or_insert_with(Instant::now);
        if !self.told && since.elapsed() >= LONG && matches!(location, Location::Key(_)) {
            self.told = true;
            message!(
                "still waiting; both sides need the same `--path` and `--id`, or `--key`, and between containers the same IPC namespace (`docker run --ipc`)"
            );
        }
    }

    /// What was waited for has come.
    pub(crate) fn over(&mut self) {
        self.since = None;
    }
}

/// Why `host send` cannot open a channel. A segment that others may write may also be no channel, as what the tutorial's
/// sender leaves when it is killed: then to believe it would not help.
pub(crate) fn opening(error: Error, trust: &Trust) -> String {
    let Error::Segment(segment::Error::Untrusted {
        id,
        key: Some(key),
        refusal: TrustError::Writable { owner },
    }) = error
    else {
        return error.to_string();
    };
    match is_foreign(id, trust) {
        true => format!(
            "segment {id} of key {key} belongs to {owner}, and is not ramframe's: another program made it; read or write it with `--wire text`, use another `--id`, or remove it with `host rm --key {key} --force`"
        ),
        false => error.to_string(),
    }
}

/// How to get rid of what is at a location; by `force`, if it may be another program's.
pub(crate) fn clear(location: &Location, force: bool) -> String {
    match (location, force) {
        (Location::Key(key), false) => format!("remove it with `host rm --key {key}`"),
        (Location::Key(key), true) => format!("remove it with `host rm --key {key} --force`"),
        (Location::Map(_), _) => "fill it with zeros if it is yours".into(),
    }
}

/// An error of the library, and what to type about it.
pub(crate) fn of(error: &Error) -> String {
    error.to_string()
}

/// Whether segment `id` holds something else than a channel.
fn is_foreign(id: i32, trust: &Trust) -> bool {
    let trust = trust.clone().allow_mode(0o666);
    let Ok(segment) = Segment::<ReadOnly>::attach_id(id, &trust) else {
        return false;
    };
    matches!(
        Geometry::read(&segment.read_only_ram()),
        Err(GeometryError::Foreign { .. }
            | GeometryError::Unformatted
            | GeometryError::RegionTooSmall { .. })
    )
}
