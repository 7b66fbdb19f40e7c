//! Why a part of a file is not to be had as memory.

use std::io;

use super::window::{ALIGN, Window};
use crate::trust::TrustError;

/// Why a part of a file is not to be had as memory.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file, or it is empty.
    #[error("no file {}, or an empty one", .0.path.display())]
    Absent(Window),
    /// Neither a regular file nor a device.
    #[error("{} is neither a file nor a device that can be mapped", .0.path.display())]
    Kind(Window),
    /// The part does not begin at a cache line.
    #[error("offset {} is not at a cache line of {} bytes", .0.offset, ALIGN)]
    Misaligned(Window),
    /// A device does not tell its size.
    #[error("{} is a device and does not say how large it is", .0.path.display())]
    SizeNeeded(Window),
    /// The part has no bytes; with the length of the file.
    #[error("nothing to map: {} has {} bytes, and the part begins at {}", .0.path.display(), .1, .0.offset)]
    Nothing(Window, u64),
    /// The file ends before the part does; with its length.
    #[error("{} has {} bytes, and the part from offset {} on goes past its end", .0.path.display(), .1, .0.offset)]
    TooShort(Window, u64),
    /// The UIO device has no map of this number, or the file is no such device.
    #[error("{} has no map {}", .0.path.display(), .0.uio_map)]
    NoSuchMap(Window),
    /// The file's disk has no room for the part.
    #[error("the disk of {} has no room for the channel, and the file is not yet as large as it says", .0.path.display())]
    DiskFull(Window),
    /// The file is another user's, or others may write it.
    #[error("{} {}", .0.path.display(), .1)]
    Untrusted(Window, TrustError),
    /// Another process is the sender.
    #[error("another process already sends in {0}")]
    SenderHeld(Window),
    /// Other processes have all of so many receiver slots.
    #[error("all {1} receivers of {0} are attached")]
    NoFreeReceiver(Window, u32),
    /// The system refused otherwise.
    #[error("{call} of {}: {source}", window.path.display())]
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
