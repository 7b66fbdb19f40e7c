//! Whether an end still is what its lock made it: asked before it acts, at a price that each step can pay.
//!
//! A lock is lost when its set is removed, as some systems do when a user logs out, and a child made by `fork` never has it.
//! The kernel tells nobody. So each step of an end looks whether it is in the process that opened it, which costs a load, and
//! at a coarse clock, some 2 ns. After [`LIMIT`], after each wait, and before anything that cannot be undone it asks the
//! kernel. Once the answer was no, it stays no: what was lost may be another one's by now.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
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
    /// The process that took the lock; `None` for an end without one: a child goes on with that as well as its parent.
    process: Option<u64>,
    lost: AtomicBool,
    /// When the kernel is to be asked again.
    due: AtomicU64,
}

impl Tenure {
    /// Begins now, with a lock that this process has just taken, if it `holds` one.
    pub(crate) fn begin(holds: bool) -> Self {
        Self {
            process: holds.then(fork::process),
            lost: AtomicBool::new(false),
            due: AtomicU64::new(clock::about_now() + NANOSECONDS),
        }
    }

    /// Whether the kernel is to be asked before the next step.
    #[inline]
    pub(crate) fn is_due(&self) -> bool {
        clock::about_now() >= self.due.load(Relaxed)
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
        self.due.store(clock::about_now() + NANOSECONDS, Relaxed);
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
        let holds = !self.lost.load(Relaxed) && self.is_own();
        holds.then_some(()).ok_or(Lost)
    }
}
