//! The kernel's part in a fence that one thread has made for another, as by `membarrier` of Linux.

use std::sync::atomic::Ordering;

use loom::sync::atomic::{AtomicBool, fence};
use loom::sync::{Condvar, Mutex};

/// A core on which a thread runs that the kernel can interrupt, to make a full fence there.
#[derive(Debug, Default)]
pub(crate) struct Core {
    is_asked: AtomicBool,
    is_idle: Mutex<bool>,
    answered: Condvar,
}

impl Core {
    /// Its thread: makes the fence, if one is asked for. One that does not see that yet does so later.
    pub(crate) fn interrupt(&self) {
        if self.is_asked.load(Ordering::Relaxed) {
            fence(Ordering::SeqCst);
            self.answer(false);
        }
    }

    fn answer(&self, is_idle: bool) {
        let mut state = self.is_idle.lock().unwrap();
        *state = is_idle;
        self.is_asked.store(false, Ordering::Relaxed);
        self.answered.notify_all();
    }

    /// Its thread sleeps or ends. Switching to another one is a full fence.
    pub(crate) fn leave(&self) {
        fence(Ordering::SeqCst);
        self.answer(true);
    }

    /// Its thread runs again.
    pub(crate) fn enter(&self) {
        *self.is_idle.lock().unwrap() = false;
        fence(Ordering::SeqCst);
    }

    /// Another thread: has the fence made at some moment until this returns.
    pub(crate) fn fence(&self) {
        fence(Ordering::SeqCst);
        let mut state = self.is_idle.lock().unwrap();
        if !*state {
            self.is_asked.store(true, Ordering::Relaxed);
            while self.is_asked.load(Ordering::Relaxed) {
                state = self.answered.wait(state).unwrap();
            }
        }
        drop(state);
        fence(Ordering::SeqCst);
    }
}
