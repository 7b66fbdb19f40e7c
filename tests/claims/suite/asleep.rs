//! For which word a side waits, and when it does not wait at all.

use std::cell::{Cell, RefCell};

use ramframe_core::channel::{Channel, Start};
use ramframe_core::geometry::{CONSUMED, Geometry, NOTIFY_SEQ, RECEIVER_WAITING};
use ramframe_core::region::Region;
use ramframe_core::wait::{Notify, Wait};

use super::between::at_each_access;
use super::interrupted::{Interrupted, Interruption};
use super::{Bench, Maker};
use crate::support::{Flat, Miss};

/// Keeps the word that it was told to wait on.
struct Seen<'a>(&'a Cell<Option<u32>>);

impl Wait for Seen<'_> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _: *const u32, seen: u32) {
        self.0.set(Some(u32::from_le(seen)));
    }

    fn notify(&mut self, _: *const u32, _: bool) {}
}

/// A wait for another would end at once, again and again.
pub(crate) fn a_wait_is_for_the_word_as_it_stands<M: Maker>() {
    let geometry = Geometry::backpressure(4, 48, 1);
    let bench = Bench::<M>::new(geometry);
    let (seen, reader) = (Cell::new(None), bench.memory.reader());
    let mut receiver = Channel::backpressure(bench.memory.receiver())
        .with_wait(Seen(&seen))
        .receiver(0)
        .unwrap();
    let mut sender = Channel::backpressure(bench.memory.sender())
        .with_wait(Seen(&seen))
        .sender()
        .unwrap();
    assert!(receiver.skip().flat().is_err());
    for number in 0..4 {
        sender.notify_now();
        let bell = Some(reader.load_fresh(geometry.session_line() + NOTIFY_SEQ));
        receiver.wait_unregistered();
        assert_eq!(seen.take(), bell);
        sender.notify_now();
        let bell = bell.map(|bell| bell.wrapping_add(1));
        receiver.wait();
        assert_eq!(seen.take(), bell);
        bench.send(&mut sender, number..number + 1);
        sender.wait_for_drain(0);
        assert_eq!(
            seen.take(),
            Some(reader.load_fresh(geometry.receiver_line(0) + CONSUMED))
        );
        receiver.skip().flat().unwrap();
    }
}

/// The sender clears the request and rings, somewhere while a receiver goes to sleep: then the wait is for a bell that has
/// moved, or the request still stands.
pub(crate) fn a_request_that_was_cleared_is_no_reason_to_wait<M: Maker>() {
    let geometry = Geometry::overwrite(4, 48);
    at_each_access(|at| {
        let bench = Bench::<M>::new(geometry);
        let seen = Cell::new(None);
        let sender = Channel::overwrite(bench.memory.sender())
            .with_wait(Seen(&seen))
            .sender();
        let sender = RefCell::new(sender.unwrap());
        let by = Interruption::none();
        let region = Interrupted::new(bench.memory.receiver(), &by);
        let mut receiver = Channel::overwrite(region)
            .with_wait(Seen(&seen))
            .receiver(Start::Next)
            .unwrap();
        assert!(receiver.skip().flat().is_err());
        by.before(at, || sender.borrow_mut().notify_now());
        receiver.wait();
        let goes_on = by.is_over();
        let reader = bench.memory.reader();
        let asks = reader.load_fresh(geometry.requests_line() + RECEIVER_WAITING);
        let bell = reader.load_fresh(geometry.session_line() + NOTIFY_SEQ);
        assert!(asks != 0 || seen.take() != Some(bell), "nobody will ring");
        goes_on
    });
}

/// A receiver takes everything and requests again, somewhere while the sender notifies: then the request still stands, or the
/// word that it waits on has moved.
pub(crate) fn a_request_made_while_the_sender_notifies_is_not_lost<M: Maker>() {
    let geometry = Geometry::overwrite(4, 48);
    for sends in [true, false] {
        at_each_access(|at| {
            let bench = Bench::<M>::new(geometry);
            let (seen, unused) = (Cell::new(None), Cell::new(None));
            let receiver = Channel::overwrite(bench.memory.receiver())
                .with_wait(Seen(&seen))
                .receiver(Start::Next);
            let receiver = RefCell::new(receiver.unwrap());
            let wait = || {
                let mut receiver = receiver.borrow_mut();
                while receiver.skip().flat() != Err(Miss::Empty) {}
                receiver.wait();
            };
            let by = Interruption::none();
            let region = Interrupted::new(bench.memory.sender(), &by);
            let mut sender = Channel::overwrite(region)
                .with_wait(Seen(&unused))
                .sender()
                .unwrap();
            wait();
            by.before(at, wait);
            match sends {
                true => assert!(sender.try_send(b"CIEPLO").is_ok()),
                false => sender.notify_now(),
            }
            let goes_on = by.is_over();
            let reader = bench.memory.reader();
            let requested = reader.load_fresh(geometry.requests_line() + RECEIVER_WAITING);
            let word = reader.load_fresh(geometry.session_line() + NOTIFY_SEQ);
            assert!(
                requested != 0 || seen.take() != Some(word),
                "nobody will notify"
            );
            goes_on
        });
    }
}
