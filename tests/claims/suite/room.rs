//! Who waits for room, and who notifies whoever does.

use ramframe_core::channel::{Backpressure, Channel};
use ramframe_core::geometry::{Geometry, SENDER_WAITING};
use ramframe_core::wait::{Notify, Wait};

use super::waking::{ASKED, Count, Counting};
use super::{Bench, Maker, die, dies, plant};
use crate::support::{Flat, FlatMessage, Miss};

pub(crate) fn a_sender_waits_only_while_there_is_no_room<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 2));
    let count = Count::default();
    let mut sender = Channel::backpressure(bench.memory.sender())
        .with_wait(Counting::<ASKED>(&count))
        .sender()
        .unwrap();
    count.seen();
    let other = Count::default();
    let mut first = Channel::backpressure(bench.memory.receiver())
        .with_wait(Counting::<ASKED>(&other))
        .receiver(0)
        .unwrap();
    sender.wait_for_room(0);
    sender.wait_for_drain(0);
    assert_eq!(count.seen()[0], 0, "empty");
    bench.send(&mut sender, 0..4);
    sender.wait_for_room(0);
    sender.wait_for_room(1);
    assert_eq!(count.seen()[0], 2, "full");
    assert_eq!(bench.take(&mut first), Ok(0));
    sender.wait_for_room(0);
    assert_eq!(count.seen()[0], 0, "the first has made room");
    sender.wait_for_drain(0);
    sender.wait_for_room(1);
    assert_eq!(
        count.seen()[0],
        2,
        "but is not done, and the second has not"
    );
    sender.wait_for_room(2);
    sender.wait_for_drain(u32::MAX);
    assert_eq!(count.seen()[0], 0, "no such receiver");
    while first.skip().flat().is_ok() {}
    sender.wait_for_drain(0);
    assert_eq!(count.seen()[0], 0, "the first is done");
}

/// A way of waiting in which the other side takes one message just when the sender sleeps.
struct Taking<'a>(&'a mut dyn FnMut());

impl Wait for Taking<'_> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {
        (self.0)();
    }

    fn notify(&mut self, _: *const u32, _: bool) {}
}

pub(crate) fn a_receiver_rings_a_sender_that_waits_for_room<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let count = Count::default();
    let mut receiver = Channel::backpressure(bench.memory.receiver())
        .with_wait(Counting::<ASKED>(&count))
        .receiver(0)
        .unwrap();
    let mut take = || {
        receiver.skip().flat().unwrap();
    };
    let mut sender = Channel::backpressure(bench.memory.sender())
        .with_wait(Taking(&mut take))
        .sender()
        .unwrap();
    bench.send(&mut sender, 0..4);
    sender.wait_for_room(0);
    assert_eq!(count.seen(), [0, 1, 0]);
    bench.send(&mut sender, 4..5);
    drop(sender);
    take();
    assert_eq!(count.seen(), [0, 0, 0], "nobody sleeps any more");
}

/// Each of them, and though it discards for another.
pub(crate) fn who_makes_room_notifies_a_sender_that_waits<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let count = Count::default();
    let mut sender = Channel::backpressure(bench.memory.sender())
        .sender()
        .unwrap();
    let waiting = sender.geometry().session_line() + SENDER_WAITING;
    let mut buffer = [0; 48];
    for way in 0..7 {
        while sender.try_send(b"CIEPLO").is_ok() {}
        let channel = Channel::backpressure(bench.memory.receiver());
        let channel = channel.with_wait(Counting::<ASKED>(&count));
        let receiver = match way {
            0 => channel.reclaim(0),
            _ => channel.receiver(0),
        };
        let mut receiver = receiver.unwrap();
        while way > 0 && matches!(receiver.skip().flat(), Err(Miss::Lagged(_))) {}
        plant(&bench.memory.anybody(), waiting, 1);
        count.seen();
        match way {
            0 | 1 => assert!(receiver.discard_pending().flat().is_ok()),
            2 => assert!(receiver.try_recv(&mut buffer).header().is_ok()),
            3 => assert!(receiver.skip().flat().is_ok()),
            4 => receiver.try_recv_in_place(|_| ()).flat().unwrap(),
            5 => assert!(receiver.try_recv_batch(3, &mut buffer, |_| ()).flat().0 > 0),
            _ => assert!(
                receiver
                    .try_recv_with(&mut buffer, |_| Ok::<_, ()>(()))
                    .flat()
                    .is_ok()
            ),
        }
        assert_eq!(count.seen(), [0, 1, 0], "way {way}");
        plant(&bench.memory.anybody(), waiting, 0);
    }
}

pub(crate) fn a_sender_that_died_waiting_is_not_rung<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let count = Count::default();
    let mut receiver = Channel::backpressure(bench.memory.receiver())
        .with_wait(Counting::<ASKED>(&count))
        .receiver(0)
        .unwrap();
    let died = dies(|| {
        let mut sleep = die;
        let mut sender = Channel::backpressure(bench.memory.sender())
            .with_wait(Taking(&mut sleep))
            .sender()
            .unwrap();
        bench.send(&mut sender, 0..4);
        sender.wait_for_room(0);
    });
    assert!(died);
    receiver.skip().flat().unwrap();
    assert_eq!(count.seen(), [0, 1, 0], "nobody has told it");
    let _next = bench.sender::<Backpressure>();
    receiver.skip().flat().unwrap();
    assert_eq!(count.seen(), [0; 3]);
}
