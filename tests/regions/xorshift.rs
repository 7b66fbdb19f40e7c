//! Where do a test's random numbers come from, so that they are the same each time?

use std::cell::Cell;

/// Marsaglia's xorshift, 64 bits.
#[derive(Debug)]
pub(crate) struct Xorshift(Cell<u64>);

impl Xorshift {
    /// From a seed, which is not 0.
    pub(crate) fn new(seed: u64) -> Self {
        Xorshift(Cell::new(seed))
    }

    pub(crate) fn next(&self) -> u32 {
        let mut x = self.0.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.0.set(x);
        (x >> 32) as u32
    }

    /// A number below `end`.
    pub(crate) fn below(&self, end: usize) -> usize {
        self.next() as usize % end
    }

    /// A word that an enemy might choose where `now` stands: an edge, a power of two, a neighbour of `now`, or anything.
    pub(crate) fn hostile(&self, now: u32) -> u32 {
        const EDGES: [u32; 8] = [0, 1, 2, 3, u32::MAX, u32::MAX - 1, 1 << 31, i32::MAX as u32];
        let power = 1_u32 << self.below(32);
        match self.below(8) {
            0..=2 => EDGES[self.below(EDGES.len())],
            3 => power.wrapping_sub(self.next() & 1),
            4 => now.wrapping_add(power),
            5 => now.wrapping_sub(power),
            6 => self.next() & 0xFF,
            _ => self.next(),
        }
    }
}
