//! The steps that are counted, each so often.

use std::hint::black_box;

use ramframe_core::channel::{Backpressure, Channel, Overwrite, Sender, Start};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::Memory;

use crate::aged::age;
use crate::heap::{Heap, again};

/// What is counted: verb, policy, payload bytes.
pub(crate) const NAMES: [&str; 12] = [
    "send_overwrite_8",
    "send_overwrite_48",
    "send_overwrite_1024",
    "send_backpressure_8",
    "send_backpressure_48",
    "send_backpressure_1024",
    "recv_overwrite_48",
    "recv_overwrite_1024",
    "recv_backpressure_48",
    "recv_backpressure_1024",
    "latest_overwrite_48",
    "latest_backpressure_48",
];

/// Steps in all, in rounds that fit the slots.
pub(crate) const STEPS: u32 = ROUNDS * ROUND;
const ROUNDS: u32 = 20;
const ROUND: u32 = 50;

/// What a step must not depend on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) slots: u32,
    /// Messages sent before.
    pub(crate) sent: u64,
    /// Receivers attached beside the one that is counted; under backpressure there are none.
    pub(crate) others: u32,
}

pub(crate) const USUAL: Setting = Setting {
    slots: 64,
    sent: 0,
    others: 0,
};

impl Setting {
    /// As words in the environment of the second process.
    pub(crate) fn told(&self) -> String {
        format!("{} {} {}", self.slots, self.sent, self.others)
    }

    pub(crate) fn heard(told: &str) -> Self {
        let mut words = told.split(' ').map(|word| word.parse::<u64>().unwrap());
        let mut next = || words.next().unwrap();
        Self {
            slots: next() as u32,
            sent: next(),
            others: next() as u32,
        }
    }
}

/// Does `step` for a round. The name is what callgrind is told to count.
#[inline(never)]
fn counted(mut step: impl FnMut()) {
    for _ in 0..ROUND {
        step();
    }
}

fn uncounted(step: impl FnMut()) {
    std::iter::repeat_with(step).take(ROUND as usize).count();
}

pub(crate) fn run(name: &str, setting: Setting) {
    let mut parts = name.split('_');
    let [verb, policy, size] = [(); 3].map(|()| parts.next().unwrap());
    let size: usize = size.parse().unwrap();
    let geometry = match policy {
        "overwrite" => Geometry::overwrite(setting.slots, size as u32),
        _ => Geometry::backpressure(setting.slots, size as u32, 1),
    };
    let heap = Heap::new(geometry.size() as usize);
    geometry.format(&heap.memory(), 0).unwrap();
    age(&heap.memory(), &geometry, setting.sent);
    match policy {
        "overwrite" => overwrite(heap.memory(), verb, size, setting.others),
        _ => backpressure(heap.memory(), verb, size),
    }
}

macro_rules! play {
    ($sender:ident, $receiver:ident, $verb:ident, $size:ident) => {
        let message = vec![7; $size];
        let mut buffer = vec![0; $size];
        for _ in 0..ROUNDS {
            let mut send = || {
                black_box($sender.try_send(black_box(&message)).unwrap());
            };
            match $verb {
                "send" => counted(send),
                _ => uncounted(&mut send),
            }
            if $verb == "latest" {
                counted(|| {
                    let _ = black_box($receiver.latest(black_box(&mut buffer)).unwrap());
                });
            }
            let recv = || {
                let _ = black_box($receiver.try_recv(black_box(&mut buffer)).unwrap());
            };
            match $verb {
                "recv" => counted(recv),
                _ => uncounted(recv),
            }
        }
    };
}

fn overwrite(ram: Memory<'_>, verb: &str, size: usize, others: u32) {
    let mut sender: Sender<_, Overwrite> = Channel::overwrite(again(&ram)).sender().unwrap();
    let mut receiver = Channel::overwrite(again(&ram))
        .receiver(Start::Next)
        .unwrap();
    let others: Vec<_> = (0..others)
        .map(|_| {
            Channel::overwrite(again(&ram))
                .receiver(Start::Next)
                .unwrap()
        })
        .collect();
    play!(sender, receiver, verb, size);
    black_box(others);
}

fn backpressure(ram: Memory<'_>, verb: &str, size: usize) {
    let mut sender: Sender<_, Backpressure> = Channel::backpressure(again(&ram)).sender().unwrap();
    let mut receiver = Channel::backpressure(again(&ram)).receiver(0).unwrap();
    play!(sender, receiver, verb, size);
}
