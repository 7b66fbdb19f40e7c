//! Locks on single bytes of an open file, which the kernel gives back when the last descriptor of that opening closes:
//! however its process ends. They have nothing to do with what the bytes hold.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use super::checked;

#[allow(clippy::cast_possible_truncation, reason = "0, 1 and 2 fit")]
const WRITE: i16 = libc::F_WRLCK as i16;
#[allow(clippy::cast_possible_truncation, reason = "0, 1 and 2 fit")]
const NONE: i16 = libc::F_UNLCK as i16;

/// Takes the lock of the byte `at`, without waiting; false if another opening of the file has it.
pub(crate) fn acquire(file: &File, at: u64) -> io::Result<bool> {
    match set(file, at, WRITE) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Gives the lock of the byte `at` back.
pub(crate) fn release(file: &File, at: u64) -> io::Result<()> {
    set(file, at, NONE)
}

/// Whether another opening of the file has the lock of the byte `at`.
pub(crate) fn is_held(file: &File, at: u64) -> io::Result<bool> {
    let mut lock = byte(at, WRITE)?;
    // SAFETY: one flock, which lives until the call returns.
    checked(unsafe { fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, &raw mut lock) })?;
    Ok(lock.l_type != NONE)
}

fn set(file: &File, at: u64, kind: i16) -> io::Result<()> {
    let mut lock = byte(at, kind)?;
    // SAFETY: one flock, which lives until the call returns.
    checked(unsafe { fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw mut lock) }).map(drop)
}

/// The call that takes offsets of 64 bits, which for these commands is the kernel's only one.
///
/// # Safety
/// `lock` is valid until the call returns.
unsafe fn fcntl(file: libc::c_int, command: libc::c_int, lock: *mut libc::flock64) -> libc::c_int {
    #[cfg(target_pointer_width = "64")]
    // SAFETY: as the caller says.
    unsafe {
        libc::fcntl(file, command, lock)
    }
    // A C library's own call may take its narrower structure for one of the kernel's.
    #[cfg(not(target_pointer_width = "64"))]
    // SAFETY: as the caller says.
    unsafe {
        libc::syscall(libc::SYS_fcntl64, file, command, lock)
    }
}

fn byte(at: u64, kind: i16) -> io::Result<libc::flock64> {
    #[allow(clippy::cast_possible_truncation, reason = "0 fits")]
    Ok(libc::flock64 {
        l_type: kind,
        l_whence: libc::SEEK_SET as i16,
        l_start: libc::off64_t::try_from(at).map_err(|_| io::ErrorKind::InvalidInput)?,
        l_len: 1,
        l_pid: 0,
    })
}
