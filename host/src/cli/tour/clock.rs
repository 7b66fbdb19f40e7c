//! What time it is, how late a message is, and how much of a core a process used.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::sys::clock::now;

/// A text that says when it was sent. It does so twice, so that a torn one is known.
pub(super) fn stamped() -> String {
    let now = now();
    format!("{now} {now}")
}

/// When such a text was sent; `None` for a torn one.
pub(super) fn sent_at(text: &[u8]) -> Option<u64> {
    let text = str::from_utf8(text).ok()?;
    let (first, second) = text.split_once(' ')?;
    first.parse().ok().filter(|_| first == second)
}

/// Measures one process from now on.
pub(super) struct Meter {
    since: Instant,
    used: Duration,
    late: Vec<Duration>,
}

impl Meter {
    pub(super) fn start() -> Self {
        Self {
            since: Instant::now(),
            used: used(),
            late: Vec::new(),
        }
    }

    /// Whether the time is not over yet.
    pub(super) fn is_before(&self, end: Duration) -> bool {
        self.since.elapsed() < end
    }

    /// What is left of the time.
    pub(super) fn left_of(&self, end: Duration) -> Duration {
        end.saturating_sub(self.since.elapsed())
    }

    /// Notes a message that was sent then.
    pub(super) fn came(&mut self, sent: u64) {
        let late = Duration::from_nanos(now().saturating_sub(sent));
        self.late.push(late);
    }

    /// How many messages came, how late the one in the middle was, and how much of a core was used.
    pub(super) fn says(mut self) -> String {
        let share = (used() - self.used).as_secs_f64() / self.since.elapsed().as_secs_f64();
        self.late.sort();
        let middle = self.late.get(self.late.len() / 2);
        let middle = middle.map_or("none".into(), |late| format!("{late:.1?} late"));
        let (came, share) = (self.late.len(), share * 100.0);
        format!("{came} messages came, the middle one {middle}; used {share:.1} % of a core")
    }
}

/// The time that cores have worked for this process.
fn used() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
