//! The system calls, each as a safe function: the only unsafe code of this package.
#![allow(unsafe_code)]

mod barrier;
#[cfg(feature = "cli")]
pub(crate) mod cli;
pub(crate) mod clock;
pub(crate) mod filelock;
pub(crate) mod fork;
pub(crate) mod futex;
pub(crate) mod io;
pub(crate) mod mapping;
pub(crate) mod membarrier;
pub(crate) mod poll;
pub(crate) mod sem;
pub(crate) mod shared;
pub(crate) mod shm;
pub(crate) mod thread;
pub(crate) mod uio;

use std::io::{Error, Result};

/// The effective user of this process, whom the kernel checks permissions against.
pub(crate) fn effective_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// A system call's answer, or the error it left in `errno` where it answered -1.
fn checked(answer: libc::c_int) -> Result<libc::c_int> {
    match answer {
        -1 => Err(Error::last_os_error()),
        answer => Ok(answer),
    }
}
