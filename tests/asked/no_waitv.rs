//! A kernel that has no `futex_waitv`: Linux before 5.16, or a filter of system calls.

#[path = "filter.rs"]
mod filter;

use rustix::io::Errno;
use rustix::thread::futex;
use rustix::time::ClockId;

/// From now on the call fails as in a kernel that has never heard of it, also in threads that this one starts later.
pub(crate) fn refuse_the_call() {
    filter::refuse([libc::SYS_futex_waitv]);
    let waits = [futex::Wait::new()];
    let answer = futex::waitv(&waits, futex::WaitvFlags::empty(), None, ClockId::Monotonic);
    assert_eq!(answer, Err(Errno::NOSYS));
}
