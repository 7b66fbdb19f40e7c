//! Is every access to shared memory defined, whatever another thread does at the time? Small enough for Miri, which knows what
//! is a data race, and which bytes a pointer may reach: `cargo +nightly miri test -p ramframe-tests --test miri`. Without Miri
//! these are tests like others.

#[path = "../region/heap.rs"]
mod heap;
#[path = "../support/mod.rs"]
mod support;

mod ends;

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread;

use crate::support::{Flat, Words};
use heap::{Heap, trusted};
use ramframe_core::channel::Channel;
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Region, RegionMut};

/// Where the control words end and the frames begin.
const FRAMES: usize = 64;
const LEN: usize = 1024;

/// Rounds of each thread; and lengths, of words and of vectors. Offsets are multiples of 8.
const ROUNDS: u32 = if cfg!(miri) { 12 } else { 2000 };
const LENGTHS: [usize; 6] = [0, 5, 8, 48, 130, 600];

/// Every verb, on the same bytes as the other thread, in no order.
fn hammer(region: &(impl RegionMut + Sync), seed: u32) {
    let mut buffer = [0; LEN];
    for round in 0..ROUNDS {
        let value = round.wrapping_mul(2_654_435_761) ^ seed;
        let at = (value as usize % 16) * 4;
        region.store(at, value, if round % 2 == 0 { Relaxed } else { Release });
        region.load(FRAMES - 4 - at);
        region.fence(Acquire);
        let at = FRAMES + (value as usize % 32) * 8;
        region.store_pair(at, [value, !value], Release);
        region.load_pair(at + 8);
        let len = LENGTHS[value as usize % LENGTHS.len()];
        region.copy_in(at, &buffer[..len]);
        region.copy_out(at, &mut buffer[..len]);
    }
}

fn in_two_threads(region: &(impl RegionMut + Sync)) {
    thread::scope(|scope| {
        scope.spawn(|| hammer(region, 1));
        hammer(region, 2);
    });
}

/// What one thread stored before a pair, the other sees after it.
fn hand_over(region: &(impl RegionMut + Sync)) {
    let (pair, payload) = (FRAMES, FRAMES + 8);
    let message = |number: u32| [number as u8; 150];
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1..ROUNDS.min(100) {
                region.copy_in(payload, &message(number));
                region.store_pair(pair, [number, number], Release);
                while region.load(0) != number {
                    thread::yield_now();
                }
                region.fence(Acquire);
            }
        });
        for number in 1..ROUNDS.min(100) {
            while region.load_pair(pair)[0] != number {
                thread::yield_now();
            }
            region.fence(Acquire);
            let mut buffer = [0; 150];
            region.copy_out(payload, &mut buffer);
            assert_eq!(buffer, message(number));
            region.store(0, number, Release);
        }
    });
}

#[test]
fn threads_share_memory() {
    let heap = Heap::new(LEN);
    in_two_threads(&heap.memory());
    hand_over(&heap.memory());
}

#[test]
fn threads_share_an_array() {
    let words: Vec<_> = (0..LEN / 4).map(|_| AtomicU32::new(0)).collect();
    in_two_threads(&Words::new(&words));
    hand_over(&Words::new(&words));
}

/// A pair is of one store where it is one access.
#[test]
#[cfg(target_pointer_width = "64")]
fn a_pair_is_never_mixed() {
    let heap = Heap::new(LEN);
    let memory = heap.memory();
    thread::scope(|scope| {
        scope.spawn(|| (0..ROUNDS).for_each(|value| memory.store_pair(8, [value; 2], Relaxed)));
        for _ in 0..ROUNDS {
            let [first, second] = memory.load_pair(8);
            assert_eq!(first, second);
        }
    });
}

/// The address of the whole region reaches all of it, and nothing behind a block that ends in the middle of a word.
#[test]
fn an_address_has_the_provenance_of_the_region() {
    let words = Words::array::<4>();
    let region = Words::new(&words);
    heap::store(region.address(0), 3, 7);
    assert_eq!(region.load(12), 7);
    let heap = Heap::new(21);
    heap::store(heap.memory().address(0), 4, 7);
    assert_eq!(heap.memory().load(16), 7);
    heap.memory().copy_in(16, &[1; 5]);
    heap.memory().store_pair(16, [1, 1], Relaxed);
    assert_eq!((heap.memory().load(16), heap.memory().load(20)), (7, 0));
}

/// Slices of two ends, each of a handle of its own, in two threads.
#[test]
fn trusting_ends_lend_slices() {
    const GEOMETRY: Geometry = Geometry::backpressure(2, 48, 1);
    let heap = Heap::new(GEOMETRY.size() as usize);
    GEOMETRY.format(&heap.memory(), 0).unwrap();
    let mut sender = Channel::backpressure(trusted(heap.memory()).unwrap())
        .sender()
        .unwrap();
    let mut receiver = Channel::backpressure(trusted(heap.memory()).unwrap())
        .receiver(0)
        .unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..10 {
                while sender.ready().is_err() {
                    thread::yield_now();
                }
                let mut loan = sender.loan(48).unwrap();
                loan.fill(number);
                loan.commit();
            }
        });
        for number in 0..10 {
            while !receiver.is_ready() {
                thread::yield_now();
            }
            receiver
                .try_recv_in_place(|view| assert_eq!(**view, [number; 48]))
                .flat()
                .unwrap();
        }
    });
}
