//! Who is notified, and who waits, when. A way of waiting that keeps count stands in for a futex.

use std::cell::Cell;

use ramframe_core::channel::{Backpressure, Channel, Overwrite, Receiver, Start};
use ramframe_core::geometry::{Geometry, SENDER_WAITING};
use ramframe_core::wait::{Due, Notify, Wait};

use super::between::at_each_access;
use super::interrupted::{Interrupted, Interruption};
use super::{Bench, Maker, Tx, die, dies, plant};
use crate::support::{Flat, Miss};

/// What was asked of one side's way of waiting.
#[derive(Debug, Default)]
pub(super) struct Count {
    waits: Cell<u32>,
    polls: Cell<u32>,
    asked: Cell<u32>,
    unasked: Cell<u32>,
    /// Rings that nobody asked for are due.
    due: Cell<bool>,
    /// After how many changes to ask again, less one.
    skip: Cell<u32>,
}

impl Count {
    pub(super) fn seen(&self) -> [u32; 3] {
        [&self.waits, &self.asked, &self.unasked].map(|count| count.replace(0))
    }
}

/// Counts, and rings as `NOTIFY` (of `Notify`'s variants in order) says.
#[derive(Clone, Copy)]
pub(super) struct Counting<'a, const NOTIFY: usize>(pub(super) &'a Count);

const NEVER: usize = 0;
const ALWAYS: usize = 1;
pub(super) const ASKED: usize = 2;
const OR_NOT: usize = 3;

impl<const NOTIFY: usize> Wait for Counting<'_, NOTIFY> {
    const NOTIFY: Notify = [
        Notify::Never,
        Notify::Always,
        Notify::OnRequest,
        Notify::AlwaysAndOnRequest,
    ][NOTIFY];

    fn wait(&mut self, _: *const u32, _: u32) {
        self.0.waits.set(self.0.waits.get() + 1);
    }

    fn poll(&mut self) {
        self.0.polls.set(self.0.polls.get() + 1);
    }

    fn notify(&mut self, _: *const u32, asked: bool) {
        let count = if asked {
            &self.0.asked
        } else {
            &self.0.unasked
        };
        count.set(count.get() + 1);
    }

    fn due(&mut self) -> Due {
        Due {
            notify: self.0.due.get(),
            again: self.0.skip.get() + 1,
        }
    }
}

/// What a sender that waits in this way rings: for a send to nobody asleep, to a sleeper, to nobody, and by itself.
fn rings<M: Maker, const NOTIFY: usize>(due: bool, skip: u32) -> [[u32; 3]; 4] {
    let bench = Bench::<M>::new(Geometry::overwrite(8, 48));
    let count = Count::default();
    count.due.set(due);
    count.skip.set(skip);
    let mut sender = Channel::overwrite(bench.memory.sender())
        .with_wait(Counting::<NOTIFY>(&count))
        .sender()
        .unwrap();
    let first = u32::from(NOTIFY != NEVER);
    assert_eq!(count.seen(), [0, first, 0], "whoever waited for another");
    let mut receiver = Channel::overwrite(bench.memory.receiver())
        .receiver(Start::Next)
        .unwrap();
    let mut seen = [[0; 3]; 4];
    bench.send(&mut sender, 0..1);
    seen[0] = count.seen();
    while bench.take(&mut receiver).is_ok() {}
    receiver.wait();
    bench.send(&mut sender, 1..2);
    seen[1] = count.seen();
    bench.send(&mut sender, 2..3);
    seen[2] = count.seen();
    sender.notify_now();
    seen[3] = count.seen();
    seen
}

