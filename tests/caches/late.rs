//! A format while a side is between two accesses, where caches do not cohere: a late store then writes its whole line back.
//!
//! A receiver's line has only words that carry a tag, or that mean the same in each generation. The line of the session has `epoch`
//! and `notify_seq` of the older generation too. So a sender that was attached before a format counts as the one sender until it has
//! stopped, or has noticed the format.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ramframe_core::channel::Channel;
use ramframe_core::geometry::Geometry;

use crate::suite::Maker;
use crate::suite::interrupted::{Interrupted, Interruption};
use crate::support::{Flat, FlatMessage};
use crate::{Long, Still};

const GEOMETRY: Geometry = Geometry::backpressure(4, 48, 1);

/// Others make a new generation, and send its first message.
fn others<M: Maker>(memory: &M) {
    GEOMETRY.format(&memory.sender(), 0).unwrap();
    let mut sender = Channel::backpressure(memory.sender()).sender().unwrap();
    sender.try_send(b"CIEPLO").unwrap();
}

/// Whether a receiver that comes afterwards gets that message.
fn arrives<M: Maker>(memory: &M) -> bool {
    let receive = || {
        let mut receiver = Channel::backpressure(memory.receiver())
            .receiver(0)
            .unwrap();
        let mut buffer = [0; 48];
        let header = receiver.try_recv(&mut buffer).header().unwrap();
        assert_eq!((header.sequence, &buffer[..6]), (0, &b"CIEPLO"[..]));
    };
    catch_unwind(AssertUnwindSafe(receive)).is_ok()
}

/// Something that a side does, and before which of its accesses the others come in between. Whether it makes that many.
type Step<M> = fn(&M, usize) -> bool;

/// A receiver gives a slot back, or finds nothing.
fn receive<M: Maker>(memory: &M, at: usize) -> bool {
    let by = Interruption::none();
    let mut sender = Channel::backpressure(memory.sender()).sender().unwrap();
    let region = Interrupted::new(memory.receiver(), &by);
    let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
    sender.try_send(b"an older one").unwrap();
    by.before(at, || others(memory));
    let _ = receiver.skip().flat();
    by.is_over()
}

/// A sender says that it waits, and that it no longer does. Meanwhile there is another one.
fn wait<M: Maker>(memory: &M, at: usize) -> bool {
    let by = Interruption::none();
    let region = Interrupted::new(memory.sender(), &by);
    let mut sender = Channel::backpressure(region).sender().unwrap();
    while sender.try_send(b"an older one").is_ok() {}
    by.before(at, || others(memory));
    sender.wait_for_room(0);
    by.is_over()
}

/// The same, and the sender is the next one too.
fn wait_and_return<M: Maker>(memory: &M, at: usize) -> bool {
    let by = Interruption::none();
    let region = Interrupted::new(memory.sender(), &by);
    let mut sender = Channel::backpressure(region).sender().unwrap();
    while sender.try_send(b"an older one").is_ok() {}
    by.before(at, || GEOMETRY.format(&memory.sender(), 0).unwrap());
    sender.wait_for_room(0);
    if !by.is_over() {
        return false;
    }
    let mut sender = sender.into_half().attach().unwrap();
    sender.try_send(b"CIEPLO").unwrap();
    true
}

/// In how many places of a step the message is lost, and in how many it is not.
fn tally<M: Maker>(step: Step<M>) -> (usize, usize) {
    let (mut lost, mut kept) = (0, 0);
    loop {
        let memory = M::fitting(&GEOMETRY);
        GEOMETRY.format(&memory.sender(), 0).unwrap();
        if !step(&memory, lost + kept) {
            return (lost, kept);
        }
        match arrives(&memory) {
            true => kept += 1,
            false => lost += 1,
        }
    }
}

#[test]
fn a_receiver_that_stores_late_does_no_harm() {
    for (lost, kept) in [tally(receive::<Still>), tally(receive::<Long>)] {
        assert_eq!(lost, 0);
        assert!(kept > 10, "{kept}");
    }
}

#[test]
fn a_sender_that_stores_late_and_comes_back_does_no_harm() {
    for (lost, kept) in [
        tally(wait_and_return::<Still>),
        tally(wait_and_return::<Long>),
    ] {
        assert_eq!(lost, 0);
        assert!(kept > 10, "{kept}");
    }
}

#[test]
fn a_sender_that_stores_late_harms_another_one_by_its_line() {
    let (lost, _) = tally(wait::<Still>);
    assert!(lost > 0);
}
