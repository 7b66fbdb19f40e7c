//! Which receiver is dead, and when does the sender stand in for it?

use std::time::{Duration, Instant};

use ramframe_host::dead::{DeadReceiver, Seat, Step, Watch};

const LIMIT: Duration = Duration::from_secs(2);
const MOMENT: Duration = Duration::from_nanos(1);

fn seat(joined: u32, left: bool, held: bool) -> Seat {
    Seat { joined, left, held }
}

#[test]
fn only_a_joined_seat_that_nobody_holds_or_left_is_dead() {
    for bits in 0..8 {
        let seat = seat(bits >> 2, bits & 2 != 0, bits & 1 != 0);
        assert_eq!(seat.dead(), bits == 4, "{seat:?}");
    }
}

#[test]
fn it_is_stood_in_for_when_it_has_been_dead_long_enough() {
    let start = Instant::now();
    let dead = seat(1, false, false);
    for (policy, after, step) in [
        (DeadReceiver::Wait, Duration::ZERO, Step::Wait),
        (DeadReceiver::Wait, LIMIT * 1000, Step::Wait),
        (DeadReceiver::DropAfter(LIMIT), Duration::ZERO, Step::Wait),
        (DeadReceiver::DropAfter(LIMIT), LIMIT - MOMENT, Step::Wait),
        (DeadReceiver::DropAfter(LIMIT), LIMIT, Step::StandIn),
        (DeadReceiver::DropAfter(LIMIT), LIMIT * 1000, Step::StandIn),
        (
            DeadReceiver::DropAfter(Duration::ZERO),
            Duration::ZERO,
            Step::StandIn,
        ),
    ] {
        let mut watch = Watch::default();
        watch.look(policy, dead, start);
        assert_eq!(
            watch.look(policy, dead, start + after),
            step,
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
        assert_eq!(watch.look(policy, dead, start), Step::Wait);
        assert_eq!(
            watch.look(policy, other, start + LIMIT),
            Step::Wait,
            "{other:?}"
        );
        assert_eq!(watch.look(policy, dead, start + LIMIT), Step::Wait);
        assert_eq!(watch.look(policy, dead, start + LIMIT * 2), Step::StandIn);
    }
}

#[test]
fn the_next_one_has_a_clock_of_its_own_though_nobody_saw_it_alive() {
    let start = Instant::now();
    let policy = DeadReceiver::DropAfter(LIMIT);
    let mut watch = Watch::default();
    assert_eq!(watch.look(policy, seat(1, false, false), start), Step::Wait);
    let next = seat(2, false, false);
    let later = start + LIMIT * 1000;
    assert_eq!(watch.look(policy, next, later), Step::Wait);
    assert_eq!(watch.look(policy, next, later + LIMIT), Step::StandIn);
}
