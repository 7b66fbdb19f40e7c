//! What does a send pay for waking? Sends to nobody, under each way of ringing, in turn: `cargo bench --bench rings`.
//!
//! Printed are ratios to a sender that never rings, medians over rounds of one interleaved run.

#[path = "../region/heap.rs"]
mod heap;

use std::hint::black_box;
use std::time::Instant;

use heap::Heap;
use ramframe_core::channel::Channel;
use ramframe_core::geometry::Geometry;
use ramframe_core::wait::{Spin, Wait};
use ramframe_host::wait::{Both, OnRequest, RateLimited};

const GEOMETRY: Geometry = Geometry::overwrite(64, 1024);
const SENDS: u32 = 400_000;
const ROUNDS: usize = 31;

/// Nanoseconds of one send.
fn send<W: Wait>(heap: &Heap, wait: W, message: &[u8]) -> f64 {
    let channel = Channel::overwrite(heap.memory()).with_wait(wait);
    let mut sender = channel.sender().unwrap();
    let start = Instant::now();
    for _ in 0..SENDS {
        // Behind a reference, as it is in a program: its fields are not kept in registers.
        black_box(black_box(&mut sender).try_send(black_box(message)).unwrap());
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(SENDS)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    // Without this, `cargo test --benches` would take as long as the measurement.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let heap = Heap::new(GEOMETRY.size() as usize);
    GEOMETRY.format(&heap.memory(), 0).unwrap();
    println!("| payload | never, ns on this machine | unasked | asked | asked or not |");
    println!("|--:|--:|--:|--:|--:|");
    for size in [8, 48, 256, 1024] {
        let message = vec![7; size];
        let mut found = [const { Vec::new() }; 4];
        for _ in 0..ROUNDS {
            let never = send(&heap, Spin, &message);
            let others = [
                send(&heap, RateLimited::new(), &message),
                send(&heap, OnRequest::new(), &message),
                send(&heap, Both::new(), &message),
            ];
            found[0].push(never);
            for (values, other) in found[1..].iter_mut().zip(others) {
                values.push(other / never);
            }
        }
        let [never, unasked, asked, or_not] = found.map(median);
        println!("| {size} B | {never:.1} | {unasked:.2} | {asked:.2} | {or_not:.2} |");
    }
}
