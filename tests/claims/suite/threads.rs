//! Do the claims hold with both sides at work at once? A smoke test: loom shows the orders, this shows the machine.

use std::thread;

use ramframe_core::channel::{Backpressure, Overwrite};
use ramframe_core::geometry::Geometry;

use super::{Bench, Maker, Rx, Side, Tx, message};
use crate::support::{FlatMessage, Miss};

/// A 2-core machine at work on other things does this in well under a second.
const MESSAGES: u64 = 10_000;

/// Far more steps than a receiver needs that yields when there is nothing.
const STEPS: u64 = 1 << 26;

/// Receives until Closed; returns how many arrived and how many were missed. Checks order, content, and counts.
fn receive_all<M: Maker>(bench: &Bench<M>, receiver: &mut impl Rx) -> (u64, u64) {
    let (mut arrived, mut missed) = (0, 0);
    for _ in 0..STEPS {
        match bench.take(receiver) {
            Ok(number) => {
                assert_eq!(number, arrived + missed, "each message once, in order");
                arrived += 1;
            }
            Err(Miss::Lagged(count)) => missed += count,
            Err(Miss::Closed) => return (arrived, missed),
            Err(Miss::Empty | Miss::Busy) => thread::yield_now(),
            Err(other) => panic!("{other:?} after {arrived}"),
        }
    }
    panic!("stuck after {arrived}");
}

pub(crate) fn no_message_is_lost_between_two_threads<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(8, 48, 1));
    let (mut sender, mut receiver) = (
        bench.sender::<Backpressure>(),
        bench.receiver::<Backpressure>(),
    );
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..MESSAGES {
                while sender.try_send(&message(number)).is_err() {
                    thread::yield_now();
                }
            }
            sender.close();
        });
        assert_eq!(receive_all(&bench, &mut receiver), (MESSAGES, 0));
    });
}

/// Sends in bursts, so that the receiver now keeps up and now is lapped.
fn burst<P: Side>(mut sender: impl Tx, slots: u64) {
    for number in 0..MESSAGES {
        sender.try_send(&message(number)).unwrap();
        if number % (slots * 32) == 0 {
            thread::yield_now();
        }
    }
    sender.close();
}

pub(crate) fn no_message_is_torn_between_two_threads<M: Maker>() {
    for slots in [2, 8] {
        let bench = Bench::<M>::new(Geometry::overwrite(slots, 48));
        let sender = bench.sender::<Overwrite>();
        let mut receiver = bench.receiver::<Overwrite>();
        thread::scope(|scope| {
            scope.spawn(move || burst::<Overwrite>(sender, u64::from(slots)));
            let (arrived, missed) = receive_all(&bench, &mut receiver);
            assert_eq!(arrived + missed, MESSAGES);
        });
    }
}

pub(crate) fn the_newest_never_goes_back_between_two_threads<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::overwrite(4, 48));
    let sender = bench.sender::<Overwrite>();
    let mut receiver = bench.receiver::<Overwrite>();
    thread::scope(|scope| {
        scope.spawn(move || burst::<Overwrite>(sender, 4));
        let mut newest = 0;
        for _ in 0..STEPS {
            match newest_at(&bench, &mut receiver) {
                Some(number) => {
                    assert!(number >= newest, "{number} after {newest}");
                    newest = number;
                }
                None => thread::yield_now(),
            }
            if newest == MESSAGES - 1 {
                return;
            }
        }
        panic!("stuck at {newest}");
    });
}

/// The number of the newest message, if it is one of this test's.
fn newest_at<M: Maker>(bench: &Bench<M>, receiver: &mut impl Rx) -> Option<u64> {
    let mut buffer = [0; 64];
    match receiver.latest(&mut buffer).header() {
        Ok(header) if header.sequence < M::FIRST => None,
        Ok(header) => Some(bench.number(header, &buffer)),
        Err(Miss::Empty | Miss::Busy) => None,
        Err(other) => panic!("{other:?}"),
    }
}
