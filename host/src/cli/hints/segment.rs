//! Hints about segments.

use ramframe_core::geometry::{Geometry, GeometryError};

use super::trust;
use super::words::{another, another_than, remove, sender};
use crate::cli::program::HOST;
use crate::error::{Error, Kind, Object};
use crate::sysv::key::Key;
use crate::sysv::segment::{ReadOnly, Segment};
use crate::trust::{Trust, TrustError};

pub(super) fn hint(kind: &Kind, key: Option<Key>) -> String {
    match (kind, key) {
        (Kind::Absent, Some(key)) => format!(
            "; {}; between containers, share the IPC namespace (`docker run --ipc`)",
            sender(key)
        ),
        (Kind::Exists { .. }, Some(key)) => format!(
            "; remove it with {}, or use {}",
            remove(key, false),
            another(key)
        ),
        (Kind::Untrusted(refusal), _) => trust::of(*refusal, key),
        (Kind::Removed, _) => "; start again".into(),
        (Kind::Size(_), _) => "; `--size` goes from 1 to what `sysctl kernel.shmmax` says".into(),
        (Kind::NoRoom(_), _) => format!(
            "; use a smaller `--size`, remove unused segments, which `{HOST} list` and `ipcs -m` show, or raise `sysctl kernel.shmmni` (number of segments) or `sysctl kernel.shmall` (pages of all segments)"
        ),
        (Kind::NotOwner(_), _) => format!(
            "; see whose it is with `ipcs -m`, or use {}",
            another_than(key)
        ),
        _ => String::new(),
    }
}

/// Why `host send` cannot open a channel, where there is more to say than of the error alone. A segment that others may write may
/// also be no channel, as what the tutorial's sender leaves when it is killed: then to believe it would not help.
pub(super) fn opening(error: &Error, trust: &Trust) -> Option<String> {
    match (&error.object, &error.kind) {
        (
            Object::Segment {
                key: Some(key),
                id: Some(id),
            },
            Kind::Untrusted(TrustError::Writable { owner }),
        ) if is_foreign(*id, trust) => Some(format!(
            "segment {id} of {key:#} belongs to {owner}, and is not ramframe's: another program made it; {}",
            foreign(*key)
        )),
        _ => None,
    }
}

/// What to do about another program's segment.
fn foreign(key: Key) -> String {
    format!(
        "read or write it with `--wire text`, use {}, or remove it with {}",
        another(key),
        remove(key, true)
    )
}

/// Whether segment `id` holds something else than a channel.
fn is_foreign(id: i32, trust: &Trust) -> bool {
    let trust = trust.clone().allow_mode(0o666);
    let Ok(segment) = Segment::<ReadOnly>::attach_id(id, &trust) else {
        return false;
    };
    matches!(
        Geometry::read(&segment.memory()),
        Err(GeometryError::Foreign { .. }
            | GeometryError::Unformatted
            | GeometryError::RegionTooSmall { .. })
    )
}
