//! Steps of a receiver and a sender beside the plain ones: those that wait, look ahead, count, and go through what is pending.

use std::cell::Cell;

use ramframe_core::channel::{
    Backpressure, Channel, Event, Overwrite, Policy, Receive, Receiver, SendError, Sender, Start,
};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::ReadOnlyMemory;
use ramframe_core::wait::{Forever, MaxWaits, Notify, Wait};

use crate::heap::Heap;
use crate::support::Words;

const OVERWRITE: Geometry = Geometry::overwrite(4, 48);
const BACKPRESSURE: Geometry = Geometry::backpressure(4, 48, 2);

/// Counts waits, and does something at each.
#[derive(Clone, Copy)]
struct Counting<'a> {
    waits: &'a Cell<u32>,
    each: &'a dyn Fn(u32),
}

impl Wait for Counting<'_> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _: *const u32, _: u32) {
        self.waits.set(self.waits.get() + 1);
        (self.each)(self.waits.get());
    }

    fn notify(&mut self, _: *const u32, _: bool) {}
}

fn idle(_: u32) {}

/// Both ends of a channel, of a sender that answers requests.
macro_rules! ends {
    ($channel:ident, $place:expr, $region:expr, $waits:expr) => {{
        let wait = Counting {
            waits: $waits,
            each: &idle,
        };
        let channel = || Channel::$channel($region).with_wait(wait);
        (
            channel().sender().unwrap(),
            channel().receiver($place).unwrap(),
        )
    }};
}

fn looks_ahead<P: Policy + for<'m> Receive<Words<'m>>>(
    mut sender: Sender<Words<'_>, P, Counting<'_>>,
    mut receiver: Receiver<Words<'_>, P, Counting<'_>>,
) {
    let mut buffer = [0; 48];
    assert_eq!(receiver.peek(&mut buffer), Ok(Event::Empty));
    assert_eq!(receiver.pending(), Ok(0));
    for number in 0..3 {
        sender.try_send(&[number; 3]).unwrap();
    }
    for number in 0..3 {
        assert_eq!(receiver.pending(), Ok(3 - number));
        for _ in 0..2 {
            let message = receiver.peek(&mut buffer).unwrap().message().unwrap();
            assert_eq!(
                (message.sequence, message.payload),
                (number, &[number as u8; 3][..])
            );
            assert_eq!(receiver.next_sequence(), number);
        }
        let message = receiver.try_recv(&mut buffer).unwrap().message().unwrap();
        assert_eq!((message.sequence, message.payload.len()), (number, 3));
    }
    sender.close();
    assert_eq!(receiver.peek(&mut buffer), Ok(Event::Closed));
    assert_eq!(receiver.try_recv(&mut buffer), Ok(Event::Closed));
}

#[test]
fn what_was_looked_at_is_received_afterwards() {
    let (array, waits) = (Words::array::<512>(), Cell::new(0));
    let region = Words::new(&array);
    OVERWRITE.format(&region, 0).unwrap();
    let (sender, receiver) = ends!(overwrite, Start::Oldest, region, &waits);
    looks_ahead::<Overwrite>(sender, receiver);
    let array = Words::array::<512>();
    let region = Words::new(&array);
    BACKPRESSURE.format(&region, 0).unwrap();
    let (sender, receiver) = ends!(backpressure, 0, region, &waits);
    looks_ahead::<Backpressure>(sender, receiver);
}

#[test]
fn an_iterator_gives_what_is_pending_and_the_news_between() {
    let (array, waits) = (Words::array::<512>(), Cell::new(0));
    let region = Words::new(&array);
    OVERWRITE.format(&region, 0).unwrap();
    let (mut sender, mut receiver) = ends!(overwrite, Start::Oldest, region, &waits);
    assert_eq!(receiver.try_iter::<48>().count(), 0);
    for number in 0..6 {
        sender.try_send(&[number]).unwrap();
    }
    assert_eq!(receiver.pending(), Ok(6));
    sender.close();
    let found: Vec<_> = receiver
        .try_iter::<48>()
        .map(|event| event.unwrap().map(|frame| frame.payload()[0]))
        .collect();
    let messages = (2..6).map(Event::Message);
    let all: Vec<_> = [Event::Lagged(2)]
        .into_iter()
        .chain(messages)
        .chain([Event::Closed])
        .collect();
    assert_eq!(found, all);
    assert_eq!(receiver.try_iter::<48>().count(), 1, "closed, again");
}

