//! A lock that this process holds, given back on drop.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::sys::fork::{self, PerProcess};
use crate::sys::{filelock, sem};

/// The semaphores that this process has a guard of: the set, and the index there.
static GUARDED: PerProcess<Mutex<BTreeSet<(i32, u16)>>> = PerProcess::new();

/// The right to be the one sender of a channel, or one of its receivers, until drop or the end of this process.
#[derive(Debug)]
pub struct Held {
    process: u64,
    lock: Lock,
}

#[derive(Debug)]
enum Lock {
    Semaphore { id: i32, index: u16 },
    Byte { file: Arc<File>, at: u64 },
}

impl Held {
    /// Takes semaphore `index` of set `id`, without waiting; `None` if someone holds it.
    ///
    /// A lock outlives `exec`, and its guard does not. So one that this process has and does not guard is taken over.
    pub(super) fn semaphore(id: i32, index: u16) -> io::Result<Option<Self>> {
        let process = fork::process();
        let mut guarded = guarded();
        match sem::acquire(id, index) {
            Ok(()) => {}
            Err(source) if source.kind() != io::ErrorKind::WouldBlock => return Err(source),
            Err(_) if guarded.contains(&(id, index)) || !is_last(id, index) => {
                return Ok(None);
            }
            Err(_) => {}
        }
        guarded.insert((id, index));
        let lock = Lock::Semaphore { id, index };
        Ok(Some(Self { process, lock }))
    }

    /// Takes the byte `at` of `file`, likewise.
    pub(super) fn byte(file: &Arc<File>, at: u64) -> io::Result<Option<Self>> {
        let file = Arc::clone(file);
        Ok(filelock::acquire(&file, at)?.then(|| Self {
            process: fork::process(),
            lock: Lock::Byte { file, at },
        }))
    }

    /// Whether this process still has it: not if the set was removed, and not in a child made by `fork`, which only keeps a byte
    /// from being free. One system call for a semaphore.
    ///
    /// Whoever takes a semaphore, gives one back, or sets its value leaves its own process id there: while it is this one's,
    /// nobody has come between.
    pub fn is_held(&self) -> bool {
        let held = match self.lock {
            Lock::Semaphore { id, index } => is_last(id, index),
            Lock::Byte { .. } => true,
        };
        held && self.process == fork::process()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // A child has this guard's bytes and not its lock, which is the parent's.
        if self.process != fork::process() {
            return;
        }
        // What cannot be given back was lost with its set, or is given back when the file is closed.
        let _ = match &self.lock {
            Lock::Byte { file, at } => filelock::release(file, *at),
            &Lock::Semaphore { id, index } => {
                let mut guarded = guarded();
                guarded.remove(&(id, index));
                // A lock that was lost is another one's by now.
                match is_last(id, index) {
                    true => sem::release(id, index),
                    false => Ok(()),
                }
            }
        };
    }
}

fn guarded() -> MutexGuard<'static, BTreeSet<(i32, u16)>> {
    GUARDED.get().lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this process was the last to change semaphore `index` of set `id`.
fn is_last(id: i32, index: u16) -> bool {
    sem::last_pid(id, index).is_ok_and(|pid| u32::try_from(pid) == Ok(process::id()))
}
