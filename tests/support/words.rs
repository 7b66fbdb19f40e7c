//! An array of atomics as a region that can be copied: a test plays both sides, and successors, over one memory.
#![allow(unsafe_code)] // the region

use std::sync::atomic::{AtomicU32, Ordering};

use ramframe_core::memory::AtomicWords;
use ramframe_core::region::{Divide, Region, RegionMut};

/// [`AtomicWords`], and `Copy`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a>(&'a [AtomicU32]);

impl<'a> Words<'a> {
    pub(crate) const fn new(memory: &'a [AtomicU32]) -> Self {
        Words(memory)
    }

    pub(crate) const fn array<const N: usize>() -> [AtomicU32; N] {
        AtomicWords::array()
    }

    fn region(&self) -> AtomicWords<'a> {
        AtomicWords::new(self.0)
    }
}

// SAFETY: every verb is that of `AtomicWords`.
unsafe impl Region for Words<'_> {
    fn len(&self) -> usize {
        self.region().len()
    }

    fn load(&self, at: usize) -> u32 {
        self.region().load(at)
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.region().load_pair(at)
    }

    fn fence(&self, order: Ordering) {
        self.region().fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.region().copy_out(at, to);
    }

    fn address(&self, at: usize) -> *const u32 {
        self.region().address(at)
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for Words<'_> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.region().store(at, word, order);
    }

    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        self.region().store_pair(at, pair, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        self.region().copy_in(at, from);
    }
}

// SAFETY: as for `Region`.
unsafe impl Divide for Words<'_> {
    unsafe fn duplicate(&self) -> Self {
        *self
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        let whole = at.is_multiple_of(8) && len.is_multiple_of(4);
        let cells = whole.then(|| self.0.get(at / 4..)).flatten()?;
        cells.get(..len / 4).map(Words)
    }
}

/// A handle to a part of `region`. The tests make one end of each role of a channel.
pub(crate) fn part<R: Divide>(region: &R, at: usize, len: usize) -> Option<R> {
    // SAFETY: a test region has no `Trusted` in it, so what two ends of one role do is only wrong, not undefined.
    unsafe { region.part(at, len) }
}
