//! A semaphore that this process holds, given back on drop.

use std::process;

use crate::sys::sem;

/// The right to be the one sender of a channel, until drop or the end of this process.
#[derive(Debug)]
pub struct SenderLock(pub(super) Held);

impl SenderLock {
    /// Whether this process still has it: not if the set was removed. One or two system calls.
    pub fn is_held(&self) -> bool {
        self.0.is_held()
    }
}

/// A receiver's seat in a channel, until drop or the end of this process.
#[derive(Debug)]
pub struct SeatLock {
    pub(super) held: Held,
    pub(super) seat: u16,
}

impl SeatLock {
    /// Which receiver this process is.
    pub fn seat(&self) -> u16 {
        self.seat
    }

    /// Whether this process still has it: not if the set was removed. One or two system calls.
    pub fn is_held(&self) -> bool {
        self.held.is_held()
    }
}

#[derive(Debug)]
pub(super) struct Held {
    id: i32,
    index: u16,
    pid: u32,
}

impl Held {
    pub(super) fn new(id: i32, index: u16) -> Self {
        Self {
            id,
            index,
            pid: process::id(),
        }
    }

    fn is_held(&self) -> bool {
        let pid = sem::last_pid(self.id, self.index);
        sem::value(self.id, self.index).is_ok_and(|value| value == 1)
            && pid.is_ok_and(|pid| u32::try_from(pid) == Ok(self.pid))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // A forked child has this guard's bytes and not its lock, which is the parent's.
        if process::id() == self.pid {
            // Fails only if the set was removed, and the lock with it.
            let _ = sem::release(self.id, self.index);
        }
    }
}
