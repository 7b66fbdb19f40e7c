//! Why a part of a file is not to be had as memory, and what to do about it.

use std::fmt;
use std::io;

use super::{ALIGN, Window};
use crate::trust::TrustError;

/// Why a part of a file is not to be had as memory.
#[derive(Debug)]
pub enum Error {
    /// There is no such file, or it is empty.
    Absent(Window),
    /// Neither a regular file nor a device.
    Kind(Window),
    /// The part does not begin at a cache line.
    Misaligned(Window),
    /// A device does not tell its size.
    SizeNeeded(Window),
    /// The part has no bytes; with the length of the file.
    Nothing(Window, u64),
    /// The file ends before the part does; with its length.
    TooShort(Window, u64),
    /// The UIO device has no map of this number, or the file is no such device.
    NoSuchMap(Window),
    /// The file's disk has no room for the part.
    DiskFull(Window),
    /// The file is another user's, or others may write it.
    Untrusted(Window, TrustError),
    /// Another process is the sender.
    SenderHeld(Window),
    /// Other processes have all of so many seats.
    NoFreeReceiver(Window, u32),
    /// The system refused otherwise.
    System {
        /// What was asked of it.
        call: &'static str,
        /// Of what.
        window: Window,
        /// What it said.
        source: io::Error,
    },
}

pub(super) fn system(call: &'static str, window: &Window, source: io::Error) -> Error {
    let window = window.clone();
    match source.kind() {
        io::ErrorKind::NotFound => Error::Absent(window),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::DiskFull(window),
        _ => Error::System {
            call,
            window,
            source,
        },
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Absent(Window { path, .. }) => write!(
                to,
                "no file {0}, or an empty one: start the emulator whose RAM it is, or make it with `truncate --size BYTES {0}`",
                path.display()
            ),
            Error::Kind(Window { path, .. }) => write!(
                to,
                "{} is neither a file nor a device that can be mapped",
                path.display()
            ),
            Error::Untrusted(window, refusal) => distrusted(to, window, *refusal),
            Error::System {
                call,
                window,
                source,
            } => write!(to, "{call} of {}: {source}", window.path.display()),
            Error::Misaligned(..)
            | Error::SizeNeeded(..)
            | Error::Nothing(..)
            | Error::NoSuchMap(..)
            | Error::DiskFull(..)
            | Error::TooShort(..) => self.window(to),
            Error::SenderHeld(_) | Error::NoFreeReceiver(..) => self.held(to),
        }
    }
}

// The texts, by what they are about; one that is not of its group says nothing.
impl Error {
    /// Why the part of the file will not do.
    fn window(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Misaligned(Window { offset, .. }) => {
                let below = offset - offset % ALIGN;
                write!(
                    to,
                    "`--offset {offset}` is not at a cache line of {ALIGN} bytes: use `--offset {below}` or `--offset {}`",
                    below.saturating_add(ALIGN)
                )
            }
            Error::SizeNeeded(Window { path, .. }) => write!(
                to,
                "{} is a device and does not say how large it is: give `--size BYTES`",
                path.display()
            ),
            Error::Nothing(Window { path, offset, .. }, length) => write!(
                to,
                "nothing to map: {} has {length} bytes, `--offset` is {offset}, and `--size` must not be 0",
                path.display()
            ),
            Error::NoSuchMap(window) => write!(
                to,
                "{} has no map {}: see /sys/class/uio/*/maps, and use another `--uio-map`",
                window.path.display(),
                window.uio_map
            ),
            Error::DiskFull(Window { path, .. }) => write!(
                to,
                "the disk of {} has no room for the channel, and the file is not yet as large as it says: make room there, or use a smaller `--size`",
                path.display()
            ),
            Error::TooShort(window, length) => {
                let size = window.size.unwrap_or_default();
                write!(
                    to,
                    "{} has {length} bytes, so `--size {size}` from `--offset {}` on goes past its end: make one of the two smaller",
                    window.path.display(),
                    window.offset
                )
            }
            _ => Ok(()),
        }
    }

    /// Who has a lock.
    fn held(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::SenderHeld(window) => write!(
                to,
                "another process already sends in {window}; stop it (`fuser {}` names who has the file open), or use another `--offset`",
                window.path.display()
            ),
            Error::NoFreeReceiver(window, seats) => write!(
                to,
                "all {seats} receivers of {window} are there; stop one (`fuser {}` names who has the file open), or make the channel for more with `--receivers`",
                window.path.display()
            ),
            _ => Ok(()),
        }
    }
}

fn distrusted(to: &mut fmt::Formatter<'_>, window: &Window, refusal: TrustError) -> fmt::Result {
    let path = window.path.display();
    match refusal {
        TrustError::Foreign { owner, uid } => write!(
            to,
            "{path} belongs to {owner}: nothing in it is believed; use `--allow-uid {uid}` to trust that user"
        ),
        TrustError::Unmapped { .. } => write!(to, "{path} {refusal}"),
        TrustError::Writable { owner } | TrustError::Widened { owner } => write!(
            to,
            "{path} belongs to {owner}, so that others may write it: nothing in it is believed; use `chmod go-w {path}`"
        ),
        TrustError::Denied { .. } => write!(to, "{path} may not be opened by you"),
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::System { source, .. } => Some(source),
            _ => None,
        }
    }
}
