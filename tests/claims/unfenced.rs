//! A side that was not asked for long makes no fence, says so, and makes them again once it is asked. A side that waits for it has all
//! fences made, behind its request and before its check.

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{Backpressure, Channel, Receiver, SendError, Sender};
use ramframe_core::geometry::{
    ANSWERS_REQUESTS, ANSWERS_UNFENCED, Geometry, RECEIVER_NOTIFIES, RECEIVER_WAITING,
    SENDER_NOTIFIES, SENDER_WAITING,
};
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::{Notify, Wait};

use crate::array::Array;
use crate::support::Words;

const GEOMETRY: Geometry = Geometry::backpressure(8, 8, 1);

/// Changes without a request after which a side makes no fence.
const AFTER: u32 = 5;

/// What a side was made to do.
#[derive(Default)]
struct Done {
    waits: Cell<u32>,
    polls: Cell<u32>,
    notified: Cell<u32>,
    fences: Cell<u32>,
}

fn count(number: &Cell<u32>) {
    number.set(number.get() + 1);
}

impl Done {
    /// Waits, polls and fences since the last call.
    fn take(&self) -> [u32; 3] {
        [&self.waits, &self.polls, &self.fences].map(Cell::take)
    }
}

/// A way of waiting that does something whenever all fences are made, if they can be.
struct Side<'a> {
    done: &'a Done,
    fences: Option<&'a dyn Fn()>,
}

impl Wait for Side<'_> {
    const NOTIFY: Notify = Notify::OnRequest;
    const UNFENCED_AFTER: u32 = AFTER;

    fn can_fence_all(&self) -> bool {
        self.fences.is_some()
    }

    fn fence_all(&mut self) -> bool {
        count(&self.done.fences);
        self.fences.inspect(|all| all()).is_some()
    }

    fn wait(&mut self, _: *const u32, _: u32) {
        count(&self.done.waits);
    }

    fn poll(&mut self) {
        count(&self.done.polls);
    }

    fn notify(&mut self, _: *const u32, _: bool) {
        count(&self.done.notified);
    }
}

type Tx<'a> = Sender<Words<'a>, Backpressure, Side<'a>>;
type Rx<'a> = Receiver<Words<'a>, Backpressure, Side<'a>>;

fn formatted() -> Array {
    let memory = Array::new(GEOMETRY.size() as usize);
    GEOMETRY.format(&memory.words(), 0).unwrap();
    memory
}

fn sender<'a>(memory: &'a Array, done: &'a Done, fences: Option<&'a dyn Fn()>) -> Tx<'a> {
    let wait = Side { done, fences };
    let channel = Channel::backpressure(memory.words()).with_wait(wait);
    channel.sender().unwrap()
}

fn receiver<'a>(memory: &'a Array, done: &'a Done, fences: Option<&'a dyn Fn()>) -> Rx<'a> {
    let wait = Side { done, fences };
    let channel = Channel::backpressure(memory.words()).with_wait(wait);
    channel.receiver(0).unwrap()
}

fn sender_notifies(memory: &Array) -> u32 {
    memory
        .words()
        .load(GEOMETRY.session_line() + SENDER_NOTIFIES)
}

fn receiver_notifies(memory: &Array) -> u32 {
    memory
        .words()
        .load(GEOMETRY.receiver_line(0) + RECEIVER_NOTIFIES)
}

fn exchange(sender: &mut Tx<'_>, receiver: &mut Rx<'_>, messages: u32) {
    for _ in 0..messages {
        sender.try_send(b"1").unwrap();
        assert!(receiver.skip().unwrap().message().is_some());
    }
}

fn nothing() {}

#[test]
fn a_side_that_nobody_asks_makes_no_fence_and_says_so() {
    let (memory, [tx, rx]) = (formatted(), [Done::default(), Done::default()]);
    let (mut sender, mut receiver) = (
        sender(&memory, &tx, Some(&nothing)),
        receiver(&memory, &rx, Some(&nothing)),
    );
    while receiver.skip().unwrap().message().is_some() {}
    exchange(&mut sender, &mut receiver, AFTER - 1);
    assert_eq!(
        [sender_notifies(&memory), receiver_notifies(&memory)],
        [ANSWERS_REQUESTS; 2]
    );
    exchange(&mut sender, &mut receiver, 1);
    assert_eq!(
        [sender_notifies(&memory), receiver_notifies(&memory)],
        [ANSWERS_UNFENCED; 2]
    );

    // The receiver asks; the sender answers, and makes its fences as many times as before.
    receiver.wait();
    assert_eq!(rx.take(), [1, 0, 1]);
    let before = tx.notified.get();
    for sent in 0..=AFTER {
        exchange(&mut sender, &mut receiver, 1);
        assert_eq!(tx.notified.get(), before + 1);
        let bits = if sent < AFTER {
            ANSWERS_REQUESTS
        } else {
            ANSWERS_UNFENCED
        };
        assert_eq!(sender_notifies(&memory), bits, "after {sent}");
    }

    // The same for room.
    while sender.try_send(b"1") != Err(SendError::Full { receiver: 0 }) {}
    sender.wait_for_room(0);
    assert_eq!(tx.take(), [1, 0, 1]);
    let waiting = GEOMETRY.session_line() + SENDER_WAITING;
    memory.words().store(waiting, 1, Relaxed);
    let before = rx.notified.get();
    assert!(receiver.skip().unwrap().message().is_some());
    assert_eq!(rx.notified.get(), before + 1);
    assert_eq!(receiver_notifies(&memory), ANSWERS_REQUESTS);
}

