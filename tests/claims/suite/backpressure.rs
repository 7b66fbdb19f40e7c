//! What holds when nothing may be lost.

use ramframe_core::channel::{AttachError, Backpressure, Channel, Corruption, SendError, Sender};
use ramframe_core::geometry::{CONSUMED, Geometry};
use ramframe_core::region::RegionMut;

use super::{Bench, Maker, Rx, Tx, message, plant, tagged};
use crate::support::{Flat, Miss};

const THREE: Geometry = Geometry::backpressure(4, 48, 3);

fn sender<M: Maker>(bench: &Bench<M>) -> Sender<impl RegionMut, Backpressure> {
    Channel::backpressure(bench.memory.sender())
        .sender()
        .unwrap()
}

fn receiver<M: Maker>(bench: &Bench<M>, index: u32) -> impl Rx {
    Channel::backpressure(bench.memory.receiver())
        .receiver(index)
        .unwrap()
}

fn full(sender: &mut impl Tx) -> Option<u32> {
    match sender.try_send(&message(99)) {
        Err(SendError::Full { receiver }) => Some(receiver),
        _ => None,
    }
}

pub(crate) fn a_full_channel_says_so_and_sends_nothing<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let (mut sender, mut receiver) = (sender(&bench), receiver(&bench, 0));
    bench.send(&mut sender, 0..4);
    for _ in 0..5 {
        assert_eq!(full(&mut sender), Some(0));
    }
    for number in 0..20 {
        assert_eq!(bench.take(&mut receiver), Ok(number));
        bench.send(&mut sender, number + 4..number + 5);
        assert_eq!(full(&mut sender), Some(0));
    }
}

pub(crate) fn a_message_too_long_is_told_before_full<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let mut sender = sender(&bench);
    bench.send(&mut sender, 0..4);
    let long = sender.try_send(&[0; 49]);
    assert_eq!(long, Err(SendError::TooLong { capacity: 48 }));
}

pub(crate) fn a_receiver_need_not_be_there_yet<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let mut sender = sender(&bench);
    bench.send(&mut sender, 0..4);
    assert_eq!(full(&mut sender), Some(0));
    let mut receiver = receiver(&bench, 0);
    for number in 0..4 {
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
}

pub(crate) fn each_receiver_has_its_own_cursor<M: Maker>() {
    let bench = Bench::<M>::new(THREE);
    let mut sender = sender(&bench);
    let mut receivers = [0, 1, 2].map(|index| receiver(&bench, index));
    for round in 0..10 {
        bench.send(&mut sender, round * 4..round * 4 + 4);
        for receiver in &mut receivers {
            for number in round * 4..round * 4 + 4 {
                assert_eq!(bench.take(receiver), Ok(number));
            }
            assert_eq!(bench.take(receiver), Err(Miss::Empty));
        }
    }
}

pub(crate) fn the_slowest_receiver_is_named<M: Maker>() {
    for slowest in 0..3 {
        let bench = Bench::<M>::new(THREE);
        let mut sender = sender(&bench);
        let mut receivers = [0, 1, 2].map(|index| receiver(&bench, index));
        bench.send(&mut sender, 0..4);
        for (index, receiver) in receivers.iter_mut().enumerate() {
            for number in 0..if index == slowest {
                0
            } else {
                1 + index as u64
            } {
                assert_eq!(bench.take(receiver), Ok(number));
            }
        }
        assert_eq!(full(&mut sender), Some(slowest as u32));
        assert_eq!(bench.take(&mut receivers[slowest]), Ok(0));
        bench.send(&mut sender, 4..5);
    }
}

pub(crate) fn pending_says_what_each_has_left<M: Maker>() {
    let bench = Bench::<M>::new(THREE);
    let mut sender = sender(&bench);
    let mut first = receiver(&bench, 0);
    bench.send(&mut sender, 0..3);
    assert_eq!(bench.take(&mut first), Ok(0));
    let pending = [0, 1, 2, 3, 31].map(|index| sender.pending(index));
    assert_eq!(pending, [Some(2), Some(3), Some(3), None, None]);
}