pub(crate) fn a_sender_rings_as_its_way_of_waiting_says<M: Maker>() {
    const NOT: [u32; 3] = [0, 0, 0];
    const CALLED: [u32; 3] = [0, 1, 0];
    const SELF: [u32; 3] = [0, 0, 1];
    for due in [false, true] {
        assert_eq!(rings::<M, NEVER>(due, 0), [NOT; 4]);
        assert_eq!(rings::<M, ASKED>(due, 0), [NOT, CALLED, NOT, CALLED]);
    }
    assert_eq!(rings::<M, ALWAYS>(true, 0), [SELF, CALLED, SELF, CALLED]);
    assert_eq!(rings::<M, ALWAYS>(false, 0), [NOT, CALLED, NOT, CALLED]);
    assert_eq!(rings::<M, OR_NOT>(true, 0), [SELF, CALLED, SELF, CALLED]);
    assert_eq!(rings::<M, OR_NOT>(false, 0), [NOT, CALLED, NOT, CALLED]);
    // Between two looks nobody is heard but where no request may be overlooked.
    assert_eq!(rings::<M, ALWAYS>(true, 1), [SELF, NOT, CALLED, CALLED]);
    assert_eq!(rings::<M, ALWAYS>(true, 9), [SELF, NOT, NOT, CALLED]);
    assert_eq!(rings::<M, OR_NOT>(true, 9), [SELF, CALLED, NOT, CALLED]);
}

pub(crate) fn a_receiver_waits_only_when_there_is_no_news<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::overwrite(8, 48));
    let count = Count::default();
    let mut receiver = Channel::overwrite(bench.memory.receiver())
        .with_wait(Counting::<ASKED>(&count))
        .receiver(Start::Next)
        .unwrap();
    assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    let waits = |receiver: &mut Receiver<_, _, Counting<'_, ASKED>>| {
        receiver.wait_unregistered();
        receiver.wait();
        count.seen()[0]
    };
    assert_eq!(waits(&mut receiver), 2, "nobody there");
    let other = Count::default();
    let sender = || {
        let channel = Channel::overwrite(bench.memory.sender());
        let channel = channel.with_wait(Counting::<ASKED>(&other));
        channel.sender().unwrap()
    };
    let mut first = sender();
    assert_eq!(waits(&mut receiver), 0, "a sender came");
    assert!(bench.take(&mut receiver).is_err());
    assert_eq!(waits(&mut receiver), 2, "that was told");
    bench.send(&mut first, 0..1);
    assert_eq!(waits(&mut receiver), 0, "a message came");
    assert_eq!(bench.take(&mut receiver), Ok(0));
    assert_eq!(waits(&mut receiver), 2, "that was taken");
    bench.send(&mut first, 1..20);
    assert_eq!(waits(&mut receiver), 0, "lapped");
    receiver.skip().flat().unwrap_err();
    while receiver.skip().flat().is_ok() {}
    first.close();
    assert_eq!(waits(&mut receiver), 0, "the sender left");
    assert!(bench.take(&mut receiver).is_err());
    assert_eq!(waits(&mut receiver), 2, "that was told");
    let _second = sender();
    assert_eq!(waits(&mut receiver), 0, "another came");
}

/// Nobody would wake it.
pub(crate) fn who_waits_for_a_side_that_never_notifies_polls<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let [count, other] = [Count::default(), Count::default()];
    let polls = |polls: u32| {
        assert_eq!(count.polls.replace(0), polls);
        assert_eq!(
            count.seen()[0],
            1 - polls,
            "it waits where it does not poll"
        );
    };
    let receiving = || Channel::backpressure(bench.memory.receiver());
    let sending = || Channel::backpressure(bench.memory.sender());
    let (waits, notifies) = (Counting::<ASKED>(&count), Counting::<ASKED>(&other));

    let mut waiting = receiving().with_wait(waits).receiver(0).unwrap();
    assert_eq!(bench.take(&mut waiting), Err(Miss::Empty));
    waiting.wait();
    polls(0);
    let silent = sending().sender().unwrap();
    let settle = |receiver: &mut Receiver<_, _, Counting<'_, ASKED>>| {
        while receiver.skip().flat() != Err(Miss::Empty) {}
    };
    settle(&mut waiting);
    count.seen();
    waiting.wait();
    polls(1);
    waiting.wait_unregistered();
    polls(1);
    drop(silent);
    let mut heard = sending().with_wait(notifies).sender().unwrap();
    settle(&mut waiting);
    count.seen();
    waiting.wait();
    polls(0);
    waiting.wait_unregistered();
    polls(0);
    drop(waiting);

    let _silent = receiving().receiver(0).unwrap();
    bench.send(&mut heard, 0..4);
    drop(heard);
    let mut waiting = sending().with_wait(waits).sender().unwrap();
    count.seen();
    waiting.wait_for_room(0);
    polls(1);
    waiting.wait_for_drain(0);
    polls(1);
    let _heard = receiving().with_wait(notifies).receiver(0).unwrap();
    waiting.wait_for_room(0);
    polls(0);
    waiting.wait_for_drain(0);
    polls(0);
}

