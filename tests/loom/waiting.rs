//! Is a side that sleeps always woken? It is rung for once, or never: a lost wake-up is a deadlock.

use std::sync::Arc;

use loom::thread;
use ramframe_core::channel::{Channel, Overwrite, Receive, Receiver, SendError, Start};
use ramframe_core::geometry::{CONSUMED, NOTIFY_SEQ};
use ramframe_core::wait::Wait;

use crate::channel::{BACKPRESSURE, OVERWRITE, channel, send};
use crate::futex::Futex;
use crate::judge::{Heard, Judge};
use crate::model::Model;
use crate::orders::Orders;
use crate::region::LoomRegion;

pub(crate) static SLEEP: Model = Model {
    name: "waiting_a_receiver_sleeps",
    cases: 2,
    bound: Some(2),
    run: |orders, case| {
        let (region, futex) = overwrite::<true>(orders);
        let receiver = awaited(&region, &futex);
        let sender = sending(&region, futex, case + 1);
        hear_all(receiver, case + 1, Receiver::wait);
        sender.join().unwrap();
    },
};

/// As before, after a look that is in vain or not.
pub(crate) static SPIN: Model = Model {
    name: "waiting_a_receiver_spins_then_sleeps",
    cases: 2,
    bound: Some(2),
    run: |orders, case| {
        let (region, futex) = overwrite::<true>(orders);
        let receiver = awaited(&region, &futex.clone().looking(1));
        let sender = sending(&region, futex, case + 1);
        hear_all(receiver, case + 1, Receiver::wait);
        sender.join().unwrap();
    },
};

pub(crate) static SLEEP_BOTH: Model = Model {
    name: "waiting_two_receivers_sleep",
    cases: 1,
    bound: Some(2),
    run: |orders, _| {
        let (region, futex) = overwrite::<true>(orders);
        let receivers = [awaited(&region, &futex), awaited(&region, &futex)];
        let sender = sending(&region, futex, 1);
        let [here, there] = receivers;
        let there = thread::spawn(move || hear_all(there, 1, Receiver::wait));
        hear_all(here, 1, Receiver::wait);
        there.join().unwrap();
        sender.join().unwrap();
    },
};

pub(crate) static NAP: Model = Model {
    name: "waiting_a_receiver_naps",
    cases: 2,
    bound: Some(1),
    run: |orders, case| {
        let (region, futex) = overwrite::<false>(orders);
        let receiver = awaited(&region, &futex);
        let sender = sending(&region, futex, case + 1);
        hear_all(receiver, case + 1, Receiver::wait_unregistered);
        sender.join().unwrap();
    },
};

pub(crate) static ROOM: Model = Model {
    name: "waiting_the_sender_sleeps",
    cases: 1,
    bound: Some(2),
    run: |orders, _| room(orders, 0),
};

pub(crate) static SPIN_FOR_ROOM: Model = Model {
    name: "waiting_the_sender_spins_then_sleeps",
    cases: 1,
    bound: Some(2),
    run: |orders, _| room(orders, 1),
};

type Awaited<const ASKED: bool> = Receiver<LoomRegion, Overwrite, Futex<ASKED>>;

fn overwrite<const ASKED: bool>(orders: &Arc<Orders>) -> (LoomRegion, Futex<ASKED>) {
    let region = channel(&OVERWRITE, 2, orders);
    let futex = Futex::over(&region, &[OVERWRITE.session_line() + NOTIFY_SEQ]);
    (region, futex)
}

fn awaited<const ASKED: bool>(region: &LoomRegion, futex: &Futex<ASKED>) -> Awaited<ASKED> {
    Channel::overwrite(region.clone())
        .with_wait(futex.clone())
        .receiver(Start::Next)
        .unwrap()
}

fn sending<const ASKED: bool>(
    region: &LoomRegion,
    futex: Futex<ASKED>,
    messages: usize,
) -> thread::JoinHandle<()> {
    let mut sender = Channel::overwrite(region.only_writer())
        .with_wait(futex)
        .sender()
        .unwrap();
    thread::spawn(move || {
        for _ in 0..messages {
            send(&mut sender).unwrap();
        }
    })
}

/// Takes so many messages, and sleeps whenever there is none.
pub(crate) fn hear_all<P: Receive<LoomRegion>, W: Wait>(
    mut receiver: Receiver<LoomRegion, P, W>,
    messages: usize,
    mut sleep: impl FnMut(&mut Receiver<LoomRegion, P, W>),
) {
    let mut judge = Judge::of(&receiver);
    let end = judge.position + messages as u64;
    while judge.position < end {
        if judge.step(&mut receiver) == Heard::Nothing {
            sleep(&mut receiver);
        }
    }
}

/// The sender finds the channel full, looks so often, and sleeps until there is room.
fn room(orders: &Arc<Orders>, looks: u32) {
    let region = channel(&BACKPRESSURE, 2, orders);
    let futex: Futex<true> = Futex::over(
        &region,
        &[
            BACKPRESSURE.session_line() + NOTIFY_SEQ,
            BACKPRESSURE.receiver_line(0) + CONSUMED,
        ],
    );
    let receiver = Channel::backpressure(region.clone())
        .with_wait(futex.clone())
        .receiver(0)
        .unwrap();
    let mut sender = Channel::backpressure(region.only_writer())
        .with_wait(futex.clone().looking(looks))
        .sender()
        .unwrap();
    for _ in 0..BACKPRESSURE.slots() {
        send(&mut sender).unwrap();
    }
    let sender = thread::spawn(move || {
        while send(&mut sender) == Err(SendError::Full { receiver: 0 }) {
            sender.wait_for_room(0);
        }
    });
    hear_all(receiver, 3, |_| thread::yield_now());
    sender.join().unwrap();
}
