//! Files read into shared memory and written from it, without a buffer in between.
//!
//! The kernel does the access, and no Rust reference to the memory exists: what the other side may do to it meanwhile
//! can spoil the bytes, never this process.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

use ramframe_core::channel::{Backpressure, Loan, MessageView};
use ramframe_core::wait::Wait;

use super::poll;
use super::shared::SharedMemory;

/// How soon whoever waits for room in a file looks whether to stop.
const LOOK: Duration = Duration::from_millis(50);

/// Reads what `file` has, at most a slot full, into a loan, and shortens the loan to that: to nothing at the end.
pub(crate) fn read<W: Wait>(
    file: BorrowedFd<'_>,
    loan: &mut Loan<'_, SharedMemory, Backpressure, W>,
) -> io::Result<usize> {
    // SAFETY: a loan of `SharedMemory` is `len` mapped, writable bytes at `address`, as long as the loan lives.
    let count = unsafe { libc::read(file.as_raw_fd(), loan.address().cast(), loan.len()) };
    let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
    loan.truncate(count);
    Ok(count)
}

/// Writes all of a message to `file`, which may be non-blocking, and adds to `moved` what was written. Looks at `stop` whenever the
/// file is slow: `Interrupted` if that says so.
pub(crate) fn write<W: Wait>(
    file: BorrowedFd<'_>,
    view: &MessageView<'_, SharedMemory, Backpressure, W>,
    moved: &mut u64,
    stop: impl Fn() -> bool,
) -> io::Result<()> {
    let (len, mut done) = (view.header().len, 0);
    while done < len {
        if stop() && !poll::is_writable(file, Duration::ZERO) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        // SAFETY: a view of `SharedMemory` is `len` mapped bytes at `address`, as long as the view lives; `done` is below that.
        let rest = unsafe { view.address().add(done) };
        // SAFETY: as many bytes as are left behind `rest`.
        let count = unsafe { libc::write(file.as_raw_fd(), rest.cast(), len - done) };
        match usize::try_from(count).map_err(|_| io::Error::last_os_error()) {
            Ok(count) => {
                done += count;
                *moved += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                poll::is_writable(file, LOOK);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
