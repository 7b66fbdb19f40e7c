//! How often does a sender ring unasked, and how long does a receiver nap, by a clock of the test's own?

use std::time::{Duration, Instant};

use ramframe_host::wait::rate::{
    IdleBackoff, LOOK_INTERVAL, MAX_STRIDE, NAP_LIMIT, WAKE_INTERVAL, WakeLimiter,
};

/// A gate, and a clock that goes on by a step for each send.
struct Sender {
    gate: WakeLimiter,
    now: Instant,
    /// Sends before the next that asks.
    left: u32,
    looks: u32,
}

impl Sender {
    fn new() -> Self {
        Self {
            gate: WakeLimiter::default(),
            now: Instant::now(),
            left: 1,
            looks: 0,
        }
    }

    /// Sends `times`, one every `each`, and says how often it rang.
    fn send(&mut self, times: u32, each: Duration) -> u32 {
        (0..times)
            .filter(|_| {
                self.now += each;
                self.left -= 1;
                self.left == 0 && {
                    let due = self.gate.due(self.now);
                    self.left = due.again;
                    self.looks += 1;
                    due.notify
                }
            })
            .count()
            .try_into()
            .unwrap()
    }
}

const fn ns(nanos: u64) -> Duration {
    Duration::from_nanos(nanos)
}

#[test]
fn the_first_send_rings() {
    assert_eq!(Sender::new().send(1, ns(0)), 1);
}

#[test]
fn slow_sends_all_ring() {
    let mut sender = Sender::new();
    assert_eq!(sender.send(1000, WAKE_INTERVAL), 1000);
    assert_eq!(sender.looks, 1000);
}

#[test]
fn rings_come_once_an_interval_and_not_more() {
    const SENDS: u32 = 1_000_000;
    for each in [ns(30), ns(300), ns(3_000), ns(30_000)] {
        let rings = u128::from(Sender::new().send(SENDS, each));
        let time = (each * SENDS).as_nanos();
        let most = time / WAKE_INTERVAL.as_nanos() + 1;
        let fewest = time / (WAKE_INTERVAL + LOOK_INTERVAL + each).as_nanos();
        assert!((fewest..=most).contains(&rings), "{each:?}: {rings}");
    }
}

#[test]
fn fast_sends_seldom_look_at_the_clock() {
    const SENDS: u32 = 1_000_000;
    for (each, strides) in [
        (ns(1), MAX_STRIDE),
        (ns(15), 266),
        (ns(400), 10),
        (ns(4_000), 1),
    ] {
        let mut sender = Sender::new();
        sender.send(SENDS, each);
        let looks = SENDS / strides;
        assert!(
            (looks..looks + 20).contains(&sender.looks),
            "{each:?}: {}",
            sender.looks
        );
    }
}

#[test]
fn a_burst_leaves_no_more_rings_out_than_it_had_sends() {
    for burst in [1, 2, 5, 20, 1000] {
        let mut sender = Sender::new();
        sender.send(burst, ns(10));
        let missed = (0..1000)
            .take_while(|_| sender.send(1, NAP_LIMIT) == 0)
            .count();
        let most = burst.min(MAX_STRIDE);
        assert!(u32::try_from(missed).unwrap() <= most, "{burst}: {missed}");
    }
}

#[test]
fn a_sender_that_said_it_pauses_rings_with_its_next() {
    let mut sender = Sender::new();
    sender.send(1000, ns(10));
    // As `Sender::notify_now` does.
    sender.gate.idle();
    sender.left = 1;
    assert_eq!(sender.send(1, ns(10)), 1);
}

#[test]
fn naps_are_short_after_news_and_grow_with_the_silence() {
    let start = Instant::now();
    let mut naps = IdleBackoff::default();
    for (quiet, nap) in [
        (ns(0), WAKE_INTERVAL),
        (WAKE_INTERVAL, WAKE_INTERVAL),
        (2 * WAKE_INTERVAL, 2 * WAKE_INTERVAL),
        (NAP_LIMIT / 3, NAP_LIMIT / 3),
        (NAP_LIMIT, NAP_LIMIT),
        (1000 * NAP_LIMIT, NAP_LIMIT),
    ] {
        assert_eq!(naps.limit(start + quiet), nap, "{quiet:?}");
    }
    naps.news();
    assert_eq!(naps.limit(start + 2000 * NAP_LIMIT), WAKE_INTERVAL);
}

#[test]
fn ten_idle_seconds_are_few_naps() {
    let start = Instant::now();
    let mut naps = IdleBackoff::default();
    let nap = |now: &Instant| Some(*now + naps.limit(*now));
    let woken = std::iter::successors(Some(start), nap)
        .take_while(|now| *now < start + Duration::from_secs(10))
        .count();
    assert!((100..130).contains(&woken), "{woken}");
}
