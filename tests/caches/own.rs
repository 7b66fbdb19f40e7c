//! What is promised of caches beside the suite: an exclusive format reaches memory, and so does what a side says of itself.

use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{Channel, ChannelStatus, Start};
use ramframe_core::geometry::{
    CONSTANTS, CONSUMED, DISCARDING, EPOCH, GENERATION, Geometry, NOTIFY_SEQ, RECEIVER_BEAT,
    RECEIVER_NOTIFIES,
};
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::{Notify, Spin, Wait};

use crate::suite::interrupted::{Interrupted, Interruption};
use crate::suite::{Maker, plant};
use crate::support::{Flat, FlatMessage, Miss};

const OVERWRITE: Geometry = Geometry::overwrite(4, 48);
const BACKPRESSURE: Geometry = Geometry::backpressure(4, 48, 2);

/// Another side finds the channel, and nothing of what was there.
pub(crate) fn an_exclusive_format_reaches_memory<M: Maker>() {
    for geometry in [OVERWRITE, BACKPRESSURE] {
        let memory = M::fitting(&geometry);
        let before = memory.sender();
        for at in (0..geometry.size() as usize).step_by(8) {
            before.store_pair_through(at, [7, 7], Relaxed);
        }
        geometry.format_exclusive(&memory.sender(), 5).unwrap();
        let reader = memory.reader();
        assert_eq!(Geometry::read(&reader), Ok(geometry));
        let tagged = |at: usize| match at.checked_sub(geometry.receiver_line(0)) {
            Some(behind) => behind % geometry.cache_line() as usize % 32 < 16,
            None => at == CONSTANTS + NOTIFY_SEQ,
        };
        for at in (CONSTANTS..geometry.size() as usize).step_by(4) {
            let is_tagged = at < geometry.slots_at() && tagged(at);
            assert!(is_tagged || reader.load_fresh(at) == 0, "word {at}");
        }
        assert_eq!(reader.load_fresh(CONSTANTS + EPOCH), 0);
        hand_over(&memory, geometry);
    }
}

fn hand_over(memory: &impl Maker, geometry: Geometry) {
    let mut buffer = [0; 48];
    let header = match geometry.receivers() {
        0 => {
            let mut sender = Channel::overwrite(memory.sender()).sender().unwrap();
            sender.try_send(b"CIEPLO").unwrap();
            let mut receiver = Channel::overwrite(memory.reader())
                .receiver(Start::Oldest)
                .unwrap();
            receiver.try_recv(&mut buffer).header()
        }
        _ => {
            let mut sender = Channel::backpressure(memory.sender()).sender().unwrap();
            sender.try_send(b"CIEPLO").unwrap();
            let mut receiver = Channel::backpressure(memory.receiver())
                .receiver(1)
                .unwrap();
            receiver.try_recv(&mut buffer).header()
        }
    };
    assert_eq!(header.map(|header| header.sequence), Ok(0));
    assert_eq!(buffer[..6], *b"CIEPLO");
}

/// A format stores its tags to every receiver's line, and leaves what else a receiver stored there.
pub(crate) fn a_format_stores_its_tags_alone<M: Maker>() {
    let memory = M::fitting(&BACKPRESSURE);
    let formatter = memory.sender();
    BACKPRESSURE.format(&formatter, 0).unwrap();
    let beats = [0, 1].map(|index| BACKPRESSURE.receiver_line(index) + RECEIVER_BEAT);
    for at in beats {
        plant(&memory.receiver(), at, 9);
    }
    BACKPRESSURE.format(&formatter, 0).unwrap();
    let reader = memory.reader();
    let opposite = reader.load_fresh(GENERATION).wrapping_add(1 << 10) << 21;
    for at in beats {
        assert_eq!(reader.load_fresh(at), 9);
        assert_eq!(reader.load(at - RECEIVER_BEAT + CONSUMED), opposite);
        assert_eq!(reader.load(at - RECEIVER_BEAT + DISCARDING), opposite);
    }
}

/// Whoever looks while a format runs sees the geometry of one generation, and its number.
pub(crate) fn a_format_shows_all_of_one_generation<M: Maker>() {
    const OTHER: Geometry = Geometry::backpressure(4, 40, 2);
    // Restless caches do something else each time.
    let trial = |at| {
        let memory = M::fitting(&BACKPRESSURE);
        BACKPRESSURE.format(&memory.sender(), 0).unwrap();
        let by = Interruption::none();
        by.before(at, || {
            if let Ok(status) = ChannelStatus::of(&memory.reader()) {
                let expected = if status.geometry == OTHER { 2 } else { 1 };
                assert_eq!(status.generation, expected);
            }
        });
        let formatter = Interrupted::new(memory.sender(), &by);
        OTHER.format(&formatter, 0).unwrap();
        by.is_over()
    };
    let last = (0..1000).find(|&at| !(0..20).all(|_| trial(at)));
    assert!(last > Some(0));
}

