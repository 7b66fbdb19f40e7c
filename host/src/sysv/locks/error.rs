//! Why a lock is not to be had, and what to do about it.

use std::fmt;
use std::io;

use crate::sysv::key::Key;
use crate::sysv::list;
use crate::sysv::stat::Owner;
use crate::trust::TrustError;

/// Why a lock, or the set that it is in, is not to be had.
#[derive(Debug)]
pub enum Error {
    /// Another process is the sender.
    SenderHeld {
        /// The key.
        key: Key,
        /// That process; 0 if it cannot be named in this PID namespace.
        pid: i32,
    },
    /// Another process has this seat.
    ReceiverHeld {
        /// The key.
        key: Key,
        /// The seat.
        seat: u16,
        /// That process; 0 if it cannot be named in this PID namespace.
        pid: i32,
    },
    /// Other processes have all seats.
    NoFreeReceiver {
        /// The key.
        key: Key,
        /// How many there are.
        seats: u16,
    },
    /// The set has fewer seats.
    NoSuchReceiver {
        /// The key.
        key: Key,
        /// The seat asked for.
        seat: u16,
        /// How many there are.
        seats: u16,
    },
    /// The set was removed since it was opened, and every lock in it is void: open it anew.
    Removed {
        /// The key.
        key: Key,
    },
    /// The key names no set.
    Absent {
        /// The key.
        key: Key,
    },
    /// The key names a set already.
    Exists {
        /// The key.
        key: Key,
    },
    /// The set is another user's, or others may write it.
    Untrusted {
        /// The key.
        key: Key,
        /// What is wrong with its owner.
        refusal: TrustError,
    },
    /// The set is not ramframe's.
    Foreign {
        /// The key.
        key: Key,
        /// The kernel's name for the set.
        id: i32,
        /// Whose it is.
        owner: Owner,
    },
    /// The set belongs to the channel of another file, to which `ftok` gives the same key.
    OtherFile {
        /// The key.
        key: Key,
    },
    /// The set was made for another number of receivers.
    Count {
        /// The key.
        key: Key,
        /// How many it has seats for.
        found: u16,
        /// How many were asked for.
        asked: u16,
    },
    /// The machine has no more room for semaphores.
    Limit {
        /// The key.
        key: Key,
        /// What the system said.
        source: io::Error,
    },
    /// Only the set's owner or creator, or root, may remove it.
    NotOwner {
        /// The key.
        key: Key,
    },
    /// The system refused otherwise.
    System {
        /// What was asked of it.
        call: &'static str,
        /// The key.
        key: Key,
        /// What it said.
        source: io::Error,
    },
}

/// Why the set of `key`, `id` if it was found, cannot be looked at.
pub(super) fn opening(key: Key, id: Option<i32>, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::ENOENT | libc::EINVAL | libc::EIDRM) => Error::Absent { key },
        Some(libc::EACCES) => Error::Untrusted {
            key,
            refusal: TrustError::Denied {
                owner: id.and_then(list::semaphore_owner).map(super::unmarked),
            },
        },
        _ => using("semget", key, source),
    }
}

/// Why no set of `key` was created.
pub(super) fn creating(key: Key, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::EEXIST) => Error::Exists { key },
        Some(libc::ENOSPC | libc::ENOMEM | libc::EINVAL) => Error::Limit { key, source },
        _ => using("semget(IPC_CREAT)", key, source),
    }
}

/// Why a set that was opened does not serve.
pub(super) fn using(call: &'static str, key: Key, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::EINVAL | libc::EIDRM | libc::ENOENT) => Error::Removed { key },
        Some(libc::EPERM) => Error::NotOwner { key },
        _ => Error::System { call, key, source },
    }
}

/// A process as a person would look for it; 0 if it cannot be named in this PID namespace.
pub struct Process(pub i32);

impl fmt::Display for Process {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => to.write_str("a process of another container"),
            pid => write!(to, "process {pid}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Limit { key, source } => write!(
                to,
                "no room for semaphores of key {key}: {source}; remove what `ipcs -s` shows as left over, or raise `sysctl kernel.sem` (its 4th number is how many sets, its 1st how many receivers and a sender in one)"
            ),
            Error::NotOwner { key } => write!(
                to,
                "the semaphores of key {key} are another user's, who alone removes them; see whose with `ipcs -s`, or use another `--id`"
            ),
            Error::System { call, key, source } => write!(to, "{call} on key {key}: {source}"),
            Error::SenderHeld { .. }
            | Error::ReceiverHeld { .. }
            | Error::NoFreeReceiver { .. }
            | Error::NoSuchReceiver { .. } => self.held(to),
            Error::Absent { .. }
            | Error::Exists { .. }
            | Error::Removed { .. }
            | Error::Foreign { .. }
            | Error::Untrusted { .. }
            | Error::OtherFile { .. }
            | Error::Count { .. } => self.found(to),
        }
    }
}

// The texts, by what they are about; one that is not of its group says nothing.
impl Error {
    /// Who has a lock.
    fn held(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::SenderHeld { key, pid } => write!(
                to,
                "{} already sends on key {key}; stop it, or use another `--id`",
                Process(*pid)
            ),
            Error::ReceiverHeld { key, seat, pid } => write!(
                to,
                "{} already is receiver {seat} of key {key}; stop it, or take another seat",
                Process(*pid)
            ),
            Error::NoFreeReceiver { key, seats } => write!(
                to,
                "all {seats} receivers of key {key} are there; stop one, or make the channel for more with `--receivers`"
            ),
            Error::NoSuchReceiver { key, seat, seats } => {
                write!(
                    to,
                    "no receiver {seat} on key {key}: it is made for {seats}, from 0"
                )
            }
            _ => Ok(()),
        }
    }

    /// What the key names.
    fn found(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Removed { key } => {
                write!(to, "the semaphores of key {key} were removed; start again")
            }
            Error::Absent { key } => write!(
                to,
                "no semaphores have key {key}: start `host send` first; between containers, share the IPC namespace (`docker run --ipc`)"
            ),
            Error::Exists { key } => write!(
                to,
                "key {key} has semaphores already; remove them with `host rm --key {key}`, or use another `--id`"
            ),
            Error::Untrusted { key, refusal } => {
                write!(to, "the set of semaphores of key {key} {refusal}")
            }
            Error::Foreign { key, id, owner } => write!(
                to,
                "the semaphores of key {key} (set {id} of {owner}) are not ramframe's: they belong to another program and are left alone; use another `--id`, or remove them with `ipcrm -s {id}` or `host rm --key {key} --force`"
            ),
            Error::OtherFile { key } => write!(
                to,
                "key {key} belongs to the channel of another file: `ftok` gives both files the same key; use another `--id`"
            ),
            Error::Count { key, found, asked } => write!(
                to,
                "the semaphores of key {key} are made for {found} receivers, not {asked}; remove them with `host rm --key {key}`, or use another `--id`"
            ),
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
