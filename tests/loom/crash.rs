//! Does the next side go on, wherever the one before died, while the other is at work?

use std::sync::Arc;

use loom::thread;
use ramframe_core::channel::{
    AttachError, Backpressure, Channel, Policy, Receive as Takes, Receiver, Sender, Start,
};

use crate::backpressure::persist;
use crate::channel::{BACKPRESSURE, OVERWRITE, channel, send};
use crate::judge::{Heard, Judge};
use crate::model::{Model, beside, in_turn};
use crate::orders::Orders;
use crate::region::LoomRegion;

/// Stores of a life under overwrite: seven to attach, nine for a message. A pair is two, or one on a wide machine.
const OVERWRITE_STORES: [usize; 2] = [7 + 9, 5 + 5];
/// Under backpressure there is no mark.
const BACKPRESSURE_STORES: [usize; 2] = [7 + 7, 5 + 4];
/// For each crash point: the second sender in the same thread, or in its own; the receiver there before, or attaching.
const WAYS: usize = 4;

/// Messages of earlier times: every slot was used.
const FIRST: u64 = 2;

pub(crate) static OVER: Model = Model {
    name: "crash_overwrite",
    cases: (OVERWRITE_STORES[0] + 1) * WAYS,
    bound: Some(1),
    run: |orders, case| {
        let region = channel(&OVERWRITE, FIRST, orders);
        let receive = |region| Channel::overwrite(region).receiver(Start::Next);
        let life = Life {
            stores: case / WAYS,
            all: OVERWRITE_STORES[usize::from(orders.are_wide())],
            messages: 1,
        };
        crash(
            &region,
            receive,
            |region| Channel::overwrite(region).sender(),
            case,
            life,
        );
    },
};

pub(crate) static BACK: Model = Model {
    name: "crash_backpressure",
    cases: (BACKPRESSURE_STORES[0] + 1) * WAYS,
    bound: Some(1),
    run: |orders, case| {
        let region = channel(&BACKPRESSURE, FIRST, orders);
        let receive = |region| Channel::backpressure(region).receiver(0);
        let life = Life {
            stores: case / WAYS,
            all: BACKPRESSURE_STORES[usize::from(orders.are_wide())],
            messages: 1,
        };
        crash(
            &region,
            receive,
            |region| Channel::backpressure(region).sender(),
            case,
            life,
        );
    },
};

/// Stores of a receiver that attaches under backpressure. Under overwrite it has none.
pub(crate) const SEAT_STORES: usize = 4;
/// Messages that it consumes, with a store each.
const CONSUMED: u64 = 2;
const RECEIVER_STORES: usize = SEAT_STORES + CONSUMED as usize;
/// For each crash point: the second receiver in the same thread, or in its own.
const RECEIVER_WAYS: usize = 2;

/// More than there are slots.
const MESSAGES: u64 = 3;

pub(crate) static RECEIVER: Model = Model {
    name: "crash_of_a_receiver",
    cases: (RECEIVER_STORES + 1) * RECEIVER_WAYS,
    bound: Some(1),
    run: receiver_dies,
};

type Attached<T> = Result<T, AttachError>;
type Receive<P> = fn(LoomRegion) -> Attached<Receiver<LoomRegion, P>>;
type Send<P> = fn(LoomRegion) -> Attached<Sender<LoomRegion, P>>;

/// How long the first sender lives, and what it would do in all.
#[derive(Clone, Copy)]
struct Life {
    stores: usize,
    all: usize,
    messages: u64,
}

fn crash<P: Takes<LoomRegion> + Policy + 'static>(
    region: &LoomRegion,
    receive: Receive<P>,
    attach: Send<P>,
    case: usize,
    life: Life,
) {
    if life.stores > life.all {
        return;
    }
    let (apart, early) = (case % 2 == 1, case / 2 % 2 == 1);
    let (there, coming) = (early.then(|| receive(region.clone())), region.clone());
    let receiver = move || {
        let mut receiver = match there.unwrap_or_else(|| receive(coming)) {
            Ok(receiver) => receiver,
            Err(AttachError::Busy) => return None,
            Err(error) => panic!("{error:?}"),
        };
        let mut judge = Judge::of(&receiver);
        judge.step(&mut receiver);
        Some((judge, receiver))
    };
    let first = region.only_writer().dying(life.stores);
    let first = move || live(&first, attach, life.messages);
    let mut end = 0;
    let second = || {
        let mut sender = attach(region.only_writer()).unwrap();
        send(&mut sender).unwrap();
        end = sender.next_sequence();
    };
    let receiver = in_turn(apart, first, second, receiver);
    assert!(end <= FIRST + life.messages + 1);
    assert!(life.stores < life.all || end == FIRST + life.messages + 1);
    if let Some((mut judge, mut receiver)) = receiver {
        judge.drain(&mut receiver);
        assert_eq!(judge.position, end);
    }
}

/// Sends until it is done or dead.
fn live<P: Policy>(mortal: &LoomRegion, attach: Send<P>, messages: u64) {
    if mortal.is_dead() {
        return;
    }
    let mut sender = attach(mortal.clone()).unwrap();
    for _ in 0..messages {
        if !mortal.is_dead() {
            send(&mut sender).unwrap();
        }
    }
}

/// Two receivers in one seat of a channel that is full, of which the first dies. What it took it has taken; what it only read comes again.
fn receiver_dies(orders: &Arc<Orders>, case: usize) {
    let (stores, apart) = (case / RECEIVER_WAYS, case % RECEIVER_WAYS == 1);
    let region = channel(&BACKPRESSURE, FIRST, orders);
    let mut sender = Channel::backpressure(region.only_writer())
        .sender()
        .unwrap();
    (0..CONSUMED).for_each(|_| persist(&mut sender));
    let mortal = region.dying(stores);
    let first = move || {
        let (mut receiver, mut judge) = take_seat(&mortal);
        take(&mut receiver, &mut judge, CONSUMED);
    };
    let second = move || {
        let (mut receiver, mut judge) = take_seat(&region);
        let consumed = stores.saturating_sub(SEAT_STORES) as u64;
        assert_eq!(judge.position, FIRST + consumed);
        take(&mut receiver, &mut judge, MESSAGES - consumed);
    };
    let last = || persist(&mut sender);
    beside(last, move || match apart {
        false => {
            first();
            second();
        }
        true => {
            thread::spawn(first).join().unwrap();
            second();
        }
    });
}

fn take_seat(region: &LoomRegion) -> (Receiver<LoomRegion, Backpressure>, Judge) {
    loop {
        match Channel::backpressure(region.clone()).receiver(0) {
            Ok(receiver) => {
                let judge = Judge::of(&receiver);
                return (receiver, judge);
            }
            Err(AttachError::Busy) => thread::yield_now(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Takes so many messages; one whose last stores come to nothing only believes that it does.
fn take(receiver: &mut Receiver<LoomRegion, Backpressure>, judge: &mut Judge, count: u64) {
    let end = judge.position + count;
    while judge.position < end {
        match judge.step(receiver) {
            Heard::Message => {}
            Heard::Nothing | Heard::Busy => thread::yield_now(),
            heard => panic!("{heard:?}"),
        }
    }
}
