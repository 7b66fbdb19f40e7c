//! Reads and writes that say what the system said, and what the standard streams were when this process began.
//!
//! The runtime opens /dev/null for each standard stream that is closed, and takes a stream that it must not use for one
//! that is empty. Both make a program succeed whose input or output was never there.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::sys::checked;

/// A bit for each of the three that was closed.
static CLOSED: AtomicU32 = AtomicU32::new(0);

/// Runs before the runtime does anything.
#[used]
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    for stream in 0..3 {
        // SAFETY: takes two integers and touches no memory.
        if unsafe { libc::fcntl(stream, libc::F_GETFD) } == -1 {
            CLOSED.fetch_or(1 << stream, Relaxed);
        }
    }
}

/// Whether the standard stream of this number was closed when the process began.
pub(crate) fn was_closed(stream: i32) -> bool {
    // So that the linker keeps it wherever this is called.
    std::hint::black_box(&LOOK);
    CLOSED.load(Relaxed) >> stream & 1 != 0
}

/// How `file` was opened: `O_RDONLY`, `O_WRONLY`, `O_RDWR` or `O_PATH`.
pub(crate) fn access(file: BorrowedFd<'_>) -> io::Result<i32> {
    // SAFETY: takes two integers and touches no memory.
    let flags = checked(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETFL) })?;
    Ok(flags & (libc::O_ACCMODE | libc::O_PATH))
}

/// Reads once.
pub(crate) fn read(file: BorrowedFd<'_>, to: &mut [u8]) -> io::Result<usize> {
    // SAFETY: the pointer and the length are those of one slice, which lives until the call returns.
    let count = unsafe { libc::read(file.as_raw_fd(), to.as_mut_ptr().cast(), to.len()) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

/// Writes once, perhaps not all.
pub(crate) fn write(file: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
    // SAFETY: the pointer and the length are those of one slice, which lives until the call returns.
    let count = unsafe { libc::write(file.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}
