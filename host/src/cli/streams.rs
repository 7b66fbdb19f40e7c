//! The standard streams as they are: what the system says of each read and write, and nothing made up.
//!
//! A stream may have `O_NONBLOCK`, which another process that shares it has set, and may be closed or open for the other
//! direction. The standard library takes the last two for an empty input and for an output that succeeds.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::time::Duration;

use rustix::fs::OFlags;

use crate::sys::cli::stdio;
use crate::sys::poll;

/// Why a stream cannot be used at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It was closed when this process began.
    Closed,
    /// It is not open for this direction.
    Direction,
}

/// Why nothing can be read from `input`; `None` if something can.
pub(crate) fn unreadable(input: &impl AsFd) -> Option<Unusable> {
    unusable(input, OFlags::WRONLY)
}

/// Why nothing can be written to `output`; `None` if something can.
pub(crate) fn unwritable(output: &impl AsFd) -> Option<Unusable> {
    unusable(output, OFlags::RDONLY)
}

fn unusable(stream: &impl AsFd, other: OFlags) -> Option<Unusable> {
    let stream = stream.as_fd();
    if (0..3).contains(&stream.as_raw_fd()) && stdio::was_closed(stream.as_raw_fd()) {
        return Some(Unusable::Closed);
    }
    match stdio::access(stream) {
        Err(_) => Some(Unusable::Closed),
        Ok(access) if access == other || access.contains(OFlags::PATH) => Some(Unusable::Direction),
        Ok(_) => None,
    }
}

/// Reads once.
///
/// # Errors
/// The system's, `WouldBlock` and `Interrupted` among them.
pub(crate) fn read(input: &impl AsFd, to: &mut [u8]) -> io::Result<usize> {
    stdio::read(input.as_fd(), to)
}

/// Writes once, perhaps not all.
///
/// # Errors
/// The system's, `WouldBlock` and `Interrupted` among them.
pub(crate) fn write(output: &impl AsFd, bytes: &[u8]) -> io::Result<usize> {
    stdio::write(output.as_fd(), bytes)
}

/// Whether reading `input` would not block: it has bytes, has ended, or fails. Waits up to `limit` for that, or until a signal.
pub(crate) fn is_readable(input: &impl AsFd, limit: Duration) -> bool {
    poll::is_readable(input.as_fd(), limit)
}

/// Whether writing a little to `output` would not block. Waits up to `limit` for that, or until a signal.
pub(crate) fn is_writable(output: &impl AsFd, limit: Duration) -> bool {
    poll::is_writable(output.as_fd(), limit)
}

/// Whether standard output is a pipe or a socket whose reader has gone: what a writer else learns only when it next writes.
pub(crate) fn stdout_closed() -> bool {
    poll::reader_is_gone(io::stdout().as_fd())
}
