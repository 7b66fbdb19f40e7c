//! Does a format beside every other step leave each side with what is of its own generation, and nobody asleep?

use std::sync::Arc;

use loom::thread;
use ramframe_core::channel::{
    AttachError, Backpressure, Channel, Overwrite, Policy, Receive, Receiver, SendError, Sender,
    Start,
};
use ramframe_core::geometry::{
    CONSTANTS, CONSUMED, FIRST_EPOCH, Geometry, GeometryError, NOTIFY_SEQ,
};
use ramframe_core::region::Region;

use crate::channel::{BACKPRESSURE, CAPACITY, OVERWRITE, formattable, send};
use crate::futex::Futex;
use crate::judge::whole;
use crate::model::{Model, beside};
use crate::orders::Orders;
use crate::region::LoomRegion;
use crate::support::{FlatMessage, Miss};

const UNFORMATTED: AttachError = AttachError::Geometry(GeometryError::Unformatted);

pub(crate) static RECEIVE: Model = Model {
    name: "format_beside_a_receive",
    cases: 8,
    bound: Some(1),
    run: |orders, case| {
        let (received, apart) = (case / 2 % 2, case / 4 == 1);
        match case % 2 {
            0 => receive::<Overwrite>(orders, &OVERWRITE, received, apart),
            _ => receive::<Backpressure>(orders, &BACKPRESSURE, received, apart),
        }
    },
};

pub(crate) static FIRST_SENDER: Model = Model {
    name: "format_before_the_first_sender",
    cases: 4,
    bound: Some(1),
    run: |orders, case| match case % 2 {
        0 => first_sender::<Overwrite>(orders, &OVERWRITE, case / 2),
        _ => first_sender::<Backpressure>(orders, &BACKPRESSURE, case / 2),
    },
};

pub(crate) static SENDERS: Model = Model {
    name: "format_beside_two_senders",
    cases: 4,
    bound: Some(2),
    run: |orders, case| two_senders(orders, case % 2 == 1, case / 2),
};

pub(crate) static SLEEP: Model = Model {
    name: "format_wakes_a_receiver",
    cases: 2,
    bound: Some(2),
    run: |orders, case| match case {
        0 => receiver_sleeps::<Overwrite>(orders, &OVERWRITE),
        _ => receiver_sleeps::<Backpressure>(orders, &BACKPRESSURE),
    },
};

pub(crate) static ROOM: Model = Model {
    name: "format_wakes_a_sender",
    cases: 1,
    bound: Some(2),
    run: |orders, _| sender_sleeps(orders),
};

/// Attaches sides of one policy.
trait Ends: Policy + Receive<LoomRegion> + Sized + 'static {
    const PLACE: Self::Place;

    fn channel(region: LoomRegion) -> Channel<LoomRegion, Self>;

    fn sender(region: LoomRegion) -> Result<Sender<LoomRegion, Self>, AttachError> {
        Self::channel(region).sender()
    }

    fn receiver(region: LoomRegion) -> Result<Receiver<LoomRegion, Self>, AttachError> {
        Self::channel(region).receiver(Self::PLACE)
    }
}

impl Ends for Overwrite {
    const PLACE: Start = Start::Oldest;

    fn channel(region: LoomRegion) -> Channel<LoomRegion, Self> {
        Channel::overwrite(region)
    }
}

impl Ends for Backpressure {
    const PLACE: u32 = 0;

    fn channel(region: LoomRegion) -> Channel<LoomRegion, Self> {
        Channel::backpressure(region)
    }
}

