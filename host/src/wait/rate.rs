//! How often a sender notifies without a request, and how long a receiver naps.
//!
//! Two halves of one promise. A receiver on a read-only mapping cannot request a notification, so it gets one without;
//! but a system call for every message would be most of a fast sender's time. So a sender leaves out notifications for up to
//! [`WAKE_INTERVAL`] after a real one, and a receiver that had news lately naps no longer than that. Whoever sleeps longer
//! has heard nothing for longer, and the next message notifies it.
//!
//! The one gap is a sender that goes from very many messages at once to a few: it does not look at the clock for each, and
//! may leave out as many notifications as it sent messages in [`LOOK_INTERVAL`] at its former rate, [`MAX_STRIDE`] at most. Such
//! a message is late by at most the silence before it, and in a call that waits by no more than [`NAP_LIMIT`]. A task, a descriptor
//! and a `Select` of very many nap longer: up to one and a half times 1 ms for each of them, or [`NAP_LIMIT`] if that is more. A sender
//! that knows it is going to pause closes the gap with [`WakeLimiter::idle`].
//!
//! Time comes in from outside.

use std::time::{Duration, Instant};

use ramframe_core::wait::Due;

/// After a real notification, unrequested ones are left out for this long.
pub const WAKE_INTERVAL: Duration = Duration::from_micros(100);

/// How often a fast sender looks at the clock, by its rate of late: some 20 ns each, so half a per cent.
pub const LOOK_INTERVAL: Duration = Duration::from_micros(4);

/// The most sends without a look at the clock: what a [`LOOK_INTERVAL`] has of the fastest sends there are, 4 ns each.
pub const MAX_STRIDE: u32 = 1024;

/// The longest nap of a call that waits: the price of a lost notification, and how soon a signal's flag or a removed segment is
/// noticed at the latest.
pub const NAP_LIMIT: Duration = Duration::from_millis(100);

/// The sender's half: whether a notification without a request is due.
#[derive(Clone, Copy, Debug, Default)]
pub struct WakeLimiter {
    /// Sends from the last look to the next.
    stride: u32,
    looked: Option<Instant>,
    notified: Option<Instant>,
}

impl WakeLimiter {
    /// Says whether to notify, and after how many sends to look at the clock again: the next, if they come more than
    /// [`LOOK_INTERVAL`] apart, and for faster ones once in that time.
    pub fn due(&mut self, now: Instant) -> Due {
        self.stride = self.looked.map_or(1, |looked| self.fitting(now - looked));
        self.looked = Some(now);
        let notify = self
            .notified
            .is_none_or(|notified| now - notified >= WAKE_INTERVAL);
        if notify {
            self.notified = Some(now);
        }
        Due {
            notify,
            again: self.stride,
        }
    }

    /// The sender is going to pause: the next look notifies, whenever it comes.
    pub fn idle(&mut self) {
        *self = Self::default();
    }

    /// How many sends make a [`LOOK_INTERVAL`], if the last stride took `took`. At most twice the last stride, so that a
    /// short burst leaves no more sends unlooked than it had.
    fn fitting(&self, took: Duration) -> u32 {
        let took = took.min(LOOK_INTERVAL * MAX_STRIDE).subsec_nanos();
        let sends = LOOK_INTERVAL.subsec_nanos() * self.stride / took.max(1);
        sends.clamp(1, (2 * self.stride).min(MAX_STRIDE))
    }
}

/// The receiver's half: how long the next nap may be.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdleBackoff {
    quiet_since: Option<Instant>,
}

impl IdleBackoff {
    /// Something came.
    #[inline]
    pub fn news(&mut self) {
        self.quiet_since = None;
    }

    /// The longest that a receiver without a request may nap at `now`: [`WAKE_INTERVAL`] while notifications may be left out, then
    /// as long as the silence so far, up to [`NAP_LIMIT`].
    pub fn limit(&mut self, now: Instant) -> Duration {
        let quiet = now - *self.quiet_since.get_or_insert(now);
        quiet.clamp(WAKE_INTERVAL, NAP_LIMIT)
    }
}