/// Counts how often it polls. It notifies, and waits for nothing.
struct Polls<'a>(&'a Cell<u32>);

impl Wait for Polls<'_> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {}

    fn poll(&mut self) {
        self.0.set(self.0.get() + 1);
    }

    fn notify(&mut self, _: *const u32, _: bool) {}
}

/// Each time that a sender begins or ceases to notify, the receiver that waits next knows.
pub(crate) fn a_sender_says_whether_it_notifies<M: Maker>() {
    let memory = M::fitting(&BACKPRESSURE);
    BACKPRESSURE.format(&memory.sender(), 0).unwrap();
    let polls = Cell::new(0);
    let sender = Channel::backpressure(memory.sender()).sender().unwrap();
    let mut receiver = Channel::backpressure(memory.receiver())
        .with_wait(Polls(&polls))
        .receiver(0)
        .unwrap();
    assert_eq!(receiver.try_recv(&mut []).header().err(), Some(Miss::Empty));
    let mut wait = || {
        while receiver.skip().flat() != Err(Miss::Empty) {}
        receiver.wait();
        polls.get()
    };
    assert_eq!(wait(), 1);
    let sender = sender.into_half().with_wait(Polls(&polls)).attach();
    assert_eq!(wait(), 1);
    let sender = sender.unwrap().into_half().with_wait(Spin);
    drop(sender.attach().unwrap());
    assert_eq!(wait(), 2);
}

/// The same of a receiver, and a sender that waits for room.
pub(crate) fn a_receiver_says_whether_it_notifies<M: Maker>() {
    let memory = M::fitting(&BACKPRESSURE);
    BACKPRESSURE.format(&memory.sender(), 0).unwrap();
    let polls = Cell::new(0);
    let mut sender = Channel::backpressure(memory.sender())
        .with_wait(Polls(&polls))
        .sender()
        .unwrap();
    let receiver = Channel::backpressure(memory.receiver())
        .receiver(0)
        .unwrap();
    let mut wait = || {
        sender.wait_for_drain(0);
        polls.get()
    };
    assert_eq!(wait(), 1);
    let receiver = receiver.into_half().with_wait(Polls(&polls)).attach(0);
    assert_eq!(wait(), 1);
    let receiver = receiver.unwrap().into_half().with_wait(Spin);
    drop(receiver.attach(0).unwrap());
    assert_eq!(wait(), 2);
    let line = BACKPRESSURE.receiver_line(0);
    assert_eq!(memory.reader().load_fresh(line + RECEIVER_NOTIFIES), 0);
}

/// A test of each, in a module.
macro_rules! claims {
    ($name:ident $maker:ty) => {
        mod $name {
            #[test]
            fn an_exclusive_format_reaches_memory() {
                super::an_exclusive_format_reaches_memory::<$maker>();
            }

            #[test]
            fn a_format_shows_all_of_one_generation() {
                super::a_format_shows_all_of_one_generation::<$maker>();
            }

            #[test]
            fn a_format_stores_its_tags_alone() {
                super::a_format_stores_its_tags_alone::<$maker>();
            }

            #[test]
            fn a_sender_says_whether_it_notifies() {
                super::a_sender_says_whether_it_notifies::<$maker>();
            }

            #[test]
            fn a_receiver_says_whether_it_notifies() {
                super::a_receiver_says_whether_it_notifies::<$maker>();
            }
        }
    };
}

claims!(still crate::Still);
claims!(restless crate::Restless);
claims!(long crate::Long);

/// The same as a table.
pub(crate) fn table<M: Maker>() -> Vec<(&'static str, &'static str, fn())> {
    vec![
        (
            "own",
            "a_format_shows_all_of_one_generation",
            a_format_shows_all_of_one_generation::<M>,
        ),
        (
            "own",
            "an_exclusive_format_reaches_memory",
            an_exclusive_format_reaches_memory::<M>,
        ),
        (
            "own",
            "a_format_stores_its_tags_alone",
            a_format_stores_its_tags_alone::<M>,
        ),
        (
            "own",
            "a_sender_says_whether_it_notifies",
            a_sender_says_whether_it_notifies::<M>,
        ),
        (
            "own",
            "a_receiver_says_whether_it_notifies",
            a_receiver_says_whether_it_notifies::<M>,
        ),
    ]
}
