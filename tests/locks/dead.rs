//! Which receiver is dead, and when does the sender drop what it holds up?

use std::time::{Duration, Instant};

use ramframe_host::sender::dead::{DeadReceiver, Dropped, ReceiverSlot, Watch};

const LIMIT: Duration = Duration::from_secs(2);
const MOMENT: Duration = Duration::from_nanos(1);

/// What a watch says of a seat, once it has looked at it.
fn is_due(watch: &mut Watch, policy: DeadReceiver, seat: ReceiverSlot, now: Instant) -> bool {
    watch.look(seat, now);
    watch.is_due(policy, now)
}

fn seat(attach_count: u32, detached: bool, held: bool) -> ReceiverSlot {
    ReceiverSlot {
        attach_count,
        detached,
        held,
    }
}

#[test]
fn only_a_joined_seat_that_nobody_holds_or_left_is_dead() {
    for bits in 0..8 {
        let seat = seat(bits >> 2, bits & 2 != 0, bits & 1 != 0);
        assert_eq!(seat.dead(), bits == 4, "{seat:?}");
    }
}

#[test]
fn its_messages_are_dropped_when_it_has_been_dead_long_enough() {
    let start = Instant::now();
    let dead = seat(1, false, false);
    for (policy, after, due) in [
        (DeadReceiver::Wait, Duration::ZERO, false),
        (DeadReceiver::Wait, LIMIT * 1000, false),
        (DeadReceiver::DropAfter(LIMIT), Duration::ZERO, false),
        (DeadReceiver::DropAfter(LIMIT), LIMIT - MOMENT, false),
        (DeadReceiver::DropAfter(LIMIT), LIMIT, true),
        (DeadReceiver::DropAfter(LIMIT), LIMIT * 1000, true),
        (
            DeadReceiver::DropAfter(Duration::ZERO),
            Duration::ZERO,
            true,
        ),
    ] {
        let mut watch = Watch::default();
        watch.look(dead, start);
        assert_eq!(
            is_due(&mut watch, policy, dead, start + after),
            due,
            "{policy:?} {after:?}"
        );
    }
}

#[test]
fn whoever_comes_back_or_leaves_starts_the_clock_anew() {
    let start = Instant::now();
    let policy = DeadReceiver::DropAfter(LIMIT);
    let dead = seat(1, false, false);
    for other in [
        seat(1, false, true),
        seat(1, true, false),
        seat(0, false, false),
    ] {
        let mut watch = Watch::default();
        assert!(!is_due(&mut watch, policy, dead, start));
        assert!(
            !is_due(&mut watch, policy, other, start + LIMIT),
            "{other:?}"
        );
        assert!(!is_due(&mut watch, policy, dead, start + LIMIT));
        assert!(is_due(&mut watch, policy, dead, start + LIMIT * 2));
    }
}

#[test]
fn the_next_one_has_a_clock_of_its_own_though_nobody_saw_it_alive() {
    let start = Instant::now();
    let policy = DeadReceiver::DropAfter(LIMIT);
    let mut watch = Watch::default();
    assert!(!is_due(&mut watch, policy, seat(1, false, false), start));
    let next = seat(2, false, false);
    let later = start + LIMIT * 1000;
    assert!(!is_due(&mut watch, policy, next, later));
    assert!(is_due(&mut watch, policy, next, later + LIMIT));
}

#[test]
fn a_death_is_told_once_and_what_follows_is_counted() {
    let now = Instant::now();
    let mut watch = Watch::default();
    watch.look(seat(1, false, false), now);
    assert!(watch.count(3));
    assert!(!watch.count(4));
    assert_eq!(watch.dropped(), Dropped { total: 7, told: 3 });
    watch.look(seat(2, false, false), now);
    assert!(watch.count(1), "another one has died");
    assert_eq!(watch.dropped(), Dropped { total: 8, told: 4 });
}
