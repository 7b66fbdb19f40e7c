//! The set of states that were visited is a table of indices, so that each state is kept once.

use std::hash::{Hash, Hasher};

use crate::state::State;

const EMPTY: u32 = u32::MAX;

/// Indices of states, each at the place that its hash gives it, or behind.
#[derive(Default)]
pub(crate) struct Seen {
    table: Vec<u32>,
}

impl Seen {
    /// The index of `state` in `states`, or the next free one, which it has from now on.
    pub(crate) fn index_of(&mut self, state: &State, states: &[State]) -> u32 {
        if states.len() * 2 >= self.table.len() {
            self.grow(states);
        }
        let place = self.place(state, states);
        if self.table[place] == EMPTY {
            self.table[place] = u32::try_from(states.len()).expect("under 2^32 states");
        }
        self.table[place]
    }

    fn place(&self, state: &State, states: &[State]) -> usize {
        let mask = self.table.len() - 1;
        let mut place = hash(state) as usize & mask;
        while self.table[place] != EMPTY && states[self.table[place] as usize] != *state {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self, states: &[State]) {
        let size = (self.table.len() * 4).max(1 << 16);
        self.table = vec![EMPTY; size];
        for (index, state) in states.iter().enumerate() {
            let mut place = hash(state) as usize & (size - 1);
            while self.table[place] != EMPTY {
                place = (place + 1) & (size - 1);
            }
            self.table[place] = index as u32;
        }
    }
}

fn hash(state: &State) -> u64 {
    let mut hasher = Multiply::default();
    state.hash(&mut hasher);
    hasher.finish()
}

/// A fast hash for many single bytes: std's own takes most of the time of a search.
#[derive(Default)]
struct Multiply {
    hash: u64,
    /// Bytes that were not mixed in yet.
    word: u64,
    bytes: u32,
}

impl Multiply {
    #[inline(always)]
    fn push(&mut self, byte: u8) {
        self.word = self.word << 8 | u64::from(byte);
        self.bytes += 1;
        if self.bytes == 8 {
            self.mix();
        }
    }

    #[inline(always)]
    fn mix(&mut self) {
        self.hash = (self.hash.rotate_left(5) ^ self.word).wrapping_mul(0x517c_c1b7_2722_0a95);
        self.bytes = 0;
    }
}

impl Hasher for Multiply {
    fn finish(&self) -> u64 {
        let hash = (self.hash.rotate_left(5) ^ self.word).wrapping_mul(0x517c_c1b7_2722_0a95);
        hash ^ (hash >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.push(byte));
    }

    #[inline(always)]
    fn write_u8(&mut self, byte: u8) {
        self.push(byte);
    }

    /// The discriminant of an enum, below 256 here.
    #[inline(always)]
    fn write_isize(&mut self, discriminant: isize) {
        self.push(discriminant as u8);
    }

    /// Lengths of arrays never change here.
    #[inline(always)]
    fn write_usize(&mut self, _: usize) {}
}
