//! Which cores this process may run on, and holding a thread to one of them.

use std::io;
use std::mem::MaybeUninit;

use crate::sys::checked;

/// The cores that this thread may run on, in order.
///
/// # Errors
/// The system's.
pub(crate) fn allowed() -> io::Result<Vec<usize>> {
    let mut set = MaybeUninit::<libc::cpu_set_t>::zeroed();
    // SAFETY: the kernel fills at most the given size of `set`, which lives until the call returns; 0 is this thread.
    checked(unsafe { libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), set.as_mut_ptr()) })?;
    // SAFETY: every field is an integer, and all of them are zero or the kernel's.
    let set = unsafe { set.assume_init() };
    let limit = usize::try_from(libc::CPU_SETSIZE).unwrap_or(0);
    // SAFETY: reads one bit of the set; below CPU_SETSIZE all of them are inside it.
    Ok((0..limit)
        .filter(|&core| unsafe { libc::CPU_ISSET(core, &set) })
        .collect())
}

/// Holds this thread, and those that it starts, to `core`.
///
/// # Errors
/// The system's, for a core that is not there or not allowed.
pub(crate) fn pin(core: usize) -> io::Result<()> {
    if core >= usize::try_from(libc::CPU_SETSIZE).unwrap_or(0) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    // SAFETY: a set of bits, for which all zero is the empty set.
    let mut set: libc::cpu_set_t = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: sets one bit, which is inside the set, as asked above.
    unsafe { libc::CPU_SET(core, &mut set) };
    // SAFETY: the kernel reads the given size of `set`, which lives until the call returns; 0 is this thread.
    checked(unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set) })
        .map(drop)
}

/// Ends this process, at once, when the one that started it ends.
///
/// # Errors
/// The system's.
pub(crate) fn end_with_parent() -> io::Result<()> {
    let signal = libc::c_ulong::try_from(libc::SIGKILL).unwrap_or_default();
    // SAFETY: passes two integers; no memory.
    checked(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, signal) }).map(drop)
}
