//! Whether an end still is what its lock made it: asked before it acts, at a price that each step can pay.
//!
//! A lock is lost when its set is removed, as some systems do when a user logs out, and a child made by `fork` never has it.
//! The kernel tells nobody. So each step of an end looks whether it is in the process that opened it, which costs a load, and
//! at a coarse clock, some 2 ns. After [`LIMIT`], after each wait, and before anything that cannot be undone it asks the
//! kernel. Once the answer was no, it stays no: what was lost may be another one's by now.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::sys::{clock, fork};

/// The longest that an end acts on one answer of the kernel.
pub const LIMIT: Duration = Duration::from_millis(50);

/// [`LIMIT`] in the clock's unit.
const NANOSECONDS: u64 = 50_000_000;

/// This end does not have its lock any more, and touches nothing. Open it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lock was removed, or is another process's")]
pub struct Lost;

/// What an end knows of its right to act.
#[derive(Debug)]
pub(crate) struct Tenure {
    /// `None` if it is no matter of processes.
    process: Option<u64>,
    asked: AtomicU64,
    lost: AtomicBool,
}

impl Tenure {
    /// Of a lock that this process has taken just now.
    pub(crate) fn begin() -> Self {
        Self {
            process: Some(fork::process()),
            asked: AtomicU64::new(clock::about_now()),
            lost: AtomicBool::new(false),
        }
    }

    /// Of an end that holds no lock: a child goes on with it as well as its parent.
    pub(crate) fn without_lock() -> Self {
        Self {
            process: None,
            ..Self::begin()
        }
    }

    /// Whether the kernel is to be asked before the next step.
    #[inline]
    pub(crate) fn is_due(&self) -> bool {
        clock::about_now().saturating_sub(self.asked.load(Relaxed)) >= NANOSECONDS
    }

    /// Whether this end may act, by the last answer; asks for another with `held` if that is due.
    #[inline]
    pub(crate) fn check(&self, held: impl FnOnce() -> bool) -> Result<(), Lost> {
        match self.is_due() {
            true => self.ask(held),
            false => self.answer(),
        }
    }

    /// Asks now.
    #[cold]
    pub(crate) fn ask(&self, held: impl FnOnce() -> bool) -> Result<(), Lost> {
        self.answer()?;
        if !held() {
            self.lost.store(true, Relaxed);
        }
        self.asked.store(clock::about_now(), Relaxed);
        self.answer()
    }

    /// Whether this is the process that took the lock.
    #[inline]
    pub(crate) fn is_own(&self) -> bool {
        self.process
            .is_none_or(|process| process == fork::process())
    }

    /// The last answer, and whether this is the process that it was given to.
    #[inline]
    pub(crate) fn answer(&self) -> Result<(), Lost> {
        match self.is_own() && !self.lost.load(Relaxed) {
            true => Ok(()),
            false => Err(Lost),
        }
    }
}
