//! What a side does before it requests a notification: it looks, as long as its way of waiting spins.

use std::cell::Cell;

use ramframe_core::channel::{Channel, Start};
use ramframe_core::geometry::{CONSTANTS, Geometry, RECEIVER_WAITING, SENDER_WAITING};
use ramframe_core::region::Region;
use ramframe_core::wait::{Notify, Wait};

use super::waking::{ASKED, Count, Counting};
use super::{Bench, Maker};
use crate::support::{Flat, Miss};

/// Far more looks than any news needs to be found.
const MANY: u32 = 1000;

/// A way of waiting that spins for some looks, before each of which something happens, and counts its sleeps.
struct Looking<'a> {
    most: u32,
    before: &'a mut dyn FnMut(u32),
    sleeps: &'a Cell<u32>,
}

impl Wait for Looking<'_> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn spins(&mut self, looks: u32) -> bool {
        (self.before)(looks);
        looks < self.most
    }

    fn wait(&mut self, _: *const u32, _: u32) {
        self.sleeps.set(self.sleeps.get() + 1);
    }

    fn notify(&mut self, _: *const u32, _: bool) {}
}

pub(crate) fn a_message_found_in_a_spin_needs_no_notification<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::overwrite(8, 48));
    let (count, sleeps) = (Count::default(), Cell::new(0));
    let mut sender = Channel::overwrite(bench.memory.sender())
        .with_wait(Counting::<ASKED>(&count))
        .sender()
        .unwrap();
    let mut sent = 0;
    let mut before = |looks| {
        if looks == 3 {
            bench.send(&mut sender, sent..sent + 1);
            sent += 1;
        }
        assert!(looks <= 3, "it is there");
    };
    let mut receiver = Channel::overwrite(bench.memory.receiver())
        .with_wait(Looking {
            most: MANY,
            before: &mut before,
            sleeps: &sleeps,
        })
        .receiver(Start::Next)
        .unwrap();
    while receiver.skip().flat() != Err(Miss::Empty) {}
    count.seen();
    receiver.wait();
    assert_eq!(bench.take(&mut receiver), Ok(0));
    receiver.wait_unregistered();
    assert_eq!(bench.take(&mut receiver), Ok(1));
    assert_eq!((sleeps.get(), count.seen()), (0, [0; 3]));
}

pub(crate) fn room_found_in_a_spin_needs_no_notification<M: Maker>() {
    let bench = Bench::<M>::new(Geometry::backpressure(4, 48, 1));
    let (count, sleeps) = (Count::default(), Cell::new(0));
    let receiver = Channel::backpressure(bench.memory.receiver())
        .with_wait(Counting::<ASKED>(&count))
        .receiver(0);
    let receiver = Cell::new(Some(receiver.unwrap()));
    let mut before = |looks| {
        if looks == 3 {
            let mut taker = receiver.take().unwrap();
            while matches!(taker.skip().flat(), Ok(_) | Err(Miss::Lagged(_))) {}
            receiver.set(Some(taker));
        }
        assert!(looks <= 3, "it is there");
    };
    let mut sender = Channel::backpressure(bench.memory.sender())
        .with_wait(Looking {
            most: MANY,
            before: &mut before,
            sleeps: &sleeps,
        })
        .sender()
        .unwrap();
    bench.send(&mut sender, 0..4);
    sender.wait_for_room(0);
    bench.send(&mut sender, 4..6);
    sender.wait_for_drain(0);
    assert_eq!(sender.pending(0), Some(0));
    assert_eq!((sleeps.get(), count.seen()), (0, [0; 3]));
}

