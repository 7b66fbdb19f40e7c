//! Streams keep embedded-io's contracts to the letter, and say the truth about their end.
//!
//! The patience of one side is where a test acts as the other: it is asked before each wait, so what it does happens while
//! the call under test waits, with no second thread and no clock.

#[path = "../regions/dying.rs"]
mod dying;
#[path = "../support/mod.rs"]
mod support;

mod duplex;
mod ends;
mod lies;
mod limits;
mod others;
mod pieces;
mod read;
mod ready;
mod threads;
mod write;

use std::sync::atomic::AtomicU32;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::Words;
use ramframe_core::channel::{Backpressure, Channel, Receiver, Sender};
use ramframe_core::geometry::Geometry;
use ramframe_core::stream::{Reader, Writer};
use ramframe_core::wait::{MaxWaits, RetryPolicy};
use ramframe_core::wait::{Notify, Spin, Wait};

/// The capacity of every channel here, unless a test says otherwise.
const CAPACITY: usize = 16;
const SLOTS: usize = 4;

/// Would block: says TimedOut instead of waiting.
const NOW: MaxWaits = MaxWaits(0);

type Region = Words<'static>;
type Send = Sender<Region, Backpressure>;
type Take<P, const N: usize = CAPACITY> = Reader<Region, Spin, P, N>;
type Put<P> = Writer<Region, Spin, P>;

/// Zeroed memory of at least `bytes`, for as long as the test runs.
fn memory(bytes: u64) -> Region {
    let words = usize::try_from(bytes).unwrap().div_ceil(4);
    let cells: Vec<AtomicU32> = (0..words).map(|_| AtomicU32::new(0)).collect();
    Words::new(Vec::leak(cells))
}

/// An empty channel of `receivers` receivers.
fn shared(slots: usize, capacity: usize, receivers: u32) -> Region {
    let geometry = Geometry::backpressure(slots as u32, capacity as u32, receivers);
    let region = memory(geometry.size());
    geometry.format(&region, 0).unwrap();
    region
}

fn channel() -> Region {
    shared(SLOTS, CAPACITY, 1)
}

fn sender(region: Region) -> Send {
    Channel::backpressure(region).sender().unwrap()
}

fn receiver(region: Region) -> Receiver<Region, Backpressure> {
    Channel::backpressure(region).receiver(0).unwrap()
}

fn writer<P: RetryPolicy>(region: Region, patience: P) -> Put<P> {
    Writer::new(sender(region), patience)
}

fn reader<P: RetryPolicy>(region: Region, patience: P) -> Take<P> {
    Reader::new(receiver(region), patience).unwrap()
}

/// A writer and a reader of one channel that never wait.
fn pair() -> (Put<MaxWaits>, Take<MaxWaits>) {
    let region = channel();
    (writer(region, NOW), reader(region, NOW))
}

/// Long enough for a machine with much else to do.
const LIMIT: Duration = Duration::from_secs(120);

/// For two threads: rather an error than a test that hangs.
fn patience() -> impl RetryPolicy + Clone {
    let since = Instant::now();
    move |_: u32| since.elapsed() < LIMIT
}

/// Gives the other thread the core, and never rings.
struct Yield;

impl Wait for Yield {
    const NOTIFY: Notify = Notify::Never;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        thread::yield_now();
    }

    fn poll(&mut self) {
        thread::yield_now();
    }

    fn notify(&mut self, _word: *const u32, _asked: bool) {}
}

/// Bytes that no slip by one, by a message or by a lap leaves in place.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at * 7 + at / 251) as u8).collect()
}

/// Numbers without order, the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % below
    }
}
