//! Whether the other end of a file is still there.

use std::os::fd::{AsRawFd, BorrowedFd};

/// Whether `file` is a pipe or a socket whose reader has gone. Never waits.
pub(crate) fn reader_is_gone(file: BorrowedFd<'_>) -> bool {
    let mut look = libc::pollfd {
        fd: file.as_raw_fd(),
        events: 0,
        revents: 0,
    };
    // SAFETY: one pollfd, which lives until the call returns; the time limit is zero.
    let count = unsafe { libc::poll(&raw mut look, 1, 0) };
    count == 1 && look.revents & (libc::POLLERR | libc::POLLHUP) != 0
}
