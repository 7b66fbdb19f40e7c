//! What holds when the sender never waits?

use ramframe_core::channel::{Channel, Overwrite, Start};
use ramframe_core::geometry::Geometry;

use super::dying::{DyingRegion, Life};
use super::{Bench, Maker, Rx, message};
use crate::support::{Flat, Miss};

const EIGHT: Geometry = Geometry::overwrite(8, 48);

/// A receiver that looks from where it can only read.
fn reading<M: Maker>(bench: &Bench<M>, start: Start) -> impl Rx {
    Channel::overwrite(bench.memory.reader())
        .receiver(start)
        .unwrap()
}

pub(crate) fn the_sender_never_waits<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::overwrite(2, 48));
    bench.send(&mut bench.sender::<Overwrite>(), 0..500);
}

pub(crate) fn a_lapped_receiver_learns_exactly_how_many_it_missed<M: Maker>() {
    let bench = Bench::<M>::new(EIGHT);
    let mut sender = bench.sender::<Overwrite>();
    let mut receiver = bench.receiver::<Overwrite>();
    bench.send(&mut sender, 0..20);
    assert_eq!(bench.take(&mut receiver), Err(Miss::Lagged(12)));
    for number in 12..20 {
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
    assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
}

pub(crate) fn every_lag_is_counted<M: Maker>() {
    for lag in 0..40_u64 {
        let bench = Bench::<M>::new(EIGHT);
        let mut sender = bench.sender::<Overwrite>();
        let mut receiver = bench.receiver::<Overwrite>();
        bench.send(&mut sender, 0..3);
        assert_eq!(bench.take(&mut receiver), Ok(0));
        bench.send(&mut sender, 3..3 + lag);
        let oldest = (3 + lag).saturating_sub(8).max(1);
        if oldest > 1 {
            let missed = bench.take(&mut receiver);
            assert_eq!(missed, Err(Miss::Lagged(oldest - 1)));
        }
        for number in oldest..3 + lag {
            assert_eq!(bench.take(&mut receiver), Ok(number));
        }
        assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    }
}

pub(crate) fn skipping_a_message_that_is_gone_says_so<M: Maker>() {
    let bench = Bench::<M>::new(EIGHT);
    let mut receiver = bench.receiver::<Overwrite>();
    bench.send(&mut bench.sender::<Overwrite>(), 0..11);
    assert_eq!(receiver.skip().flat(), Err(Miss::Lagged(3)));
    assert_eq!(receiver.skip().flat(), Ok(M::FIRST + 3));
    assert_eq!(bench.take(&mut receiver), Ok(4));
}

pub(crate) fn looking_at_the_newest_misses_nothing<M: Maker>() {
    let bench = Bench::<M>::new(EIGHT);
    let mut sender = bench.sender::<Overwrite>();
    let mut receiver = bench.receiver::<Overwrite>();
    bench.send(&mut sender, 0..20);
    assert_eq!(bench.latest(&mut receiver), Ok(19));
    assert_eq!(bench.take(&mut receiver), Err(Miss::Lagged(12)));
    while bench.take(&mut receiver).is_ok() {}
    assert_eq!(bench.latest(&mut receiver), Ok(19), "again and again");
}

pub(crate) fn there_is_no_newest_before_the_first<M: Maker>() {
    let bench = Bench::<M>::new(EIGHT);
    let _sender = bench.sender::<Overwrite>();
    let mut receiver = bench.receiver::<Overwrite>();
    if M::FIRST == 0 {
        assert_eq!(bench.latest(&mut receiver), Err(Miss::Empty));
    }
}

pub(crate) fn a_message_being_overwritten_is_missed<M: Maker>() {
    for stores in 2..=11 {
        let bench = Bench::<M>::new(EIGHT);
        let mut receiver = bench.receiver::<Overwrite>();
        let life = Life::whole();
        let dying = DyingRegion::new(bench.memory.sender(), &life);
        let mut sender = Channel::overwrite(dying).sender().unwrap();
        bench.send(&mut sender, 0..10);
        // The next message is 40 bytes, in 5 stores, between three pairs: the sender stops before it publishes, or before it
        // moves the head. The low half of the stamp comes second.
        life.leave(stores);
        bench.send(&mut sender, 10..11);
        assert_eq!(bench.take(&mut receiver), Err(Miss::Lagged(3)));
        assert_eq!(bench.take(&mut receiver), Ok(3), "after {stores} stores");
    }
}

pub(crate) fn the_newest_is_the_last_that_is_complete<M: Maker>() {
    for stores in 0..=12 {
        let bench = Bench::<M>::new(Geometry::overwrite(2, 48));
        let life = Life::whole();
        let dying = DyingRegion::new(bench.memory.sender(), &life);
        let mut sender = Channel::overwrite(dying).sender().unwrap();
        bench.send(&mut sender, 0..4);
        life.leave(stores);
        bench.send(&mut sender, 4..5);
        let published = stores >= 2 + message(4).len() / 8 + 4;
        let newest = if published { 4 } else { 3 };
        assert_eq!(bench.latest(&mut reading(&bench, Start::Next)), Ok(newest));
    }
}

pub(crate) fn any_number_of_receivers_read_the_same<M: Maker>() {
    let bench = Bench::<M>::new(EIGHT);
    let mut sender = bench.sender::<Overwrite>();
    let mut readers: Vec<_> = (0..5).map(|_| reading(&bench, Start::Next)).collect();
    for number in 0..30 {
        bench.send(&mut sender, number..number + 1);
        for reader in &mut readers {
            assert_eq!(bench.take(reader), Ok(number));
        }
    }
}

pub(crate) fn a_slow_receiver_holds_nobody<M: Maker>() {
    let bench = Bench::<M>::new(EIGHT);
    let mut sender = bench.sender::<Overwrite>();
    let (mut quick, mut slow) = (reading(&bench, Start::Next), reading(&bench, Start::Next));
    for number in 0..30 {
        bench.send(&mut sender, number..number + 1);
        assert_eq!(bench.take(&mut quick), Ok(number));
    }
    assert_eq!(bench.take(&mut slow), Err(Miss::Lagged(22)));
    assert_eq!(bench.take(&mut slow), Ok(22));
}

pub(crate) fn a_late_joiner_starts_with_the_oldest_still_there<M: Maker>() {
    let bench = Bench::<M>::new(EIGHT);
    bench.send(&mut bench.sender::<Overwrite>(), 0..20);
    let mut late = reading(&bench, Start::Oldest);
    for number in 12..20 {
        assert_eq!(bench.take(&mut late), Ok(number));
    }
    assert_eq!(bench.take(&mut late), Err(Miss::Empty));
}

pub(crate) fn a_late_joiner_may_start_with_the_next<M: Maker>() {
    let bench = Bench::<M>::new(EIGHT);
    let mut sender = bench.sender::<Overwrite>();
    bench.send(&mut sender, 0..5);
    let mut late = reading(&bench, Start::Next);
    assert_eq!(bench.take(&mut late), Err(Miss::Empty));
    bench.send(&mut sender, 5..6);
    assert_eq!(bench.take(&mut late), Ok(5));
}