/// What is sent while the fences are made is not waited for, and the sender then sees the request.
#[test]
fn all_fences_are_made_between_the_request_and_the_check() {
    let (memory, [tx, rx]) = (formatted(), [Done::default(), Done::default()]);
    let sending = RefCell::new(sender(&memory, &tx, Some(&nothing)));
    let send = || {
        let requested = memory
            .words()
            .load(GEOMETRY.requests_line() + RECEIVER_WAITING);
        assert_eq!(requested, 1);
        sending.borrow_mut().try_send(b"1").unwrap();
    };
    let mut receiving = receiver(&memory, &rx, Some(&send));
    while receiving.skip().unwrap().message().is_some() {}
    exchange(&mut sending.borrow_mut(), &mut receiving, AFTER);
    let before = tx.notified.get();
    receiving.wait();
    assert_eq!(rx.take(), [0, 0, 1]);
    assert_eq!(tx.notified.get(), before + 1);
    assert!(receiving.skip().unwrap().message().is_some());
}

/// The same for room.
#[test]
fn all_fences_are_made_before_the_check_for_room() {
    let (memory, [tx, rx]) = (formatted(), [Done::default(), Done::default()]);
    let receiving = RefCell::new(receiver(&memory, &rx, Some(&nothing)));
    let receive = || {
        let requested = memory
            .words()
            .load(GEOMETRY.session_line() + SENDER_WAITING);
        assert_eq!(requested, 1);
        assert!(receiving.borrow_mut().skip().unwrap().message().is_some());
    };
    let mut sending = sender(&memory, &tx, Some(&receive));
    while receiving.borrow_mut().skip().unwrap().message().is_some() {}
    exchange(&mut sending, &mut receiving.borrow_mut(), AFTER);
    while sending.try_send(b"1") != Err(SendError::Full { receiver: 0 }) {}
    let before = rx.notified.get();
    sending.wait_for_room(0);
    assert_eq!(tx.take(), [0, 0, 1]);
    assert_eq!(rx.notified.get(), before + 1);
    sending.try_send(b"1").unwrap();
}

#[test]
fn a_side_that_cannot_have_fences_made_polls_and_makes_its_own() {
    let (memory, [tx, rx]) = (formatted(), [Done::default(), Done::default()]);
    let (mut sender, mut receiver) = (
        sender(&memory, &tx, Some(&nothing)),
        receiver(&memory, &rx, None),
    );
    while receiver.skip().unwrap().message().is_some() {}
    exchange(&mut sender, &mut receiver, 2 * AFTER);
    assert_eq!(receiver_notifies(&memory), ANSWERS_REQUESTS);
    assert_eq!(sender_notifies(&memory), ANSWERS_UNFENCED);
    receiver.wait();
    assert_eq!(rx.take(), [0, 1, 1]);
    // The request stands, so the sender makes its fences again, and the receiver waits.
    exchange(&mut sender, &mut receiver, 1);
    assert_eq!(sender_notifies(&memory), ANSWERS_REQUESTS);
    receiver.wait();
    assert_eq!(rx.take(), [1, 0, 0]);
}

/// A request that the sender was certain to see needs no second fence, until the sender has notified.
#[test]
fn a_request_that_stands_needs_one_fence() {
    let (memory, [tx, rx]) = (formatted(), [Done::default(), Done::default()]);
    let mut sender = sender(&memory, &tx, Some(&nothing));
    let mut receiver = receiver(&memory, &rx, Some(&nothing));
    while receiver.skip().unwrap().message().is_some() {}
    exchange(&mut sender, &mut receiver, AFTER);
    (0..3).for_each(|_| receiver.wait());
    assert_eq!(rx.take(), [3, 0, 1]);
    // The notification ends that.
    exchange(&mut sender, &mut receiver, 1 + AFTER);
    assert_eq!(sender_notifies(&memory), ANSWERS_UNFENCED);
    receiver.wait();
    assert_eq!(rx.take(), [1, 0, 1]);
}

/// A batch counts as the messages that it has, and a notification without a request changes nothing.
#[test]
fn a_batch_may_be_the_last_with_a_fence() {
    let (memory, tx) = (formatted(), Done::default());
    let mut sender = sender(&memory, &tx, Some(&nothing));
    let (sent, done) = sender.try_send_batch(["1"; 7]);
    assert_eq!((sent, done), (7, Ok(())));
    assert_eq!(sender_notifies(&memory), ANSWERS_UNFENCED);
    sender.notify_now();
    assert_eq!(sender_notifies(&memory), ANSWERS_UNFENCED);
}
