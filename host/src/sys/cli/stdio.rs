//! Reads and writes that say what the system said, and what the standard streams were when this process began.
//!
//! The runtime opens /dev/null for each standard stream that is closed, and takes a stream that it must not use for one
//! that is empty. Both make a program succeed whose input or output was never there.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rustix::fs::{OFlags, fcntl_getfl};

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
pub(crate) fn access(file: BorrowedFd<'_>) -> io::Result<OFlags> {
    let flags = fcntl_getfl(file)?;
    Ok(flags & (OFlags::ACCMODE | OFlags::PATH))
}

/// Reads once.
pub(crate) fn read(file: BorrowedFd<'_>, to: &mut [u8]) -> io::Result<usize> {
    Ok(rustix::io::read(file, to)?)
}

/// Writes once, perhaps not all.
pub(crate) fn write(file: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
    Ok(rustix::io::write(file, bytes)?)
}
