//! When a call that waits ends without what it waits for: at a deadline, or when somebody asks it to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use crate::sys::clock;

/// How soon a call that waits notices its token, or something new that it looks for.
pub(crate) const LOOK: Duration = Duration::from_millis(50);

/// Looks that cost system calls, and are made now and then.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Looks {
    /// When the next one may come.
    next: u64,
}

impl Looks {
    /// Whether it is time for a look, which the caller then makes: one in each `interval`, to the 10 ms of a coarse clock.
    pub(crate) fn is_time(&mut self, interval: Duration) -> bool {
        let now = clock::about_now();
        let is_time = now >= self.next;
        if is_time {
            self.next = now + interval.as_nanos() as u64;
        }
        is_time
    }
}

/// How long to sleep between two looks for something that has been looked for since `since`: 20 looks in the first second, and
/// then 10 a second, so that who waits for days costs little.
pub(crate) fn between_looks(since: Instant) -> Duration {
    let is_new = since.elapsed() < Duration::from_secs(1);
    if is_new { LOOK } else { 2 * LOOK }
}

/// Stops the calls that wait with it. All clones are one token, and one that was stopped stays so.
///
/// A handler of a signal may stop it: [`stop`](Self::stop) is one atomic store. Crates that handle signals set an
/// `Arc<AtomicBool>`, from which a token can be made. A call that waits returns within 100 ms, and at once if the signal came
/// to its own thread.
#[derive(Clone, Debug, Default)]
pub struct StopToken(Arc<AtomicBool>);

impl StopToken {
    /// A token that nobody has stopped.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops what waits, and what will.
    pub fn stop(&self) {
        self.0.store(true, SeqCst);
    }

    /// Whether somebody has stopped it.
    pub fn is_stopped(&self) -> bool {
        self.0.load(SeqCst)
    }
}

impl From<Arc<AtomicBool>> for StopToken {
    fn from(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }
}

/// How long a call may wait.
#[derive(Clone, Debug, Default)]
pub struct Limit {
    deadline: Option<Instant>,
    stop: Option<StopToken>,
}

/// Which limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The deadline is past.
    Deadline,
    /// The token was stopped.
    Stopped,
}

impl Limit {
    /// For ever.
    pub const NEVER: Limit = Limit {
        deadline: None,
        stop: None,
    };

    /// Until `deadline`.
    pub fn until(deadline: Instant) -> Self {
        Self {
            deadline: Some(deadline),
            stop: None,
        }
    }

    /// For `time` from now on.
    pub fn within(time: Duration) -> Self {
        Self {
            deadline: Instant::now().checked_add(time),
            stop: None,
        }
    }

    /// Also until `token` is stopped.
    #[must_use]
    pub fn or_stopped(self, token: &StopToken) -> Self {
        Self {
            stop: Some(token.clone()),
            ..self
        }
    }

    /// When it ends at the latest.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether it is over, and why. Costs a look at the clock, if there is a deadline.
    pub fn reached(&self) -> Option<Reached> {
        if self.stop.as_ref().is_some_and(StopToken::is_stopped) {
            return Some(Reached::Stopped);
        }
        let passed = |deadline: Instant| Instant::now() >= deadline;
        self.deadline
            .is_some_and(passed)
            .then_some(Reached::Deadline)
    }

    /// Sleeps for `time`, but not past the limit.
    pub fn pause(&self, time: Duration) {
        let end = Instant::now().checked_add(time);
        while self.reached().is_none() {
            let now = Instant::now();
            let ends = [end, self.deadline].into_iter().flatten();
            let left = ends.map(|end| end.saturating_duration_since(now)).min();
            match left {
                Some(Duration::ZERO) => return,
                left => thread::sleep(left.map_or(LOOK, |left| left.min(LOOK))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Limit, Reached, StopToken};

    #[test]
    fn a_pause_ends_at_the_deadline() {
        let limit = Limit::within(Duration::ZERO);
        let since = Instant::now();
        limit.pause(Duration::from_secs(60));
        assert!(since.elapsed() < Duration::from_secs(30));
        assert_eq!(limit.reached(), Some(Reached::Deadline));
    }

    #[test]
    fn a_pause_ends_when_another_thread_stops_it() {
        let token = StopToken::new();
        let limit = Limit::NEVER.or_stopped(&token);
        let since = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| token.stop());
            limit.pause(Duration::from_secs(60));
        });
        assert!(since.elapsed() < Duration::from_secs(30));
        assert_eq!(limit.reached(), Some(Reached::Stopped));
    }
}
