//! A receiver that died holds up nobody, and the next one on its line learns exactly what was lost.

use ramframe_core::channel::{Backpressure, Channel, ChannelStatus, Receiver};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::RegionMut;

use super::between::at_each_access;
use super::interrupted::{Interrupted, Interruption};
use super::{Bench, Maker, Rx, Tx, die, dies};
use crate::support::{Flat, Miss};

const ONE: Geometry = Geometry::backpressure(4, 48, 1);

fn reclaim<M: Maker>(bench: &Bench<M>) -> Receiver<impl RegionMut, Backpressure> {
    Channel::backpressure(bench.memory.receiver())
        .reclaim(0)
        .unwrap()
}

pub(crate) fn dropping_for_it_frees_the_sender<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    bench.send(&mut sender, 0..4);
    assert!(sender.try_send(b"no room").is_err());
    assert_eq!(reclaim(&bench).discard_pending().flat(), Ok(4));
    bench.send(&mut sender, 4..8);
}

pub(crate) fn the_next_receiver_is_told_how_many<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    bench.send(&mut sender, 0..4);
    let mut first = bench.receiver::<Backpressure>();
    assert_eq!(bench.take(&mut first), Ok(0));
    drop(first);
    assert_eq!(reclaim(&bench).discard_pending().flat(), Ok(3));
    let reader = bench.memory.reader();
    let untold = || {
        let status = ChannelStatus::of(&reader).unwrap();
        status.receiver(&reader, 0).unwrap().discarded
    };
    assert_eq!(untold(), 3);
    bench.send(&mut sender, 4..6);
    assert_eq!(untold(), 3);
    let mut next = bench.receiver::<Backpressure>();
    assert_eq!(bench.take(&mut next), Err(Miss::Lagged(3)));
    assert_eq!(untold(), 3);
    assert_eq!(bench.take(&mut next), Ok(4));
    assert_eq!(untold(), 0);
    assert_eq!(bench.take(&mut next), Ok(5));
    assert_eq!(bench.take(&mut next), Err(Miss::Empty));
}

pub(crate) fn a_batch_of_no_message_leaves_it_to_be_told<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    bench.send(&mut sender, 0..4);
    reclaim(&bench).discard_pending().flat().unwrap();
    let mut next = bench.receiver::<Backpressure>();
    assert_eq!(next.take_all(0), (vec![], Ok(())));
    assert_eq!(next.take_all(9), (vec![], Err(Miss::Lagged(4))));
}

pub(crate) fn it_is_told_though_there_is_no_message<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    bench.send(&mut bench.sender::<Backpressure>(), 0..4);
    reclaim(&bench).discard_pending().flat().unwrap();
    let mut next = bench.receiver::<Backpressure>();
    assert_eq!(bench.take(&mut next), Err(Miss::Lagged(4)));
    assert_eq!(bench.take(&mut next), Err(Miss::Empty));
}

pub(crate) fn it_is_told_before_anything_is_skipped<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    bench.send(&mut sender, 0..4);
    reclaim(&bench).discard_pending().flat().unwrap();
    bench.send(&mut sender, 4..6);
    let mut next = bench.receiver::<Backpressure>();
    assert_eq!(next.skip().flat(), Err(Miss::Lagged(4)));
    assert_eq!(next.skip().flat(), Ok(M::FIRST + 4));
    drop(next);
    let mut last = bench.receiver::<Backpressure>();
    assert_eq!(bench.take(&mut last), Ok(5));
}

pub(crate) fn it_is_told_once<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    bench.send(&mut sender, 0..4);
    reclaim(&bench).discard_pending().flat().unwrap();
    let mut next = bench.receiver::<Backpressure>();
    assert_eq!(bench.take(&mut next), Err(Miss::Lagged(4)));
    assert_eq!(bench.take(&mut next), Err(Miss::Empty));
    bench.send(&mut sender, 4..6);
    assert_eq!(bench.take(&mut next), Ok(4));
    drop(next);
    assert_eq!(bench.take(&mut bench.receiver::<Backpressure>()), Ok(5));
}

pub(crate) fn it_is_told_again_if_nothing_was_taken_since<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    bench.send(&mut sender, 0..4);
    reclaim(&bench).discard_pending().flat().unwrap();
    bench.send(&mut sender, 4..5);
    for _ in 0..3 {
        let mut next = bench.receiver::<Backpressure>();
        assert_eq!(bench.take(&mut next), Err(Miss::Lagged(4)));
    }
    let mut next = Channel::backpressure(bench.memory.receiver())
        .receiver(0)
        .unwrap();
    assert_eq!(bench.take(&mut next), Err(Miss::Lagged(4)));
    assert_eq!(
        next.discard_pending().flat(),
        Ok(1),
        "what was told before does not count again"
    );
    assert_eq!(bench.take(&mut next), Err(Miss::Lagged(1)));
    bench.send(&mut sender, 5..6);
    assert_eq!(bench.take(&mut next), Ok(5));
}

