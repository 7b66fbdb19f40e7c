//! Which cores this process may run on, and holding a thread to one of them.

use std::io;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process, set_parent_process_death_signal};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The cores that this thread may run on, in order.
///
/// # Errors
/// The system's.
pub(crate) fn allowed() -> io::Result<Vec<usize>> {
    let set = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU)
        .filter(|&core| set.is_set(core))
        .collect())
}

/// Holds this thread, and those that it starts, to `core`.
///
/// # Errors
/// The system's, for a core that is not there or not allowed.
pub(crate) fn pin(core: usize) -> io::Result<()> {
    if core >= CpuSet::MAX_CPU {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut set = CpuSet::new();
    set.set(core);
    Ok(sched_setaffinity(None, &set)?)
}

/// A child of this process, to be stopped for a while.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Other(Pid);

impl Other {
    pub(crate) fn new(child: &Child) -> Self {
        Self(Pid::from_child(child))
    }

    /// Does `what` while the child stands still.
    ///
    /// # Errors
    /// The system's, and those of `what`.
    pub(crate) fn stopped<T>(self, what: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        kill_process(self.0, Signal::STOP)?;
        let done = what();
        kill_process(self.0, Signal::CONT)?;
        done
    }
}

/// Ends this process, at once, when the one that started it ends.
///
/// # Errors
/// The system's.
pub(crate) fn end_with_parent() -> io::Result<()> {
    Ok(set_parent_process_death_signal(Some(Signal::KILL))?)
}
