//! Hints about segments.

use ramframe_core::geometry::{Geometry, GeometryError};

use super::words::{another, another_than, remove, sender};
use super::{of as of_any, trust};
use crate::cli::program::HOST;
use crate::error::Error;
use crate::sysv::key::Key;
use crate::sysv::segment::{self, ReadOnly, Segment};
use crate::trust::{Trust, TrustError};

pub(super) fn of(error: &segment::Error) -> String {
    let hint = match error {
        segment::Error::Absent { key } => format!(
            "; {}; between containers, share the IPC namespace (`docker run --ipc`)",
            sender(*key)
        ),
        segment::Error::Exists { key, .. } => {
            format!(
                "; remove it with {}, or use {}",
                remove(*key, false),
                another(*key)
            )
        }
        segment::Error::Untrusted { refusal, key, .. } => trust::of(*refusal, *key),
        segment::Error::Removed { .. } => "; attach again, to the one that took its place".into(),
        segment::Error::Size { .. } => {
            "; `--size` goes from 1 to what `sysctl kernel.shmmax` says".into()
        }
        segment::Error::Limit { .. } => format!(
            "; remove what `{HOST} list` and `ipcs -m` show as left over, or raise `sysctl kernel.shmmni` (how many) or `sysctl kernel.shmall` (pages of all)"
        ),
        segment::Error::NotOwner { stat, .. } => {
            let key = stat.as_ref().and_then(|stat| stat.key);
            format!(
                "; see whose it is with `ipcs -m`, or use {}",
                another_than(key)
            )
        }
        segment::Error::System { .. } => String::new(),
    };
    format!("{error}{hint}")
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
        return of_any(&error);
    };
    match is_foreign(id, trust) {
        true => format!(
            "segment {id} of {key:#} belongs to {owner}, and is not ramframe's: another program made it; {}",
            foreign(key)
        ),
        false => of_any(&error),
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
        Geometry::read(&segment.read_only_ram()),
        Err(GeometryError::Foreign { .. }
            | GeometryError::Unformatted
            | GeometryError::RegionTooSmall { .. })
    )
}