#[test]
fn a_receive_waits_as_often_as_it_may() {
    let (array, waits) = (Words::array::<512>(), Cell::new(0));
    let region = Words::new(&array);
    BACKPRESSURE.format(&region, 0).unwrap();
    let (mut sender, mut receiver) = ends!(backpressure, 0, region, &waits);
    let mut buffer = [0; 48];
    for most in [0, 1, 7] {
        assert_eq!(receiver.recv(&mut buffer, MaxWaits(most)), Ok(Event::Empty));
        assert_eq!(waits.take(), most);
        assert_eq!(
            receiver.recv_unregistered(&mut buffer, MaxWaits(most)),
            Ok(Event::Empty)
        );
        assert_eq!(waits.take(), most);
    }
    sender.try_send(b"CIEPLO").unwrap();
    let message = receiver
        .recv(&mut buffer, Forever)
        .unwrap()
        .message()
        .unwrap();
    assert_eq!((message.payload, waits.take()), (&b"CIEPLO"[..], 0));
    sender.close();
    assert_eq!(receiver.recv(&mut buffer, Forever), Ok(Event::Closed));
}

#[test]
fn a_receive_ends_its_wait_with_a_message() {
    let (array, waits) = (Words::array::<512>(), Cell::new(0));
    let region = Words::new(&array);
    OVERWRITE.format(&region, 0).unwrap();
    let (sender, _) = ends!(overwrite, Start::Next, region, &waits);
    let sender = Cell::new(Some(sender));
    let each = |waits| {
        if waits == 3 {
            let mut other = sender.take().unwrap();
            other.try_send(b"ZIMNO").unwrap();
            sender.set(Some(other));
        }
    };
    let wait = Counting {
        waits: &waits,
        each: &each,
    };
    let receiver = Channel::overwrite(region).with_wait(wait);
    let mut receiver = receiver.receiver(Start::Next).unwrap();
    let mut buffer = [0; 48];
    let message = receiver
        .recv(&mut buffer, Forever)
        .unwrap()
        .message()
        .unwrap();
    assert_eq!((message.payload, waits.get()), (&b"ZIMNO"[..], 3));
}

#[test]
fn a_send_waits_for_room_as_often_as_it_may() {
    let (array, waits) = (Words::array::<512>(), Cell::new(0));
    let region = Words::new(&array);
    BACKPRESSURE.format(&region, 0).unwrap();
    let (mut sender, mut receiver) = ends!(backpressure, 0, region, &waits);
    let _second = Channel::backpressure(region)
        .with_wait(Counting {
            waits: &waits,
            each: &idle,
        })
        .receiver(1)
        .unwrap();
    for sequence in 0..4 {
        assert_eq!(sender.send(b"CIEPLO", MaxWaits(0)), Ok(sequence));
    }
    assert_eq!(
        sender.send(b"x", MaxWaits(5)),
        Err(SendError::Full { receiver: 0 })
    );
    assert_eq!(waits.take(), 5);
    while receiver.skip() != Ok(Event::Empty) {}
    assert_eq!(
        sender.send(b"x", MaxWaits(2)),
        Err(SendError::Full { receiver: 1 })
    );
    assert_eq!(
        sender.drain(MaxWaits(3)),
        Err(SendError::Full { receiver: 1 })
    );
    assert_eq!(waits.take(), 5);
}

#[test]
fn a_drain_ends_when_everything_was_received() {
    let (array, waits) = (Words::array::<512>(), Cell::new(0));
    let region = Words::new(&array);
    let geometry = Geometry::backpressure(4, 48, 1);
    geometry.format(&region, 0).unwrap();
    let receiver = Channel::backpressure(region).with_wait(Counting {
        waits: &waits,
        each: &idle,
    });
    let receiver = Cell::new(Some(receiver.receiver(0).unwrap()));
    let each = |_| {
        let mut other = receiver.take().unwrap();
        let _ = other.skip().unwrap();
        receiver.set(Some(other));
    };
    let wait = Counting {
        waits: &waits,
        each: &each,
    };
    let mut sender = Channel::backpressure(region)
        .with_wait(wait)
        .sender()
        .unwrap();
    for _ in 0..3 {
        sender.try_send(b"CIEPLO").unwrap();
    }
    assert_eq!(sender.drain(Forever), Ok(()));
    // One of them was news: a sender came.
    assert!((3..=4).contains(&waits.get()));
}

/// On memory that it cannot write, a receiver waits without a request.
#[test]
fn a_receiver_that_only_reads_waits_too() {
    let heap = Heap::new(OVERWRITE.size() as usize);
    OVERWRITE.format(&heap.memory(), 0).unwrap();
    let memory: ReadOnlyMemory<'_> = heap.memory().read_only();
    let mut receiver = Channel::overwrite(memory).receiver(Start::Oldest).unwrap();
    let mut buffer = [0; 48];
    assert_eq!(
        receiver.recv_unregistered(&mut buffer, MaxWaits(9)),
        Ok(Event::Empty)
    );
    let mut sender = Channel::overwrite(heap.memory()).sender().unwrap();
    sender.try_send(b"CIEPLO").unwrap();
    let message = receiver.recv_unregistered(&mut buffer, Forever).unwrap();
    assert_eq!(message.message().unwrap().payload, b"CIEPLO");
}
