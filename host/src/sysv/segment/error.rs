//! Why a segment is not to be had, and what to do about it.

use std::fmt;
use std::io;

use crate::sys::shm;
use crate::sysv::key::Key;
use crate::sysv::list;
use crate::sysv::stat::Stat;
use crate::trust::TrustError;

/// Why a segment is not to be had.
#[derive(Debug)]
pub enum Error {
    /// The key names no segment.
    Absent {
        /// The key.
        key: Key,
    },
    /// The key names a segment already, so none is created.
    Exists {
        /// The key.
        key: Key,
        /// What is there, where the kernel tells.
        stat: Option<Stat>,
    },
    /// The segment is another user's, or others may write it.
    Untrusted {
        /// The segment.
        id: i32,
        /// Its key, where the kernel tells.
        key: Option<Key>,
        /// What is wrong with its owner.
        refusal: TrustError,
    },
    /// The segment was removed.
    Removed {
        /// The segment.
        id: i32,
    },
    /// The kernel makes no segment of this size.
    Size {
        /// The key.
        key: Key,
        /// The size asked for.
        size: usize,
    },
    /// The machine has no more room for segments.
    Limit {
        /// The key.
        key: Key,
        /// What the system said.
        source: io::Error,
    },
    /// Only its owner or creator, or root, may remove it.
    NotOwner {
        /// The segment.
        id: i32,
        /// What it is, where the kernel tells.
        stat: Option<Stat>,
    },
    /// The system refused otherwise.
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
            let stat = shm::get(key, 0, 0).ok().and_then(listed);
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
            stat: listed(id),
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

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::System { call, source } => write!(to, "{call}: {source}"),
            Error::Absent { .. }
            | Error::Exists { .. }
            | Error::Untrusted { .. }
            | Error::Removed { .. } => self.found(to),
            Error::Size { .. } | Error::Limit { .. } | Error::NotOwner { .. } => self.made(to),
        }
    }
}

// The texts, by what they are about; one that is not of its group says nothing.
impl Error {
    /// What the key or the id names.
    fn found(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Absent { key } => write!(
                to,
                "no segment has key {key}: start `host send` with the same `--path` and `--id`, or `--key {key}`; between containers, share the IPC namespace (`docker run --ipc`)"
            ),
            Error::Exists { key, stat } => {
                write!(to, "key {key} is taken")?;
                if let Some(stat) = stat {
                    write!(
                        to,
                        ": segment {} of {}, {} bytes",
                        stat.id, stat.owner, stat.size
                    )?;
                }
                write!(
                    to,
                    "; remove it with `host rm --key {key}`, or use another `--id`"
                )
            }
            Error::Untrusted {
                id,
                key: Some(key),
                refusal,
            } => {
                write!(to, "segment {id} of key {key} {refusal}")
            }
            Error::Untrusted {
                id,
                key: None,
                refusal,
            } => write!(to, "segment {id} {refusal}"),
            Error::Removed { id } => write!(
                to,
                "segment {id} was removed; attach again by its key, to the one that took its place"
            ),
            _ => Ok(()),
        }
    }

    /// Why none is made or removed.
    fn made(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Size { key, size } => write!(
                to,
                "no segment of {size} bytes for key {key}: `--size` goes from 1 to `sysctl kernel.shmmax`"
            ),
            Error::Limit { key, source } => write!(
                to,
                "no room for a segment of key {key}: {source}; remove what `host list` and `ipcs -m` show as left over, or raise `sysctl kernel.shmmni` (how many) or `kernel.shmall` (pages of all)"
            ),
            Error::NotOwner {
                id,
                stat: Some(stat),
            } => write!(
                to,
                "segment {id} belongs to {}: only that user or root removes it; use another `--id`",
                stat.owner
            ),
            Error::NotOwner { id, stat: None } => {
                write!(
                    to,
                    "segment {id} is not yours to remove; see whose it is with `ipcs -m`"
                )
            }
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Limit { source, .. } | Error::System { source, .. } => Some(source),
            _ => None,
        }
    }
}