pub(crate) fn news_is_there_before_it_is_asked_for<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::overwrite(8, 48));
    let mut receiver = Channel::overwrite(bench.memory.receiver())
        .receiver(Start::Next)
        .unwrap();
    assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    assert!(!receiver.has_news());
    let mut sender = bench.sender::<Overwrite>();
    assert!(receiver.has_news(), "a sender came");
    assert!(receiver.skip().flat().is_err() && !receiver.has_news());
    bench.send(&mut sender, 0..1);
    assert!(receiver.has_news(), "a message came");
    assert!(receiver.skip().flat().is_ok() && !receiver.has_news());
    sender.close();
    assert!(receiver.has_news(), "the sender left");
}

pub(crate) fn a_receiver_that_lost_messages_has_news<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let mut sender = bench.sender::<Backpressure>();
    let mut dead = Channel::backpressure(bench.memory.receiver())
        .receiver(0)
        .unwrap();
    bench.send(&mut sender, 0..2);
    dead.discard_pending().flat().unwrap();
    let count = Count::default();
    let mut next = Channel::backpressure(bench.memory.receiver())
        .with_wait(Counting::<ASKED>(&count))
        .receiver(0)
        .unwrap();
    next.wait_unregistered();
    next.wait();
    assert_eq!(count.seen(), [0; 3]);
}

/// Without a time limit, as tasks sleep: it may be that nobody ever asks again.
pub(crate) fn who_was_to_be_rung_by_a_dead_sender_is_rung_by_the_next<M: Maker>() {
    at_each_access(|at| {
        let bench = Bench::<M>::new(Geometry::overwrite(8, 48));
        let count = Count::default();
        let mut receiver = Channel::overwrite(bench.memory.receiver())
            .with_wait(Counting::<ASKED>(&count))
            .receiver(Start::Next)
            .unwrap();
        let by = Interruption::none();
        let region = Interrupted::new(bench.memory.sender(), &by);
        let mut sender = Channel::overwrite(region)
            .with_wait(Counting::<ASKED>(&count))
            .sender()
            .unwrap();
        while bench.take(&mut receiver) != Err(Miss::Empty) {}
        count.seen();
        receiver.wait();
        assert_eq!(count.seen(), [1, 0, 0]);
        let died = dies(|| {
            by.before(at, die);
            bench.send(&mut sender, 0..1);
        });
        let next = Channel::overwrite(bench.memory.sender());
        drop(next.with_wait(Counting::<ASKED>(&count)).sender().unwrap());
        assert!(count.seen()[1] > 0);
        died
    });
}

pub(crate) fn who_was_to_be_rung_by_a_dead_receiver_is_rung_by_the_next<M: Maker>() {
    at_each_access(|at| {
        let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
        let count = Count::default();
        let mut sender = Channel::backpressure(bench.memory.sender())
            .sender()
            .unwrap();
        bench.send(&mut sender, 0..4);
        let asleep = sender.geometry().session_line() + SENDER_WAITING;
        plant(&bench.memory.anybody(), asleep, 1);
        let by = Interruption::none();
        let region = Interrupted::new(bench.memory.receiver(), &by);
        let mut receiver = Channel::backpressure(region)
            .with_wait(Counting::<ASKED>(&count))
            .receiver(0)
            .unwrap();
        count.seen();
        let died = dies(|| {
            by.before(at, die);
            receiver.skip().flat().unwrap();
        });
        let next = Channel::backpressure(bench.memory.receiver());
        drop(
            next.with_wait(Counting::<ASKED>(&count))
                .receiver(0)
                .unwrap(),
        );
        assert!(count.seen()[1] > 0);
        died
    });
}
