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
    let limit = limit.as_ptr();
    // SAFETY: the kernel checks `word` and answers EFAULT where it cannot be read; `limit` lives until the call returns.
    let answer = unsafe { libc::syscall(libc::SYS_futex, word, libc::FUTEX_WAIT, seen, limit) };
    ended(answer)
}

/// Wakes everyone who sleeps on the word at `word`, in this process or another.
///
/// # Errors
/// The system's, for an address that cannot be shared memory.
pub(crate) fn wake(word: *const u32) -> io::Result<()> {
    let none: *const libc::timespec = ptr::null();
    // SAFETY: the kernel uses `word` as a name and checks it; nothing is written.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word,
            libc::FUTEX_WAKE,
            libc::c_int::MAX,
            none,
        )
    };
    ended(answer)
}

fn ended(answer: libc::c_long) -> io::Result<()> {
    match answer {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
