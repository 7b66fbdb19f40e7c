//! How a call waits: in slices, with the interpreter free, so that a signal or another thread can end it.

use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use ramframe_host::error::Kind;
use ramframe_host::{Error, Limit, StopToken};

use crate::errors;

/// How long a call waits between two looks for a signal.
const SLICE: Duration = Duration::from_millis(100);

/// How long a call may wait.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    deadline: Option<Instant>,
    stop: StopToken,
    /// It began with no time at all.
    is_none: bool,
}

impl Patience {
    /// So many seconds from now on; without a limit for `None`. Also until `stop` is stopped.
    pub(crate) fn new(seconds: Option<f64>, stop: &StopToken) -> PyResult<Self> {
        let time = seconds.map(duration).transpose()?;
        let deadline = time.and_then(|time| Instant::now().checked_add(time));
        Ok(Self {
            deadline,
            stop: stop.clone(),
            is_none: time.is_some_and(|time| time.is_zero()),
        })
    }

    /// Whether it is over.
    pub(crate) fn is_over(&self) -> bool {
        let passed = |deadline| Instant::now() >= deadline;
        self.stop.is_stopped() || self.deadline.is_some_and(passed)
    }

    /// For a call that does not wait.
    pub(crate) fn none() -> Limit {
        Limit::within(Duration::ZERO)
    }

    /// The limit of the first attempt, which does not wait; `None` if no other attempt follows, and this one must look around.
    pub(crate) fn first(&self) -> Option<Limit> {
        (!self.is_none).then(Self::none)
    }

    /// For a call that waits, until the next look for a signal.
    pub(crate) fn slice(&self) -> Limit {
        let end = Instant::now() + SLICE;
        let end = self.deadline.map_or(end, |deadline| deadline.min(end));
        Limit::until(end).or_stopped(&self.stop)
    }

    /// Calls `attempt` with the interpreter free, until it answers or the time is over; then `None`. A signal's handler runs between
    /// two calls, and its exception ends the wait.
    pub(crate) fn wait<T: Send>(
        &self,
        py: Python<'_>,
        mut attempt: impl FnMut(&Limit) -> Option<T> + Send,
    ) -> PyResult<Option<T>> {
        loop {
            py.check_signals()?;
            if self.is_over() {
                return Ok(None);
            }
            let limit = self.slice();
            if let Some(answer) = py.detach(|| attempt(&limit)) {
                return Ok(Some(answer));
            }
        }
    }
}

/// So many seconds.
pub(crate) fn duration(seconds: f64) -> PyResult<Duration> {
    match seconds {
        // More than any program waits.
        f64::INFINITY => Ok(Duration::from_secs(u32::MAX.into())),
        seconds => Duration::try_from_secs_f64(seconds).map_err(|_| {
            PyValueError::new_err(format!(
                "{seconds} is no time: pass seconds from 0, or None"
            ))
        }),
    }
}

/// Waits for what `attempt` opens, while it is not there yet or others have all places. Looks once at least.
pub(crate) fn opened<T: Send>(
    py: Python<'_>,
    patience: &Patience,
    attempt: impl Fn(&Limit) -> Result<T, Error> + Sync + Send,
) -> PyResult<T> {
    let mut opened = py.detach(|| attempt(&Patience::none()));
    if matches!(&opened, Err(error) if may_come(error)) {
        let later = patience.wait(py, |limit| match attempt(limit) {
            Err(error) if may_come(&error) => None,
            opened => Some(opened),
        })?;
        opened = later.unwrap_or(opened);
    }
    opened.map_err(|error| errors::open(py, &error))
}

fn may_come(error: &Error) -> bool {
    error.is_absent() || matches!(error.kind, Kind::NoFreeReceiver(_))
}