/// Whoever requested a notification before would be given one, for nothing.
pub(crate) fn a_request_comes_after_the_spin<M: Maker>() {
    let geometry = Geometry::backpressure(4, 48, 1);
    let bench = Bench::<M>::new(geometry);
    let (reader, sleeps) = (bench.memory.reader(), Cell::new(0));
    let requests = || {
        let message = geometry.requests_line() + RECEIVER_WAITING;
        [message, CONSTANTS + SENDER_WAITING].map(|word| reader.load_fresh(word))
    };
    let mut unasked = |_| assert_eq!(requests(), [0; 2]);
    let looking = |before| Looking {
        most: 100,
        before,
        sleeps: &sleeps,
    };
    let mut receiver = Channel::backpressure(bench.memory.receiver())
        .with_wait(looking(&mut unasked))
        .receiver(0)
        .unwrap();
    while receiver.skip().flat() != Err(Miss::Empty) {}
    receiver.wait();
    assert_eq!((sleeps.take(), requests()), (1, [1, 0]));
    drop(receiver);
    let mut asked = |_| assert_eq!(requests()[1], 0);
    let mut sender = Channel::backpressure(bench.memory.sender())
        .with_wait(looking(&mut asked))
        .sender()
        .unwrap();
    let _receiver = Channel::backpressure(bench.memory.receiver())
        .with_wait(Counting::<ASKED>(&Count::default()))
        .receiver(0)
        .unwrap();
    bench.send(&mut sender, 0..4);
    sender.wait_for_room(0);
    assert_eq!(sleeps.take(), 1);
}

/// And not only at its end: it may be a long one.
pub(crate) fn a_spin_ends_with_any_news<M: Maker>() {
    let geometry = Geometry::backpressure(4, 48, 1);
    for news in [Miss::SenderRestarted, Miss::Closed, Miss::Reformatted] {
        let bench = Bench::<M>::new(geometry);
        let (sleeps, count) = (Cell::new(0), Count::default());
        let first = Channel::backpressure(bench.memory.sender())
            .with_wait(Counting::<ASKED>(&count))
            .sender();
        let mut first = Some(first.unwrap());
        let mut before = |looks| {
            let sender = first.take().filter(|_| looks == 0);
            match (sender, news) {
                (None, _) => {}
                (Some(sender), Miss::Closed) => sender.close(),
                (Some(_), Miss::Reformatted) => {
                    geometry.format(&bench.memory.formatter(), 0).unwrap();
                }
                (Some(_), _) => drop(
                    Channel::backpressure(bench.memory.sender())
                        .sender()
                        .unwrap(),
                ),
            }
            assert!(looks < MANY, "{news:?} was not heard");
        };
        let mut receiver = Channel::backpressure(bench.memory.receiver())
            .with_wait(Looking {
                most: MANY,
                before: &mut before,
                sleeps: &sleeps,
            })
            .receiver(0)
            .unwrap();
        while receiver.skip().flat() != Err(Miss::Empty) {}
        receiver.wait();
        assert_eq!(receiver.skip().flat(), Err(news));
        assert_eq!(sleeps.get(), 0);
    }
}

/// Nobody would make room in the channel that it knew.
pub(crate) fn a_format_ends_a_spin_for_room<M: Maker>() {
    let geometry = Geometry::backpressure(4, 48, 1);
    let bench = Bench::<M>::new(geometry);
    let sleeps = Cell::new(0);
    let _receiver = Channel::backpressure(bench.memory.receiver())
        .with_wait(Counting::<ASKED>(&Count::default()))
        .receiver(0)
        .unwrap();
    let mut before = |looks| {
        if looks == 1 {
            geometry.format(&bench.memory.formatter(), 0).unwrap();
        }
        assert!(looks < MANY, "a format was not heard");
    };
    let mut sender = Channel::backpressure(bench.memory.sender())
        .with_wait(Looking {
            most: MANY,
            before: &mut before,
            sleeps: &sleeps,
        })
        .sender()
        .unwrap();
    bench.send(&mut sender, 0..4);
    sender.wait_for_room(0);
    assert!(sender.was_reformatted());
    assert_eq!(sleeps.get(), 0);
}
