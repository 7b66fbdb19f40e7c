//! A clock that all processes of the machine share.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds since some instant that is the same for all processes. Without a system call where the kernel offers that.
#[cfg(feature = "cli")]
pub(crate) fn now() -> u64 {
    read(ClockId::Monotonic)
}

/// The same, late by up to 10 ms, for a tenth of the price.
pub(crate) fn about_now() -> u64 {
    read(ClockId::MonotonicCoarse)
}

fn read(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    #[allow(
        clippy::useless_conversion,
        reason = "the widths differ between machines"
    )]
    let nanoseconds = u64::try_from(i64::from(time.tv_nsec)).unwrap_or_default();
    seconds * 1_000_000_000 + nanoseconds
}
