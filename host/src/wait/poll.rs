//! How often a side looks at memory where nobody wakes it.
//!
//! Behind a mapped file there may be another machine, and no futex reaches across; and a side may have said that it never
//! notifies. So a side looks again and again, at a pace that follows the silence: for [`SPIN`] without a pause, for [`YIELD`]
//! letting others run between two looks, then sleeping between them for an eighth of the silence so far, at least [`MIN_SLEEP`] and
//! at most [`MAX_SLEEP`].
//!
//! What that costs: what comes after a silence is late by an eighth of it at most, by no more than [`MAX_SLEEP`], and by
//! what the kernel adds to a sleep, some 60 µs. Each silence costs a core for its first [`YIELD`]; a lasting one
//! costs 500 looks a second, 20 to 40 µs each where a virtual core must wake: one or two per cent.
//!
//! Time comes in from outside.

use std::time::{Duration, Instant};

/// How long a side looks without a pause: about what going to sleep and waking up would take.
pub const SPIN: Duration = Duration::from_micros(20);

/// From here on a side sleeps between two looks.
pub const YIELD: Duration = Duration::from_micros(100);

/// The shortest sleep: the kernel rounds shorter ones up to about this.
pub const MIN_SLEEP: Duration = Duration::from_micros(50);

/// The longest sleep, and so the most that a message waits for a look.
pub const MAX_SLEEP: Duration = Duration::from_millis(2);

/// What to do before the next look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Nothing: look at once.
    Spin,
    /// Let others run who want to.
    Yield,
    /// Sleep for this long.
    Sleep(Duration),
}

/// The pace of one side.
#[derive(Clone, Copy, Debug, Default)]
pub struct PollBackoff {
    quiet_since: Option<Instant>,
}

impl PollBackoff {
    /// Something came: the next looks follow each other closely again.
    #[inline]
    pub fn news(&mut self) {
        self.quiet_since = None;
    }

    /// What to do at `now`, after a look in vain.
    pub fn pause(&mut self, now: Instant) -> Pause {
        let quiet = now - *self.quiet_since.get_or_insert(now);
        if quiet < SPIN {
            Pause::Spin
        } else if quiet < YIELD {
            Pause::Yield
        } else {
            Pause::Sleep((quiet / 8).clamp(MIN_SLEEP, MAX_SLEEP))
        }
    }
}
