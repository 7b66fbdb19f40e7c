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
pub(crate) const STEPS: u32 = 1000;
const ROUND: u32 = 50;

/// Messages that are sent, then received by all, in a channel of so many slots.
pub(crate) fn round(slots: u32) -> u32 {
    ROUND.min(slots)
}

/// What a step must not depend on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) slots: u32,
    /// Messages sent before.
    pub(crate) sent: u64,
    /// Receivers attached beside the one that is counted. Under backpressure each of them receives every message.
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
fn counted(round: u32, mut step: impl FnMut()) {
    for _ in 0..round {
        step();
    }
}

fn uncounted(round: u32, step: impl FnMut()) {
    std::iter::repeat_with(step).take(round as usize).count();
}

pub(crate) fn run(name: &str, setting: Setting) {
    let mut parts = name.split('_');
    let [verb, policy, size] = [(); 3].map(|()| parts.next().unwrap());
    let size: usize = size.parse().unwrap();
    let geometry = match policy {
        "overwrite" => Geometry::overwrite(setting.slots, size as u32),
        _ => Geometry::backpressure(setting.slots, size as u32, 1 + setting.others),
    };
    let heap = Heap::new(geometry.size() as usize);
    geometry.format(&heap.memory(), 0).unwrap();
    age(&heap.memory(), &geometry, setting.sent);
    let play = match policy {
        "overwrite" => overwrite,
        _ => backpressure,
    };
    play(heap.memory(), verb, size, setting);
}

macro_rules! play {
    ($sender:ident, $receiver:ident, $others:ident, $verb:ident, $size:ident, $setting:ident) => {
        let message = vec![7; $size];
        let mut buffer = vec![0; $size];
        let round = round($setting.slots);
        for _ in 0..STEPS / round {
            let mut send = || {
                black_box($sender.try_send(black_box(&message)).unwrap());
            };
            match $verb {
                "send" => counted(round, send),
                _ => uncounted(round, &mut send),
            }
            if $verb == "latest" {
                counted(round, || {
                    let _ = black_box($receiver.latest(black_box(&mut buffer)).unwrap());
                });
            }
            let recv = || {
                let _ = black_box($receiver.try_recv(black_box(&mut buffer)).unwrap());
            };
            match $verb {
                "recv" => counted(round, recv),
                _ => uncounted(round, recv),
            }
            for other in &mut $others {
                uncounted(round, || {
                    let _ = black_box(other.skip().unwrap());
                });
            }
        }
    };
}

fn overwrite(ram: Memory<'_>, verb: &str, size: usize, setting: Setting) {
    let channel = || Channel::overwrite(again(&ram));
    let mut sender: Sender<_, Overwrite> = channel().sender().unwrap();
    let attach = |_| channel().receiver(Start::Next).unwrap();
    let mut receiver = attach(0);
    let mut others: Vec<_> = (0..setting.others).map(attach).collect();
    play!(sender, receiver, others, verb, size, setting);
}

fn backpressure(ram: Memory<'_>, verb: &str, size: usize, setting: Setting) {
    let channel = || Channel::backpressure(again(&ram));
    let mut sender: Sender<_, Backpressure> = channel().sender().unwrap();
    let attach = |index| channel().receiver(index).unwrap();
    let mut receiver = attach(0);
    let mut others: Vec<_> = (1..=setting.others).map(attach).collect();
    play!(sender, receiver, others, verb, size, setting);
}