/// Takes a step. A message must be the next, whole, and of a sender whose epoch is among `epochs`. Whether to go on.
fn step<P: Receive<LoomRegion>>(
    receiver: &mut Receiver<LoomRegion, P>,
    epochs: &[u32],
) -> Result<bool, Miss> {
    let (next, mut buffer) = (receiver.next_sequence(), [0; CAPACITY as usize]);
    match receiver.try_recv(&mut buffer).header() {
        Ok(header) => {
            assert!(epochs.contains(&header.epoch), "of another generation");
            assert_eq!(header.sequence, next, "in order");
            whole(header, &buffer);
            Ok(true)
        }
        Err(Miss::Empty | Miss::Busy) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the old and the new generation's sender have as epochs.
fn epochs(region: &LoomRegion) -> [u32; 2] {
    let first = region.load(FIRST_EPOCH);
    [first, first.wrapping_add(2)]
}

/// A receiver has received so many messages of the old generation; the new one's sender has the same sequences. `apart`: that one
/// is another program than the formatter, and knows of the format what it finds alone.
fn receive<P: Ends>(
    orders: &Arc<Orders>,
    geometry: &'static Geometry,
    received: usize,
    apart: bool,
) {
    let region = formattable(geometry, 0, orders);
    let [old, new] = epochs(&region);
    let mut sender = P::sender(region.only_writer()).unwrap();
    let mut receiver = P::receiver(region.clone()).unwrap();
    for _ in 0..1 + received {
        send(&mut sender).unwrap();
    }
    for _ in 0..received {
        assert_eq!(step(&mut receiver, &[old]), Ok(true));
    }
    let formatter = region.only_writer();
    let format = move || geometry.format(&formatter, 0).unwrap();
    let (other, late) = (region.clone(), region.clone());
    let receive = move || {
        if let Err(error) = step(&mut receiver, &[old]) {
            assert_eq!(error, Miss::Reformatted);
        }
        receiver
    };
    let attach_and_send = || {
        let mut sender = P::sender(other)
            .ok()
            .filter(|sender| sender.epoch() == new)?;
        for _ in 0..1 + received {
            send(&mut sender).unwrap();
        }
        Some(sender)
    };
    let (sender, mut receiver) = match apart {
        true => {
            let format = thread::spawn(format);
            let receive = thread::spawn(receive);
            let sender = attach_and_send();
            format.join().unwrap();
            (sender, receive.join().unwrap())
        }
        false => {
            let receive = thread::spawn(receive);
            format();
            (attach_and_send(), receive.join().unwrap())
        }
    };
    let last = step(&mut receiver, &[]);
    assert_eq!(last, Err(Miss::Reformatted), "not a word of it");
    if sender.is_some() {
        let mut receiver = P::receiver(late).unwrap();
        assert_eq!(receiver.next_sequence(), 0, "a late store was believed");
        assert_eq!(step(&mut receiver, &[new]), Ok(true));
    }
}

/// The slots hold an older generation's messages, and the first sender of this one attaches.
fn first_sender<P: Ends>(orders: &Arc<Orders>, geometry: &'static Geometry, early: usize) {
    let region = formattable(geometry, 0, orders);
    let [_, new] = epochs(&region);
    let mut sender = P::sender(region.only_writer()).unwrap();
    for _ in 0..2 {
        send(&mut sender).unwrap();
    }
    geometry.format(&region.only_writer(), 0).unwrap();
    let there = (early == 1).then(|| P::receiver(region.clone()).unwrap());
    let other = region.only_writer();
    let attach_and_send = || {
        let mut sender = P::sender(other).unwrap();
        send(&mut sender).unwrap();
    };
    beside(attach_and_send, move || {
        let mut receiver = match there.map_or_else(|| P::receiver(region), Ok) {
            Ok(receiver) => receiver,
            Err(error) => return assert_eq!(error, AttachError::Busy),
        };
        assert!(receiver.next_sequence() <= 1, "an older head");
        step(&mut receiver, &[new]).unwrap();
    });
}

/// Two senders of one generation, one after the other, beside the format: neither epoch may be the next generation's.
fn two_senders(orders: &Arc<Orders>, apart: bool, before: usize) {
    let region = formattable(&OVERWRITE, 0, orders);
    for _ in 0..before {
        Channel::overwrite(region.only_writer()).sender().unwrap();
    }
    let formatter = region.clone();
    let (first, second) = (region.clone(), region.clone());
    let attach = |region: LoomRegion| {
        let sender = Channel::overwrite(region).sender();
        sender
            .inspect_err(|error| assert_eq!(*error, UNFORMATTED))
            .ok()
    };
    let senders = thread::spawn(move || {
        let first = match apart {
            true => thread::spawn(move || attach(first)).join().unwrap(),
            false => attach(first),
        };
        [first, attach(second)]
    });
    OVERWRITE.format(&formatter, 0).unwrap();
    let senders = senders.join().unwrap();
    let first_epoch = region.load(FIRST_EPOCH);
    for sender in senders.into_iter().flatten() {
        let is_owned = sender.epoch().wrapping_sub(first_epoch) < 1 << 31;
        assert_eq!(is_owned, !sender.was_reformatted(), "{}", sender.epoch());
    }
}

fn receiver_sleeps<P: Ends>(orders: &Arc<Orders>, geometry: &'static Geometry) {
    let region = formattable(geometry, 0, orders);
    let mut futex: Futex<true> = bed(&region, geometry);
    let sender = P::channel(region.only_writer()).with_wait(futex.clone());
    drop(sender.sender().unwrap());
    let receiver = P::channel(region.clone()).with_wait(futex.clone());
    let mut receiver = receiver.receiver(P::PLACE).unwrap();
    let formatter = region.only_writer();
    let format = || {
        geometry
            .format_and_notify(&formatter, 0, &mut futex)
            .unwrap();
    };
    beside(format, move || {
        loop {
            match receiver.try_recv(&mut []).header() {
                Err(Miss::Reformatted) => return,
                found => assert_eq!(found, Err(Miss::Empty)),
            }
            receiver.wait();
        }
    });
}

fn sender_sleeps(orders: &Arc<Orders>) {
    let region = formattable(&BACKPRESSURE, 0, orders);
    let mut futex: Futex<true> = bed(&region, &BACKPRESSURE);
    let receiver = Channel::backpressure(region.clone()).with_wait(futex.clone());
    drop(receiver.receiver(0).unwrap());
    let mut sender = Channel::backpressure(region.clone())
        .with_wait(futex.clone())
        .sender()
        .unwrap();
    for _ in 0..BACKPRESSURE.slots() {
        send(&mut sender).unwrap();
    }
    let formatter = region.only_writer();
    let format = || (BACKPRESSURE.format_and_notify(&formatter, 0, &mut futex)).unwrap();
    beside(format, move || {
        loop {
            match send(&mut sender) {
                Err(SendError::Reformatted) => return,
                found => assert_eq!(found, Err(SendError::Full { receiver: 0 })),
            }
            sender.wait_for_room(0);
        }
    });
}

/// Where both sides sleep.
fn bed(region: &LoomRegion, geometry: &Geometry) -> Futex<true> {
    let mut words = vec![CONSTANTS + NOTIFY_SEQ];
    words.extend((0..geometry.receivers()).map(|index| geometry.receiver_line(index) + CONSUMED));
    Futex::over(region, &words)
}
