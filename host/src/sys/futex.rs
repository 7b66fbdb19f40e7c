//! Sleeping on a word of shared memory, and waking whoever sleeps there.
//!
//! Never the private form: the kernel accepts its flag on shared memory, and then two processes wait on different keys.

#![allow(
    clippy::not_unsafe_ptr_arg_deref,
    reason = "the kernel checks the address, and answers EFAULT for one that is not ours"
)]

use std::io;
use std::ptr;
use std::time::Duration;

use rustix::thread::futex::{Wait, WaitFlags, WaitPtr, WaitvFlags, waitv};
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Sleeps until the word at `word` is woken, for at most `limit`; returns at once if it does not hold `seen`. A signal, and
/// any address that cannot be read, also end it.
///
/// # Errors
/// The system's, for each of these.
pub(crate) fn wait(word: *const u32, seen: u32, limit: Duration) -> io::Result<()> {
    // The kernel's own form for this call: on a 32-bit machine a C library's time may be wider.
    let limit: [libc::c_long; 2] = [
        limit.as_secs().try_into().unwrap_or(libc::c_long::MAX),
        limit.subsec_nanos().cast_signed().into(),
    ];
    // SAFETY: `limit` lives until the call returns.
    unsafe { futex(word, libc::FUTEX_WAIT, seen, limit.as_ptr()) }
}

/// Wakes everyone who sleeps on the word at `word`, in this process or another.
///
/// # Errors
/// The system's, for an address that cannot be shared memory.
pub(crate) fn wake(word: *const u32) -> io::Result<()> {
    // SAFETY: no limit is passed.
    unsafe { futex(word, libc::FUTEX_WAKE, i32::MAX as u32, ptr::null()) }
}

/// As [`wait`], on any of several words, each by its address. The kernel takes at most 128.
///
/// # Errors
/// The system's: as for [`wait`], and `ENOSYS` before Linux 5.16.
pub(crate) fn wait_any(words: &[(usize, u32)], limit: Duration) -> io::Result<()> {
    let mut waits = [Wait::new(); 128];
    let waits = waits.get_mut(..words.len()).ok_or(libc::EINVAL);
    let waits = waits.map_err(io::Error::from_raw_os_error)?;
    for (wait, (address, seen)) in waits.iter_mut().zip(words) {
        wait.val = (*seen).into();
        wait.uaddr = WaitPtr::new(*address as *mut _);
        wait.flags = WaitFlags::SIZE_U32;
    }
    let now = clock_gettime(ClockId::Monotonic);
    // A time that the clock cannot reach is none.
    let limit = Timespec::try_from(limit).ok();
    let end = limit.and_then(|limit| now.checked_add(limit));
    waitv(waits, WaitvFlags::empty(), end.as_ref(), ClockId::Monotonic)?;
    Ok(())
}

/// # Safety
/// `limit` is null, or two numbers that live until the call returns.
unsafe fn futex(
    word: *const u32,
    call: libc::c_int,
    number: u32,
    limit: *const libc::c_long,
) -> io::Result<()> {
    // SAFETY: the kernel checks `word`, answers EFAULT where it cannot be read, and writes nothing there; `limit` is as the caller says.
    match unsafe { libc::syscall(libc::SYS_futex, word, call, number, limit) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
