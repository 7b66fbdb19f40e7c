//! What ends a command from outside: signals and its deadline.

use std::io;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::cli::signals::{self, Request};

use super::exit::Exit;
use crate::wait::limit::Limit;

/// Between two looks at what people are to be told, while a call of the library waits.
const SLICE: Duration = Duration::from_millis(100);

/// The deadline of this process, for what is written to people. A process runs one command.
static DEADLINE: OnceLock<Instant> = OnceLock::new();

/// Whether this process is to end, and so waits for no reader any more.
pub(crate) fn is_ending() -> bool {
    let passed = |deadline: &Instant| Instant::now() >= *deadline;
    signals::asked() != Request::None || DEADLINE.get().is_some_and(passed)
}

/// The limits of one command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    since: Instant,
    pub(crate) deadline: Option<Instant>,
}

impl Limits {
    /// Notes signals from now on, instead of dying of them; the deadline is `timeout` from now.
    pub(crate) fn watch(timeout: Option<Duration>) -> io::Result<Self> {
        signals::watch()?;
        let since = Instant::now();
        let deadline = timeout.and_then(|limit| since.checked_add(limit));
        if let Some(deadline) = deadline {
            let _ = DEADLINE.set(deadline);
            signals::interrupt_at(deadline);
        }
        Ok(Self { since, deadline })
    }

    /// Why to end, be it after everything was taken.
    pub(crate) fn reached(&self) -> Option<Exit> {
        self.reached_beyond(Request::None)
    }

    /// Why to end without waiting for anything.
    pub(crate) fn over(&self) -> Option<Exit> {
        self.reached_beyond(Request::Drain)
    }

    fn reached_beyond(&self, known: Request) -> Option<Exit> {
        if signals::asked() > known {
            return signals::asked_by().map(Exit::Signal);
        }
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
            .then_some(Exit::TimedOut)
    }

    /// The limits for a call that waits, where what is `known` to be asked is none.
    pub(crate) fn beyond(&self, known: Request) -> Limit {
        let limit = self.deadline.map_or(Limit::NEVER, Limit::until);
        limit.or_stopped(signals::token(known))
    }

    /// As [`beyond`](Self::beyond), and at most the time between two looks at what people are to be told.
    pub(crate) fn slice_beyond(&self, known: Request) -> Limit {
        let end = Instant::now() + SLICE;
        let deadline = self.deadline.map_or(end, |deadline| deadline.min(end));
        Limit::until(deadline).or_stopped(signals::token(known))
    }

    /// The same, where everything that is asked is a limit.
    pub(crate) fn slice(&self) -> Limit {
        self.slice_beyond(Request::None)
    }

    /// The limit for a call that is not to wait at all.
    pub(crate) fn at_once(&self) -> Limit {
        Limit::until(self.since)
    }

    /// Sleeps for `time`, but not past a limit.
    pub(crate) fn pause(&self, time: Duration) {
        self.pause_past(Request::None, time);
    }

    /// As [`pause`](Self::pause), where what is `known` to be asked is no limit.
    pub(crate) fn pause_past(&self, known: Request, time: Duration) {
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        signals::pause(left.map_or(time, |left| left.min(time)), known);
    }

    /// The time that a first SIGINT leaves from now on: `time`, and the deadline if that is sooner.
    pub(crate) fn draining(&self, time: Duration) -> Self {
        let end = Instant::now().checked_add(time);
        let deadline = self.deadline.into_iter().chain(end).min();
        Self { deadline, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Exit, Limits};

    #[test]
    fn draining_ends_at_the_sooner_of_two_times() {
        let now = Instant::now();
        let (short, long) = (Duration::from_secs(1), Duration::from_secs(60));
        let since = now;
        let limits = Limits {
            since,
            deadline: None,
        };
        assert!(limits.draining(short).deadline.unwrap() >= now + short);
        let limits = Limits {
            since,
            deadline: Some(now + short),
        };
        assert_eq!(limits.draining(long).deadline, Some(now + short));
    }

    #[test]
    fn a_pause_ends_at_the_deadline_and_says_why() {
        let limits = Limits {
            since: Instant::now(),
            deadline: Some(Instant::now()),
        };
        let since = Instant::now();
        limits.pause(Duration::from_secs(60));
        assert!(since.elapsed() < Duration::from_secs(30));
        assert_eq!(limits.reached(), Some(Exit::TimedOut));
        assert_eq!(limits.over(), Some(Exit::TimedOut));
    }
}
