//! What a round trip costs by the library's own calls: `send` and `recv`, beside `try_send` and `try_recv` in a loop.
//!
//! `cargo bench --bench turns` prints it. Each side has a thread and a core of its own. How far apart the cores are changes with the
//! moment: only the ratio of a run counts.

#[path = "../futex/cores.rs"]
mod cores;
#[path = "../segment/scratch.rs"]
mod scratch;

use std::hint::spin_loop;
use std::thread;
use std::time::Instant;

use ramframe_core::channel::Start;
use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Sender, Trust};

use crate::scratch::Scratch;

const TRIPS: usize = 10_000;
const ROUNDS: usize = 31;

/// One side's ends of the two channels.
struct Side {
    sender: Sender,
    receiver: Receiver,
    message: Vec<u8>,
    buffer: Vec<u8>,
}

impl Side {
    fn send(&mut self, waits: bool) {
        let Self {
            sender, message, ..
        } = self;
        // There is always room: only one message is under way.
        let sent = match waits {
            true => sender.send(message, &Limit::NEVER),
            false => sender.try_send(message),
        };
        sent.unwrap();
    }

    fn receive(&mut self, waits: bool) {
        let Self {
            receiver, buffer, ..
        } = self;
        if waits {
            let event = receiver.recv(buffer, &Limit::NEVER).unwrap();
            return assert!(matches!(event, Event::Message(_)), "{event:?}");
        }
        while !matches!(receiver.try_recv(buffer).unwrap(), Event::Message(_)) {
            spin_loop();
        }
    }
}

/// Both sides, for messages of this size.
fn sides(keys: [&Scratch; 2], size: usize) -> [Side; 2] {
    let trust = Trust::current_user();
    let options = ChannelOptions {
        slots: Some(1024),
        slot: u32::try_from(size).ok(),
        ..ChannelOptions::backpressure(1)
    };
    let [there, back] = keys.map(|scratch| {
        let sender = Sender::open(scratch.key, &options, &trust).unwrap();
        let receiver = Receiver::open(scratch.key, Start::Oldest, &trust).unwrap();
        (sender, receiver)
    });
    let side = |sender, receiver| Side {
        sender,
        receiver,
        message: vec![7; size],
        buffer: vec![0; size],
    };
    [side(there.0, back.1), side(back.0, there.1)]
}

/// Median nanoseconds of a round trip.
fn round([here, there]: &mut [Side; 2], waits: bool) -> f64 {
    let cores = cores::allowed();
    let mut times = thread::scope(|scope| {
        scope.spawn(|| {
            cores::pin(cores[1]);
            for _ in 0..TRIPS {
                there.receive(waits);
                there.send(waits);
            }
        });
        let timing = scope.spawn(|| {
            cores::pin(cores[0]);
            let mut trip = || {
                let start = Instant::now();
                here.send(waits);
                here.receive(waits);
                start.elapsed().as_nanos() as f64
            };
            (0..TRIPS).map(|_| trip()).collect::<Vec<_>>()
        });
        timing.join().unwrap()
    });
    median(&mut times)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    // Without this, `cargo test --benches` would take as long as the measurement.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    if cores::allowed().len() < 2 {
        return println!("not measured: each side needs a core of its own");
    }
    println!("| payload | try_send and try_recv, ns on this machine | send and recv, of that |");
    println!("|--:|--:|--:|");
    for size in [8, 48] {
        let keys = [Scratch::new(), Scratch::new()];
        let mut sides = sides([&keys[0], &keys[1]], size);
        let [mut loops, mut ratios] = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            let without = round(&mut sides, false);
            loops.push(without);
            ratios.push(round(&mut sides, true) / without);
        }
        let (without, ratio) = (median(&mut loops), median(&mut ratios));
        println!("| {size} B | {without:.0} | {ratio:.2} |");
        for side in sides {
            side.receiver.detach();
            side.sender.close().unwrap();
        }
    }
}
