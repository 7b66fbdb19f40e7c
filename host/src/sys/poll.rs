//! Whether a file has something to read, and whether anyone still reads it.

use std::os::fd::BorrowedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Whether `file` is a pipe or a socket whose reader has gone. Never waits.
#[cfg(feature = "cli")]
pub(crate) fn reader_is_gone(file: BorrowedFd<'_>) -> bool {
    happened(file, PollFlags::empty(), Duration::ZERO).intersects(PollFlags::ERR | PollFlags::HUP)
}

/// Whether reading `file` would not block: it has bytes, or has ended. Waits up to `limit` for that.
pub(crate) fn is_readable(file: BorrowedFd<'_>, limit: Duration) -> bool {
    !happened(file, PollFlags::IN, limit).is_empty()
}

/// Whether writing a little to `file` would not block: it has room, or fails. Waits up to `limit` for that.
pub(crate) fn is_writable(file: BorrowedFd<'_>, limit: Duration) -> bool {
    !happened(file, PollFlags::OUT, limit).is_empty()
}

/// What happened to `file` within `limit`, or until a signal.
fn happened(file: BorrowedFd<'_>, events: PollFlags, limit: Duration) -> PollFlags {
    let mut look = [PollFd::from_borrowed_fd(file, events)];
    let limit = Timespec::try_from(limit).ok();
    match poll(&mut look, limit.as_ref()) {
        Ok(1) => look[0].revents(),
        _ => PollFlags::empty(),
    }
}
