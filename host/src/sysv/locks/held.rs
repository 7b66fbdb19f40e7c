//! A semaphore that this process holds, given back on drop.

use std::collections::BTreeSet;
use std::io;
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::sys::{fork, sem};

/// The semaphores that this process has a guard of: its number, the set, and the index there.
static GUARDED: Mutex<BTreeSet<(u64, i32, u16)>> = Mutex::new(BTreeSet::new());

/// The right to be the one sender of a channel, until drop or the end of this process.
#[derive(Debug)]
pub struct SenderLock(pub(super) Held);

impl SenderLock {
    /// Whether this process still has it: not if the set was removed, and not in a child made by `fork`. One system call.
    pub fn is_held(&self) -> bool {
        self.0.is_held()
    }
}

/// A receiver's seat in a channel, until drop or the end of this process.
#[derive(Debug)]
pub struct ReceiverLock {
    pub(super) held: Held,
    pub(super) seat: u16,
}

impl ReceiverLock {
    /// Which receiver this process is.
    pub fn seat(&self) -> u16 {
        self.seat
    }

    /// Whether this process still has it: not if the set was removed, and not in a child made by `fork`. One system call.
    pub fn is_held(&self) -> bool {
        self.held.is_held()
    }
}

/// The sender's lock and every seat of a channel, until drop or the end of this process.
#[derive(Debug)]
pub struct AllLocks {
    pub(super) _sender: SenderLock,
    pub(super) _seats: Vec<ReceiverLock>,
}

#[derive(Debug)]
pub(super) struct Held {
    process: u64,
    id: i32,
    index: u16,
}

impl Held {
    /// Takes semaphore `index` of set `id`, without waiting; `None` if someone holds it.
    ///
    /// A lock outlives `exec`, and its guard does not. So one that this process has and does not guard is taken over.
    pub(super) fn acquire(id: i32, index: u16) -> io::Result<Option<Self>> {
        let process = fork::process();
        let mut guarded = guarded();
        match sem::acquire(id, index) {
            Ok(()) => {}
            Err(source) if source.kind() != io::ErrorKind::WouldBlock => return Err(source),
            Err(_) if guarded.contains(&(process, id, index)) || !is_last(id, index) => {
                return Ok(None);
            }
            Err(_) => {}
        }
        guarded.insert((process, id, index));
        Ok(Some(Self { process, id, index }))
    }

    /// Asks the kernel. Whoever takes a lock, gives one back, or sets its value leaves its own process id there: while it is
    /// this one's, nobody has come between.
    fn is_held(&self) -> bool {
        self.process == fork::process() && is_last(self.id, self.index)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // A child has this guard's bytes and not its lock, which is the parent's.
        if self.process != fork::process() {
            return;
        }
        let mut guarded = guarded();
        guarded.remove(&(self.process, self.id, self.index));
        // A lock that was lost is another one's by now.
        if is_last(self.id, self.index) {
            // Fails only if the set was removed meanwhile, and the lock with it.
            let _ = sem::release(self.id, self.index);
        }
    }
}

fn guarded() -> MutexGuard<'static, BTreeSet<(u64, i32, u16)>> {
    GUARDED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this process was the last to change semaphore `index` of set `id`.
fn is_last(id: i32, index: u16) -> bool {
    sem::last_pid(id, index).is_ok_and(|pid| u32::try_from(pid) == Ok(process::id()))
}
