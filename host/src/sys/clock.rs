//! A clock that all processes of the machine share.

use std::mem::MaybeUninit;

/// Nanoseconds since some instant that is the same for all processes. Without a system call where the kernel offers that.
#[must_use]
#[cfg(feature = "cli")]
pub(crate) fn now() -> u64 {
    read(libc::CLOCK_MONOTONIC)
}

/// The same, late by up to 10 ms, for a tenth of the price.
pub(crate) fn about_now() -> u64 {
    read(libc::CLOCK_MONOTONIC_COARSE)
}

#[allow(
    clippy::useless_conversion,
    reason = "the widths differ between machines"
)]
fn read(clock: libc::clockid_t) -> u64 {
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: the kernel fills `time`, which lives until the call returns.
    unsafe { libc::clock_gettime(clock, time.as_mut_ptr()) };
    // SAFETY: both fields are integers, zero or the kernel's.
    let time = unsafe { time.assume_init() };
    let seconds = u64::try_from(i64::from(time.tv_sec)).unwrap_or_default();
    seconds * 1_000_000_000 + u64::try_from(i64::from(time.tv_nsec)).unwrap_or_default()
}
