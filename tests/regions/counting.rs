//! How many accesses does a step make, and does each lie inside the region?
#![allow(dead_code)] // each test asks its own part
#![allow(unsafe_code)] // the region

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use ramframe_core::region::{Divide, Region, RegionMut};

/// Accesses since it was last read.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    words: Cell<usize>,
    copies: Cell<usize>,
    /// The first bytes of the cache lines that were touched.
    lines: RefCell<BTreeSet<usize>>,
}

/// Of the machines that this is about.
const CACHE_LINE: usize = 64;

impl Meter {
    fn words(&self, count: usize) {
        self.words.set(self.words.get() + count);
    }

    fn copy(&self) {
        self.copies.set(self.copies.get() + 1);
    }

    /// Loads, stores and fences since the last call; and copies.
    pub(crate) fn read(&self) -> (usize, usize) {
        (self.words.take(), self.copies.take())
    }

    /// The cache lines that were touched since the last call.
    pub(crate) fn touched(&self) -> usize {
        self.lines.take().len()
    }

    fn touch(&self, at: usize, len: usize) {
        let first = at / CACHE_LINE * CACHE_LINE;
        let lines = (first..at + len).step_by(CACHE_LINE);
        self.lines.borrow_mut().extend(lines);
    }
}

/// A region that counts, and refuses to be used outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountingRegion<'a, R> {
    region: R,
    meter: &'a Meter,
}

impl<'a, R: Region> CountingRegion<'a, R> {
    pub(crate) fn new(region: R, meter: &'a Meter) -> Self {
        CountingRegion { region, meter }
    }

    fn holds(&self, at: usize, len: usize, align: usize) {
        let end = at.checked_add(len);
        let inside = end.is_some_and(|end| end <= self.region.len());
        assert!(inside && at.is_multiple_of(align), "{len} bytes at {at}");
        self.meter.touch(at, len);
    }
}

// SAFETY: every verb is that of `region`; it has no address.
unsafe impl<R: Region> Region for CountingRegion<'_, R> {
    fn len(&self) -> usize {
        self.region.len()
    }

    fn load(&self, at: usize) -> u32 {
        self.holds(at, 4, 4);
        self.meter.words(1);
        self.region.load(at)
    }

    /// As the machines do that are not as wide: two words.
    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.holds(at, 8, 8);
        self.meter.words(2);
        self.region.load_pair(at)
    }

    fn fence(&self, order: Ordering) {
        self.meter.words(1);
        self.region.fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.holds(at, to.len().next_multiple_of(8), 8);
        self.meter.copy();
        self.region.copy_out(at, to);
    }

    fn invalidate(&self, at: usize, len: usize) {
        self.holds(at, len, 4);
    }
}

// SAFETY: as for `Region`.
unsafe impl<R: RegionMut> RegionMut for CountingRegion<'_, R> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.holds(at, 4, 4);
        self.meter.words(1);
        self.region.store(at, word, order);
    }

    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        self.holds(at, 8, 8);
        self.meter.words(2);
        self.region.store_pair(at, pair, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        self.holds(at, from.len().next_multiple_of(8), 8);
        self.meter.copy();
        self.region.copy_in(at, from);
    }

    fn clean(&self, at: usize, len: usize) {
        self.holds(at, len, 4);
    }
}

// SAFETY: as for `Region`: a part lies inside of the whole.
unsafe impl<R: Region + Divide> Divide for CountingRegion<'_, R> {
    unsafe fn duplicate(&self) -> Self {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.duplicate() };
        CountingRegion { region, ..*self }
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.part(at, len) };
        region.map(|region| CountingRegion { region, ..*self })
    }
}