pub(crate) fn attaching_is_counted<M: Maker>() {
    let bench = Bench::<M>::new(THREE);
    let sender = sender(&bench);
    assert_eq!([0, 1, 2, 3].map(|index| sender.attach_count(index)), [0; 4]);
    for count in 1..5 {
        let _first = receiver(&bench, 1);
        assert_eq!(
            [0, 1, 2, 3].map(|index| sender.attach_count(index)),
            [0, count, 0, 0]
        );
    }
    let _stand_in = Channel::backpressure(bench.memory.receiver())
        .reclaim(2)
        .unwrap();
    assert_eq!(sender.attach_count(2), 0, "a stand-in is not a receiver");
}

pub(crate) fn leaving_is_told<M: Maker>() {
    let bench = Bench::<M>::new(THREE);
    let sender = sender(&bench);
    for _ in 0..2 {
        let first = Channel::backpressure(bench.memory.receiver())
            .receiver(1)
            .unwrap();
        assert_eq!(
            [0, 1, 2].map(|index| sender.has_detached(index)),
            [false; 3]
        );
        first.detach();
        let left = [0, 1, 2, 3].map(|index| sender.has_detached(index));
        assert_eq!(left, [false, true, false, false]);
    }
}

pub(crate) fn a_receiver_continues_where_the_one_before_stopped<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let mut sender = sender(&bench);
    for number in 0..10 {
        bench.send(&mut sender, number..number + 1);
        assert_eq!(bench.take(&mut receiver(&bench, 0)), Ok(number));
    }
}

pub(crate) fn a_sender_continues_where_the_one_before_stopped<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let mut first = sender(&bench);
    bench.send(&mut first, 0..3);
    drop(first);
    let mut second = sender(&bench);
    bench.send(&mut second, 3..4);
    assert_eq!(full(&mut second), Some(0), "nothing was overwritten");
}

pub(crate) fn a_receiver_that_is_not_there_is_refused<M: Maker>() {
    let bench = Bench::<M>::new(THREE);
    for index in [3, 4, 32, u32::MAX] {
        let refused = Channel::backpressure(bench.memory.receiver()).receiver(index);
        let no = AttachError::NoSuchReceiver { receivers: 3 };
        assert_eq!(refused.err(), Some(no));
        let refused = Channel::backpressure(bench.memory.receiver()).reclaim(index);
        assert_eq!(refused.err(), Some(no));
    }
}

pub(crate) fn a_count_of_messages_that_are_not_there_is_refused<M: Maker>() {
    for ahead in [1, 5, 1 << 20, 5_u32.wrapping_neg(), 6_u32.wrapping_neg()] {
        let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 2));
        // A receiver may be up to four messages behind; not more, and not ahead.
        let word = (M::FIRST as u32).wrapping_add(ahead);
        let line = sender(&bench).geometry().receiver_line(1);
        let region = bench.memory.anybody();
        plant(&region, line + CONSUMED, tagged(&region, word));
        let what = Corruption::Consumed { receiver: 1 };
        let refused = Channel::backpressure(bench.memory.receiver()).receiver(1);
        assert_eq!(refused.err(), Some(AttachError::Corrupt { what }));
        let mut sender = sender(&bench);
        assert_eq!(sender.try_send(b""), Err(SendError::Corrupt { what }));
        assert_eq!(sender.pending(1), None);
    }
}

pub(crate) fn the_newest_is_one_not_yet_taken<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let (mut sender, mut receiver) = (sender(&bench), receiver(&bench, 0));
    assert_eq!(bench.latest(&mut receiver), Err(Miss::Empty));
    bench.send(&mut sender, 0..3);
    assert_eq!(bench.latest(&mut receiver), Ok(2));
    for number in 0..3 {
        assert_eq!(bench.latest(&mut receiver), Ok(2));
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
    assert_eq!(bench.latest(&mut receiver), Err(Miss::Empty));
}

pub(crate) fn skipping_makes_room<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let (mut sender, mut receiver) = (sender(&bench), receiver(&bench, 0));
    bench.send(&mut sender, 0..4);
    assert_eq!(receiver.skip().flat(), Ok(M::FIRST));
    bench.send(&mut sender, 4..5);
    assert_eq!(full(&mut sender), Some(0));
}