pub(crate) fn what_several_stand_ins_dropped_is_added<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    for round in 0..3 {
        bench.send(&mut sender, round * 4..round * 4 + 4);
        let mut reclaim = reclaim(&bench);
        assert_eq!(reclaim.discard_pending().flat(), Ok(4));
        assert_eq!(reclaim.discard_pending().flat(), Ok(0));
    }
    drop(bench.receiver::<Backpressure>());
    let mut next = bench.receiver::<Backpressure>();
    assert_eq!(bench.take(&mut next), Err(Miss::Lagged(12)));
}

pub(crate) fn a_receiver_that_drops_and_goes_on_is_told_too<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    bench.send(&mut sender, 0..3);
    let mut receiver = Channel::backpressure(bench.memory.receiver())
        .receiver(0)
        .unwrap();
    assert_eq!(receiver.discard_pending().flat(), Ok(3));
    bench.send(&mut sender, 3..5);
    assert_eq!(bench.take(&mut receiver), Err(Miss::Lagged(3)));
    assert_eq!(bench.take(&mut receiver), Ok(3));
    drop(receiver);
    let mut next = bench.receiver::<Backpressure>();
    assert_eq!(bench.take(&mut next), Ok(4), "told, so not told again");
}

pub(crate) fn dropping_nothing_leaves_no_trace<M: Maker>() {
    let bench = Bench::<M>::new(ONE);
    let mut sender = bench.sender::<Backpressure>();
    assert_eq!(reclaim(&bench).discard_pending().flat(), Ok(0));
    bench.send(&mut sender, 0..1);
    assert_eq!(bench.take(&mut bench.receiver::<Backpressure>()), Ok(0));
}

pub(crate) fn the_others_are_not_touched<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 2));
    let mut sender = bench.sender::<Backpressure>();
    let mut other = Channel::backpressure(bench.memory.receiver())
        .receiver(1)
        .unwrap();
    bench.send(&mut sender, 0..4);
    assert_eq!(reclaim(&bench).discard_pending().flat(), Ok(4));
    for number in 0..4 {
        assert_eq!(bench.take(&mut other), Ok(number));
    }
}

/// Of every message sent the next receiver hears, once: that it is there, or that it was dropped.
pub(crate) fn it_is_told_exactly_though_the_stand_in_died<M: Maker>() {
    at_each_access(|at| {
        let bench = Bench::<M>::new(ONE);
        let mut sender = bench.sender::<Backpressure>();
        bench.send(&mut sender, 0..4);
        bench.take(&mut bench.receiver::<Backpressure>()).unwrap();
        let by = Interruption::none();
        let region = Interrupted::new(bench.memory.receiver(), &by);
        let died = dies(|| {
            let mut reclaim = Channel::backpressure(region).reclaim(0).unwrap();
            by.before(at, die);
            reclaim.discard_pending().flat().unwrap();
        });
        let mut next = bench.receiver::<Backpressure>();
        let mut heard = 1;
        loop {
            match bench.take(&mut next) {
                Ok(number) => assert_eq!(number, heard),
                Err(Miss::Lagged(count)) => heard += count - 1,
                Err(error) => break assert_eq!(error, Miss::Empty),
            }
            heard += 1;
        }
        assert_eq!(heard, 4);
        died
    });
}

/// What was dropped may be told again, with the first message behind it; nothing else counts as dropped.
pub(crate) fn it_is_told_exactly_though_the_receiver_died<M: Maker>() {
    at_each_access(|at| {
        let bench = Bench::<M>::new(ONE);
        let mut sender = bench.sender::<Backpressure>();
        bench.send(&mut sender, 0..4);
        reclaim(&bench).discard_pending().flat().unwrap();
        bench.send(&mut sender, 4..6);
        let by = Interruption::none();
        let region = Interrupted::new(bench.memory.receiver(), &by);
        let died = dies(|| {
            let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
            assert_eq!(bench.take(&mut receiver), Err(Miss::Lagged(4)));
            by.before(at, die);
            assert_eq!(bench.take(&mut receiver), Ok(4));
        });
        let mut next = bench.receiver::<Backpressure>();
        let mut heard = bench.take(&mut next);
        if heard == Err(Miss::Lagged(4)) {
            heard = bench.take(&mut next);
            assert_eq!(heard, Ok(4));
        }
        if heard == Ok(4) {
            heard = bench.take(&mut next);
        }
        assert_eq!(heard, Ok(5));
        died
    });
}
