//! Sleeping on many words at once, by one system call where the kernel has it.
//!
//! Linux has `futex_waitv` since 5.16, for at most [`MOST`] words. An older kernel, or a filter of system calls, refuses it. Then this
//! side sleeps on the first word alone, and looks at the others at the pace of a side that [polls](super::poll): what comes on
//! them is late by at most 2 ms, and looking costs one to two per cent of a core.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use super::poll::{Pause, PollBackoff};
use crate::sys::futex;

/// The most words of one sleep.
pub(crate) const MOST: usize = 128;

/// The kernel has refused the call in this process.
static IS_REFUSED: AtomicBool = AtomicBool::new(false);

/// Sleeps on several words.
#[derive(Debug, Default)]
pub(crate) struct AnyOf {
    backoff: PollBackoff,
}

impl AnyOf {
    /// Something came: where this side polls, the next looks follow each other closely again.
    pub(crate) fn news(&mut self) {
        self.backoff.news();
    }

    /// Sleeps until one of the words, each by its address, is woken or does not hold its value, for at most `time`. May return
    /// sooner. There are at most [`MOST`] words.
    pub(crate) fn wait(&mut self, words: &[(usize, u32)], time: Duration) {
        match words {
            [] => thread::sleep(time),
            [word] => sleep_on(*word, time),
            _ if IS_REFUSED.load(Relaxed) => self.poll(words[0], time),
            _ => match futex::wait_any(words, time) {
                Err(error) if is_refusal(&error) => IS_REFUSED.store(true, Relaxed),
                // Woken, changed already, out of time, or interrupted: all the same to a caller who looks again.
                _ => {}
            },
        }
    }

    fn poll(&mut self, first: (usize, u32), time: Duration) {
        match self.backoff.pause(Instant::now()) {
            Pause::Spin | Pause::Yield => thread::yield_now(),
            Pause::Sleep(pause) => sleep_on(first, pause.min(time)),
        }
    }
}

fn sleep_on((word, seen): (usize, u32), time: Duration) {
    // As for several.
    let _ = futex::wait(word as *const u32, seen, time);
}

/// A filter may answer EPERM for a call that it does not know.
fn is_refusal(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EPERM))
}
