//! A kernel without certain system calls: a filter refuses them.

use std::collections::BTreeMap;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

/// From now on these calls fail as in a kernel that has never heard of them, for this thread and those that it starts later.
pub(crate) fn refuse<const N: usize>(calls: [i64; N]) {
    let filter = SeccompFilter::new(
        BTreeMap::from(calls.map(|call| (call, Vec::new()))),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        std::env::consts::ARCH.try_into().unwrap(),
    );
    let program: BpfProgram = filter.unwrap().try_into().unwrap();
    apply_filter(&program).unwrap();
}
