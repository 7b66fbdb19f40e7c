//! Why a segment is not to be had.

use std::io;

use crate::sys::shm;
use crate::sysv::key::Key;
use crate::sysv::list;
use crate::sysv::stat::Stat;
use crate::trust::TrustError;

/// Why a segment is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key names no segment.
    #[error("no segment has {key:#}")]
    Absent {
        /// The key.
        key: Key,
    },
    /// The key names a segment already, so none is created.
    #[error("{key:#} is taken{}", described(stat.as_deref()))]
    Exists {
        /// The key.
        key: Key,
        /// What is there, where the kernel tells.
        stat: Option<Box<Stat>>,
    },
    /// The segment is another user's, or others may write it.
    #[error("segment {id}{} {refusal}", of_key(*key))]
    Untrusted {
        /// The segment.
        id: i32,
        /// Its key, where the kernel tells.
        key: Option<Key>,
        /// What is wrong with its owner.
        refusal: TrustError,
    },
    /// The segment was removed.
    #[error("segment {id} was removed")]
    Removed {
        /// The segment.
        id: i32,
    },
    /// The kernel makes no segment of this size.
    #[error("no segment of {size} bytes for {key:#}")]
    Size {
        /// The key.
        key: Key,
        /// The size asked for.
        size: usize,
    },
    /// The machine has no more room for segments.
    #[error("no room for a segment of {key:#}: {source}")]
    Limit {
        /// The key.
        key: Key,
        /// What the system said.
        source: io::Error,
    },
    /// Only its owner or creator, or root, may remove it.
    #[error("segment {id} {}", owned(stat.as_deref()))]
    NotOwner {
        /// The segment.
        id: i32,
        /// What it is, where the kernel tells.
        stat: Option<Box<Stat>>,
    },
    /// The system refused otherwise.
    #[error("{call}: {source}")]
    System {
        /// What was asked of it.
        call: &'static str,
        /// What it said.
        source: io::Error,
    },
}

/// Why segment `id` cannot be looked at or attached.
pub(super) fn opening(call: &'static str, id: i32, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::EINVAL | libc::EIDRM) => Error::Removed { id },
        Some(libc::EACCES) => Error::Untrusted {
            id,
            key: listed(id).and_then(|stat| stat.key),
            refusal: TrustError::Denied {
                owner: list::segment_owner(id),
            },
        },
        _ => Error::System { call, source },
    }
}

/// Why no segment of `key` was created.
pub(super) fn creating(key: Key, size: usize, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::EEXIST) => {
            let stat = shm::get(key, 0, 0).ok().and_then(listed).map(Box::new);
            Error::Exists { key, stat }
        }
        Some(libc::EINVAL) => Error::Size { key, size },
        Some(libc::ENOSPC | libc::ENOMEM) => Error::Limit { key, source },
        _ => Error::System {
            call: "shmget(IPC_CREAT)",
            source,
        },
    }
}

/// Why segment `id` was not removed.
pub(super) fn removing(id: i32, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::EINVAL | libc::EIDRM) => Error::Removed { id },
        Some(libc::EPERM | libc::EACCES) => Error::NotOwner {
            id,
            stat: listed(id).map(Box::new),
        },
        _ => Error::System {
            call: "shmctl(IPC_RMID)",
            source,
        },
    }
}

/// What everyone may know of segment `id`.
fn listed(id: i32) -> Option<Stat> {
    let segments = list::segments().ok()?;
    segments.into_iter().find(|stat| stat.id == id)
}

fn described(stat: Option<&Stat>) -> String {
    stat.map_or_else(String::new, |stat| {
        format!(
            ": segment {} of {}, {} bytes",
            stat.id, stat.owner, stat.size
        )
    })
}

fn of_key(key: Option<Key>) -> String {
    key.map_or_else(String::new, |key| format!(" of {key:#}"))
}

fn owned(stat: Option<&Stat>) -> String {
    match stat {
        Some(stat) => format!(
            "belongs to {}: only that user or root removes it",
            stat.owner
        ),
        None => "is not yours to remove".into(),
    }
}
