//! When does a side spin before it sleeps, by a clock of the test's own?

use std::time::{Duration, Instant};

use ramframe_host::wait::spin::{COSTS, FIRST, QUICK, Spins};

/// Far longer than any spin.
const LONG: Duration = Duration::from_secs(1);

/// Between two looks of the clock.
const TURN: Duration = Duration::from_micros(1);

/// A side, and a clock that goes on by a turn for each look.
struct Side {
    spins: Spins,
    now: Instant,
}

impl Side {
    fn new(spins: Spins) -> Self {
        let now = Instant::now();
        Self { spins, now }
    }

    /// Waits for news that comes after `news`, in a spin or in a sleep. Returns how long it has spun.
    fn wait(&mut self, news: Duration) -> Duration {
        let start = self.now;
        if self.spins.begin() {
            while self.now - start < news {
                if !self.spins.lasts(self.now) {
                    break;
                }
                self.now += TURN;
            }
        }
        let spun = self.now - start;
        if spun < news {
            self.spins.slept(news - spun);
            self.now = start + news;
        }
        spun
    }

    /// How many of so many waits spin.
    fn spinning(&mut self, waits: usize, news: Duration) -> usize {
        (0..waits).filter(|_| !self.wait(news).is_zero()).count()
    }
}

#[test]
fn a_side_whose_news_comes_quickly_spins_each_time() {
    let mut side = Side::new(Spins::default());
    assert_eq!(side.spinning(1000, TURN), 1000);
    assert_eq!(side.spinning(1000, FIRST / 2), 1000);
}

#[test]
fn an_idle_side_spins_once_and_not_for_long() {
    let mut side = Side::new(Spins::default());
    let spun = side.wait(LONG);
    assert!(spun >= FIRST && spun <= FIRST + TURN, "{spun:?}");
    assert_eq!(side.spinning(1000, LONG), 0);
}

#[test]
fn news_that_is_late_once_costs_one_more_sleep() {
    let mut side = Side::new(Spins::default());
    assert_eq!(side.spinning(100, TURN), 100);
    side.wait(LONG);
    assert_eq!(side.spinning(1, QUICK / 2), 0, "it sleeps, and wakes soon");
    assert_eq!(side.spinning(100, TURN), 100);
}

/// As on a core that both sides share, where the other side runs only once this one sleeps.
#[test]
fn a_side_for_which_no_spin_pays_hardly_ever_spins() {
    let mut side = Side::new(Spins::default());
    let wait = |side: &mut Side| {
        let start = side.now;
        if side.spins.begin() {
            while side.spins.lasts(side.now) {
                side.now += TURN;
            }
        }
        side.spins.slept(TURN);
        side.now - start
    };
    let spun: Duration = (0..10_000).map(|_| wait(&mut side)).sum();
    assert!(spun < FIRST * 20, "{spun:?} of 10,000 waits");
}

#[test]
fn a_spin_takes_about_as_long_as_sleeps_that_end_quickly() {
    let [shortest, longest] = COSTS;
    for (news, expected) in [
        (Duration::ZERO, shortest),
        (shortest * 3, shortest * 3),
        (longest * 3 / 2, longest),
    ] {
        let mut spins = Spins::default();
        (0..1000).for_each(|_| spins.slept(news));
        let spun = Side::new(spins).wait(LONG);
        assert!(
            spun <= expected + TURN && spun + 2 * TURN >= expected,
            "{spun:?} for {news:?}"
        );
    }
}

#[test]
fn a_time_that_was_set_is_spun_each_time() {
    let time = FIRST * 40;
    let mut side = Side::new(Spins::of(Some(time)));
    for _ in 0..10 {
        let spun = side.wait(LONG);
        assert!(spun >= time && spun <= time + TURN, "{spun:?}");
    }
    assert_eq!(
        Side::new(Spins::of(Some(Duration::ZERO))).spinning(10, TURN),
        0
    );
}

#[test]
fn a_spin_that_is_cut_short_teaches_nothing() {
    let mut spins = Spins::default();
    for _ in 0..10 {
        assert!(spins.begin());
        spins.cut();
    }
}
