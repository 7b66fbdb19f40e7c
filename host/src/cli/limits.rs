//! What ends a command from outside: signals and its deadline.

use std::io;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::cli::signals::{self, Request};

use super::exit::Exit;

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
    pub(crate) deadline: Option<Instant>,
}

impl Limits {
    /// Notes signals from now on, instead of dying of them; the deadline is `timeout` from now.
    pub(crate) fn watch(timeout: Option<Duration>) -> io::Result<Self> {
        signals::watch()?;
        let deadline = timeout.and_then(|limit| Instant::now().checked_add(limit));
        if let Some(deadline) = deadline {
            let _ = DEADLINE.set(deadline);
            signals::interrupt_at(deadline);
        }
        Ok(Self { deadline })
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
        Self { deadline }
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
        let limits = Limits { deadline: None };
        assert!(limits.draining(short).deadline.unwrap() >= now + short);
        let limits = Limits {
            deadline: Some(now + short),
        };
        assert_eq!(limits.draining(long).deadline, Some(now + short));
    }

    #[test]
    fn a_pause_ends_at_the_deadline_and_says_why() {
        let limits = Limits {
            deadline: Some(Instant::now()),
        };
        let since = Instant::now();
        limits.pause(Duration::from_secs(60));
        assert!(since.elapsed() < Duration::from_secs(30));
        assert_eq!(limits.reached(), Some(Exit::TimedOut));
        assert_eq!(limits.over(), Some(Exit::TimedOut));
    }
}
