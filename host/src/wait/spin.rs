//! How long a side spins before it sleeps, and when it does not spin at all.
//!
//! A sleep and a wake take 5 to 50 µs, a look some 20 ns. So a side whose news comes quickly spins first, for about as long as a
//! sleep and a wake cost here: then it never spends more than twice what the better choice costs. A side learns from each wait:
//!
//! - A spin that found news: the next wait spins too. No clock is read for it.
//! - A spin in vain: the next wait sleeps at once. So an idle side spins once in its life.
//! - A sleep shorter than [`QUICK`]: a spin might have found the news, so the next wait tries one. After `n` spins in vain about one
//!   wait in 2ⁿ tries, at last one in 1,024. So where a spin cannot pay, because the other side needs the same core or takes too long,
//!   spinning costs next to nothing.
//!
//! Nobody is asked on which cores the sides may run: two sides that have one core each do well to spin, two sides on one core
//! do not, and both see the same answer of the kernel.
//!
//! Time comes in from outside.

use std::time::{Duration, Instant};

use super::rate::NAP_LIMIT;

/// The longest spin before anything was learned.
pub const FIRST: Duration = Duration::from_micros(50);

/// The shortest and the longest that a sleep and a wake are believed to cost.
pub const COSTS: [Duration; 2] = [Duration::from_micros(10), Duration::from_micros(100)];

/// A wait that ends sooner might have been a spin.
pub const QUICK: Duration = Duration::from_micros(200);

/// A clock is read once in so many looks, some 20 ns each.
pub const CLOCK_LOOKS: u32 = 64;

/// Of this many waits that end quickly, as a power of two, one tries a spin where none has paid.
const MOST_MISSES: u32 = 10;

/// What one side has learned about its waits.
#[derive(Clone, Copy, Debug)]
pub struct Spins {
    /// Each wait spins this long, whatever comes of it; `None` to learn.
    fixed: Option<Duration>,
    /// What a sleep and a wake cost.
    cost: Duration,
    is_spinning: bool,
    since: Option<Instant>,
    /// Whether the last wait ended quickly.
    is_quick: bool,
    misses: u32,
    /// How many waits that end quickly are to pass before the next spin, that of the spin in vain included.
    rest: u32,
}

impl Default for Spins {
    fn default() -> Self {
        Self {
            fixed: None,
            cost: FIRST,
            is_spinning: false,
            since: None,
            is_quick: true,
            misses: 0,
            rest: 0,
        }
    }
}

impl Spins {
    /// One that always spins for this time before it sleeps, at most [`NAP_LIMIT`]; zero never spins. `None` learns.
    pub fn of(time: Option<Duration>) -> Self {
        Self {
            fixed: time.map(|time| time.min(NAP_LIMIT)),
            ..Self::default()
        }
    }

    /// How long a nap behind a spin may be: both together take [`NAP_LIMIT`] at most.
    pub fn nap_limit(&self) -> Duration {
        NAP_LIMIT.saturating_sub(self.fixed.unwrap_or_default())
    }

    /// A wait begins: whether it spins.
    #[inline]
    pub fn begin(&mut self) -> bool {
        if self.is_spinning {
            self.hit();
        }
        self.since = None;
        self.is_spinning = match self.fixed {
            Some(time) => !time.is_zero(),
            None => self.is_quick && self.rest == 0,
        };
        self.is_spinning
    }

    /// Some [`CLOCK_LOOKS`] looks later: whether the spin goes on at `now`.
    pub fn lasts(&mut self, now: Instant) -> bool {
        let spent = now - *self.since.get_or_insert(now);
        let lasts = spent < self.fixed.unwrap_or(self.cost);
        if !lasts {
            self.miss();
        }
        lasts
    }

    /// The spin ends before its time, and nothing is learned.
    pub fn cut(&mut self) {
        self.is_spinning = false;
    }

    /// A sleep took this long.
    pub fn slept(&mut self, took: Duration) {
        self.is_quick = took < QUICK;
        if self.is_quick {
            self.rest = self.rest.saturating_sub(1);
            let [shortest, longest] = COSTS;
            self.cost = ((7 * self.cost + took) / 8).clamp(shortest, longest);
        }
    }

    /// The last spin found news.
    #[inline]
    fn hit(&mut self) {
        self.is_quick = true;
        self.misses = self.misses.saturating_sub(1);
    }

    /// The spin was in vain.
    fn miss(&mut self) {
        self.is_spinning = false;
        self.is_quick = false;
        self.misses = MOST_MISSES.min(self.misses + 1);
        self.rest = (1 << self.misses) - 1;
    }
}
