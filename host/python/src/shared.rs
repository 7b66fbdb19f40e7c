//! One end in the hands of many threads: they take turns, and any of them may close it.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use ramframe_host::StopToken;

use crate::call::Patience;
use crate::errors;

/// Between two looks whether another thread is done.
const PAUSE: Duration = Duration::from_millis(1);

/// An end, until it is closed.
#[derive(Debug)]
pub(crate) struct Shared<T> {
    end: Mutex<Option<T>>,
    user: User,
    /// Stopped by who closes the end: then a call that waits returns.
    closing: StopToken,
    /// A `Select` has the end.
    is_lent: AtomicBool,
    /// Where it was opened.
    process: u32,
    /// What a person calls it.
    what: &'static str,
}

/// The thread that has a turn, if any.
#[derive(Debug, Default)]
struct User(Mutex<Option<ThreadId>>);

impl User {
    fn get(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a program may leave.
pub(crate) trait Leave {
    /// Leaves in good order, and waits for nobody.
    fn leave(self, py: Python<'_>) -> PyResult<()>;
}

/// A turn.
struct Turn<'s, T> {
    end: MutexGuard<'s, Option<T>>,
    shared: &'s Shared<T>,
}

impl<T: Leave> Shared<T> {
    pub(crate) fn new(end: T, what: &'static str) -> Self {
        Self {
            end: Mutex::new(Some(end)),
            user: User::default(),
            closing: StopToken::new(),
            is_lent: AtomicBool::new(false),
            process: process::id(),
            what,
        }
    }

    /// So many seconds from now on, or until the end is closed.
    pub(crate) fn patience(&self, seconds: Option<f64>) -> PyResult<Patience> {
        Patience::new(seconds, &self.closing)
    }

    /// Does `work` in a turn; `None` if that does not come in time. If the end is closed meanwhile by a handler of a signal, leaves it
    /// behind.
    pub(crate) fn work<W>(
        &self,
        py: Python<'_>,
        patience: &Patience,
        work: impl FnOnce(&mut T) -> PyResult<W>,
    ) -> PyResult<Option<W>> {
        let Some(mut turn) = self.turn(py, patience)? else {
            return Ok(None);
        };
        let done = turn.end(py).and_then(work);
        if self.closing.is_stopped()
            && let Some(end) = turn.end.take()
        {
            end.leave(py)?;
        }
        done.map(Some)
    }

    /// The same, without a limit.
    pub(crate) fn look<W>(&self, py: Python<'_>, look: impl FnOnce(&mut T) -> W) -> PyResult<W> {
        let done = self.work(py, &self.patience(None)?, |end| Ok(look(end)))?;
        done.ok_or_else(|| self.closed(py))
    }

    /// Waits for a turn.
    fn turn(&self, py: Python<'_>, patience: &Patience) -> PyResult<Option<Turn<'_, T>>> {
        loop {
            if self.closing.is_stopped() {
                return Err(self.closed(py));
            }
            if let Some(turn) = self.try_turn(py)? {
                return Ok(Some(turn));
            }
            if patience.is_over() {
                return Ok(None);
            }
            py.detach(|| thread::sleep(PAUSE));
            py.check_signals()?;
        }
    }

    fn try_turn(&self, py: Python<'_>) -> PyResult<Option<Turn<'_, T>>> {
        match self.end.try_lock() {
            Ok(end) => {
                *self.user.get() = Some(thread::current().id());
                Ok(Some(Turn { end, shared: self }))
            }
            // A thread of the parent had a turn at the fork, and this process does not have that thread.
            Err(TryLockError::WouldBlock) if self.process != process::id() => {
                Err(errors::forked(py, self.what))
            }
            Err(TryLockError::WouldBlock) if self.is_own() => {
                Err(PyRuntimeError::new_err(format!(
                    "the {} is in use by the call that this one is made from",
                    self.what
                )))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Poisoned(_)) => Err(PyRuntimeError::new_err(format!(
                "the {} failed in an earlier call: open another one",
                self.what
            ))),
        }
    }

    /// Whether this very thread has a turn.
    fn is_own(&self) -> bool {
        *self.user.get() == Some(thread::current().id())
    }

    /// Ends each call that waits, and takes the end out. `None` if it was taken, or the call that this one is made from does that.
    pub(crate) fn close(&self, py: Python<'_>) -> PyResult<Option<T>> {
        if self.is_lent.load(Relaxed) {
            return Err(self.lent());
        }
        self.closing.stop();
        if self.process != process::id() {
            // If a thread of the parent has it locked, there is nothing that a child could leave.
            return Ok(self.end.try_lock().ok().and_then(|mut end| end.take()));
        }
        loop {
            if self.is_own() {
                return Ok(None);
            }
            if let Some(mut turn) = self.try_turn(py)? {
                return Ok(turn.end.take());
            }
            py.detach(|| thread::sleep(PAUSE));
            py.check_signals()?;
        }
    }

    /// Gives the end out, until it is taken back.
    pub(crate) fn lend(&self, py: Python<'_>) -> PyResult<T> {
        let Some(mut turn) = self.turn(py, &self.patience(None)?)? else {
            return Err(self.closed(py));
        };
        turn.end(py)?;
        self.is_lent.store(true, Relaxed);
        turn.end.take().ok_or_else(|| self.closed(py))
    }

    /// Takes back what was given out.
    pub(crate) fn take_back(&self, end: T) {
        let mut place = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        *place = Some(end);
        self.is_lent.store(false, Relaxed);
    }

    fn lent(&self) -> PyErr {
        let what = self.what;
        PyRuntimeError::new_err(format!(
            "this {what} is in a Select: receive there, or remove it there first"
        ))
    }

    /// Takes the end out, where nobody else can.
    pub(crate) fn take(&mut self) -> Option<T> {
        let end = self.end.get_mut();
        end.map_or_else(|poisoned| poisoned.into_inner().take(), Option::take)
    }

    /// Whether somebody closes it.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.is_stopped()
    }

    /// What a call says once it is closed.
    pub(crate) fn closed(&self, py: Python<'_>) -> PyErr {
        errors::end_closed(py, self.what)
    }
}

impl<T: Leave> Turn<'_, T> {
    /// The end.
    fn end(&mut self, py: Python<'_>) -> PyResult<&mut T> {
        let shared = self.shared;
        self.end
            .as_mut()
            .ok_or_else(|| match shared.is_lent.load(Relaxed) {
                true => shared.lent(),
                false => shared.closed(py),
            })
    }
}

impl<T> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        *self.shared.user.get() = None;
    }
}
