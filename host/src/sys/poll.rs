//! Whether a file has something to read, and whether anyone still reads it.

use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

/// Whether `file` is a pipe or a socket whose reader has gone. Never waits.
#[cfg(feature = "cli")]
pub(crate) fn reader_is_gone(file: BorrowedFd<'_>) -> bool {
    poll(file, 0, Duration::ZERO) & (libc::POLLERR | libc::POLLHUP) != 0
}

/// Whether reading `file` would not block: it has bytes, or has ended. Waits up to `limit` for that.
pub(crate) fn is_readable(file: BorrowedFd<'_>, limit: Duration) -> bool {
    poll(file, libc::POLLIN, limit) != 0
}

/// Whether writing a little to `file` would not block: it has room, or fails. Waits up to `limit` for that.
pub(crate) fn is_writable(file: BorrowedFd<'_>, limit: Duration) -> bool {
    poll(file, libc::POLLOUT, limit) != 0
}

/// What happened to `file` within `limit`.
fn poll(file: BorrowedFd<'_>, events: i16, limit: Duration) -> i16 {
    let mut look = libc::pollfd {
        fd: file.as_raw_fd(),
        events,
        revents: 0,
    };
    let limit = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: one pollfd, which lives until the call returns.
    let count = unsafe { libc::poll(&raw mut look, 1, limit) };
    if count == 1 { look.revents } else { 0 }
}
