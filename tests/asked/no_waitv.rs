//! A kernel that has no `futex_waitv`: Linux before 5.16, or a filter of system calls.

use std::collections::BTreeMap;

use rustix::io::Errno;
use rustix::thread::futex;
use rustix::time::ClockId;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

/// From now on the call fails as in a kernel that has never heard of it, also in threads that this one starts later.
pub(crate) fn refuse_the_call() {
    let rules = [(libc::SYS_futex_waitv, Vec::new())];
    let filter = SeccompFilter::new(
        BTreeMap::from(rules),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        std::env::consts::ARCH.try_into().unwrap(),
    );
    let program: BpfProgram = filter.unwrap().try_into().unwrap();
    apply_filter(&program).unwrap();
    let waits = [futex::Wait::new()];
    let answer = futex::waitv(&waits, futex::WaitvFlags::empty(), None, ClockId::Monotonic);
    assert_eq!(answer, Err(Errno::NOSYS));
}
