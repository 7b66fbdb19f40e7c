//! How does the first process tell the second what to do? By bare words, without sleeping, so that the two stay where they
//! are between one segment and the next.

use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread;

use clap::ValueEnum;

use crate::cli::bench::machine::Cells;

use super::plan::{Subject, Transport, Waiting};

/// How often a process looks for an order before it lets others run: for a tenth of a millisecond or so.
const LOOKS: u64 = 1 << 12;

/// Words from one line to the next: two lines, because some processors fetch them in pairs.
const APART: usize = 16;

const ORDER: usize = 0;
const REPLY: usize = APART;

/// The lines of the floor, in pairs: one for each side.
const FLOORS: usize = 2 * APART;

/// How many pairs there are. How far a line is from a core depends on its address, so a floor on one pair alone is that of
/// chance; what a channel's slots see is the mean.
const PAIRS: usize = 61;
const END: usize = FLOORS + PAIRS * 2 * APART;

/// Bytes that the words need.
pub(super) const BYTES: usize = END * size_of::<u64>();

/// What the two processes do together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Round trips, each timed.
    Ping,
    /// Messages one way, as fast as they go.
    Flood,
    /// Messages to a sleeper, each timed until it is awake.
    Wake,
    /// Nothing more.
    End,
}

/// One segment of the measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) kind: Kind,
    pub(super) subject: Subject,
    pub(super) count: u64,
    /// Which lines the floor is played on: any number.
    pub(super) floor: usize,
}

/// One process's end of the words.
#[derive(Debug)]
pub(super) struct Control {
    cells: Arc<Cells>,
    orders: u64,
    replies: u64,
}

impl Control {
    pub(super) fn new(cells: Cells) -> Self {
        Self {
            cells: Arc::new(cells),
            orders: 0,
            replies: 0,
        }
    }

    /// The words themselves.
    pub(super) fn cells(&self) -> Arc<Cells> {
        Arc::clone(&self.cells)
    }

    /// First process: gives an order, and waits until the second is ready.
    pub(super) fn order(&mut self, job: &Job) {
        for (cell, word) in self.cells[ORDER + 1..].iter().zip(job.words()) {
            cell.store(word, Relaxed);
        }
        self.orders += 1;
        self.cells[ORDER].store(self.orders, Release);
    }

    /// Second process: waits for the next order.
    pub(super) fn next(&mut self) -> Option<Job> {
        self.orders += 1;
        await_patiently(&self.cells[ORDER], self.orders);
        let words = std::array::from_fn(|index| self.cells[ORDER + 1 + index].load(Relaxed));
        Job::from_words(words)
    }

    /// Second process: says something.
    #[inline]
    pub(super) fn reply(&mut self, value: u64) {
        self.cells[REPLY + 1].store(value, Relaxed);
        self.replies += 1;
        self.cells[REPLY].store(self.replies, Release);
    }

    /// First process: waits for what the second says.
    #[inline]
    pub(super) fn hear(&mut self) -> u64 {
        self.replies += 1;
        await_patiently(&self.cells[REPLY], self.replies);
        self.cells[REPLY + 1].load(Relaxed)
    }
}

/// Two lines of the floor: this side's, and the other's.
pub(super) fn lines(cells: &Cells, floor: usize, first: bool) -> (&AtomicU64, &AtomicU64) {
    let ping = FLOORS + floor % PAIRS * 2 * APART;
    let pong = ping + APART;
    match first {
        true => (&cells[ping], &cells[pong]),
        false => (&cells[pong], &cells[ping]),
    }
}

/// Spins until `cell` holds `number`, with the pause that every spinning transport here has.
#[inline]
pub(super) fn await_number(cell: &AtomicU64, number: u64) {
    while cell.load(Acquire) != number {
        spin_loop();
    }
}

/// The same; and lets others run after a while, where both processes are on one core.
#[inline]
fn await_patiently(cell: &AtomicU64, number: u64) {
    let mut looks = 0;
    while cell.load(Acquire) != number {
        spin_loop();
        looks += 1;
        if looks % LOOKS == 0 {
            thread::yield_now();
        }
    }
}

impl Job {
    fn words(&self) -> [u64; 6] {
        let Subject {
            transport,
            waiting,
            size,
        } = self.subject;
        let size = size as u64;
        [
            self.kind as u64,
            transport as u64,
            waiting as u64,
            size,
            self.count,
            self.floor as u64,
        ]
    }

    fn from_words(words: [u64; 6]) -> Option<Self> {
        let [kind, transport, waiting, size, count, floor] = words;
        Some(Self {
            kind: variant(kind)?,
            subject: Subject {
                transport: variant::<Transport>(transport)?,
                waiting: variant::<Waiting>(waiting)?,
                size: usize::try_from(size).ok()?,
            },
            count,
            floor: usize::try_from(floor).ok()?,
        })
    }
}

fn variant<T: ValueEnum + Copy>(word: u64) -> Option<T> {
    let index = usize::try_from(word).ok()?;
    T::value_variants().get(index).copied()
}
