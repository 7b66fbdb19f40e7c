//! Where do the threads of a test run? Each on a core of its own, or both on one.

use std::sync::OnceLock;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// The calling thread. The number of this process is that of its first thread, whose cores all later threads would inherit.
const THIS_THREAD: Pid = Pid::from_raw(0);

/// The cores that this process may run on.
pub(crate) fn allowed() -> &'static [usize] {
    static ALLOWED: OnceLock<Vec<usize>> = OnceLock::new();
    ALLOWED.get_or_init(|| {
        let allowed = sched_getaffinity(THIS_THREAD).unwrap();
        let cores = 0..CpuSet::count();
        cores
            .filter(|&core| allowed.is_set(core).unwrap())
            .collect()
    })
}

/// Keeps the calling thread on one core.
pub(crate) fn pin(core: usize) {
    let mut only = CpuSet::new();
    only.set(core).unwrap();
    sched_setaffinity(THIS_THREAD, &only).unwrap();
}
