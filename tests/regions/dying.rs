//! What does a side leave that dies after its k-th store? Everything it stores later is dropped; it never learns.
#![allow(dead_code)] // each test asks its own part
#![allow(unsafe_code)] // the region

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;

use ramframe_core::region::{Divide, Region, RegionMut};

/// The stores that a life still has; a copy counts as one for each pair of words, so that it can break off in the middle.
#[derive(Debug)]
pub(crate) struct Life {
    left: Cell<usize>,
    made: Cell<usize>,
    dropped: Cell<bool>,
    words: RefCell<Vec<(usize, u32)>>,
    narrow: Cell<bool>,
}

impl Life {
    /// A life of `stores` stores.
    pub(crate) fn of(stores: usize) -> Self {
        Life {
            left: Cell::new(stores),
            made: Cell::new(0),
            dropped: Cell::new(false),
            words: RefCell::new(Vec::new()),
            narrow: Cell::new(false),
        }
    }

    /// A life that ends only with its script.
    pub(crate) fn whole() -> Self {
        Self::of(usize::MAX)
    }

    /// From now on, a copy counts as one store for each word: as on a machine that is not so wide.
    pub(crate) fn copy_words(&self) {
        self.narrow.set(true);
    }

    /// From now on, this many stores are left.
    pub(crate) fn leave(&self, stores: usize) {
        self.left.set(stores);
    }

    /// Stores asked for so far, dropped ones included.
    pub(crate) fn made(&self) -> usize {
        self.made.get()
    }

    /// Whether a store was dropped.
    pub(crate) fn is_over(&self) -> bool {
        self.dropped.get()
    }

    /// The words stored, each with its offset; copies and what was dropped are not among them.
    pub(crate) fn words(&self) -> Vec<(usize, u32)> {
        self.words.borrow().clone()
    }

    /// Whether the next store still happens.
    fn spend(&self) -> bool {
        self.made.set(self.made.get() + 1);
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        self.dropped.set(left == 0);
        left > 0
    }
}

/// A region whose stores end with a [`Life`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct DyingRegion<'a, R> {
    region: R,
    life: &'a Life,
}

impl<'a, R: RegionMut> DyingRegion<'a, R> {
    pub(crate) fn new(region: R, life: &'a Life) -> Self {
        DyingRegion { region, life }
    }
}

// SAFETY: every verb is that of `region`.
unsafe impl<R: RegionMut> Region for DyingRegion<'_, R> {
    fn len(&self) -> usize {
        self.region.len()
    }

    fn load(&self, at: usize) -> u32 {
        self.region.load(at)
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.region.load_pair(at)
    }

    fn fence(&self, order: Ordering) {
        self.region.fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.region.copy_out(at, to);
    }

    fn address(&self, at: usize) -> *const u32 {
        self.region.address(at)
    }

    #[track_caller]
    fn invalidate(&self, at: usize, len: usize) {
        self.region.invalidate(at, len);
    }
}

// SAFETY: as for `Region`.
unsafe impl<R: RegionMut> RegionMut for DyingRegion<'_, R> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        if self.life.spend() {
            self.life.words.borrow_mut().push((at, word));
            self.region.store(at, word, order);
        }
    }

    /// Two stores, as on a machine that is not so wide: a side may die between them.
    fn store_pair(&self, at: usize, [first, second]: [u32; 2], order: Ordering) {
        self.store(at + 4, second, Ordering::Relaxed);
        self.store(at, first, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        let bytes = if self.life.narrow.get() { 4 } else { 8 };
        for (index, chunk) in from.chunks(bytes).enumerate() {
            let at = at + index * bytes;
            if !self.life.spend() {
                continue;
            }
            match self.life.narrow.get() {
                true => self.region.store(at, word(chunk), Ordering::Relaxed),
                false => self.region.copy_in(at, chunk),
            }
        }
    }

    /// Nor does it write back what it had stored before.
    #[track_caller]
    fn clean(&self, at: usize, len: usize) {
        if !self.life.is_over() {
            self.region.clean(at, len);
        }
    }
}

// SAFETY: as for `Region`: a part lies inside of the whole.
unsafe impl<R: RegionMut + Divide> Divide for DyingRegion<'_, R> {
    unsafe fn duplicate(&self) -> Self {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.duplicate() };
        DyingRegion { region, ..*self }
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.part(at, len) };
        region.map(|region| DyingRegion { region, ..*self })
    }
}

/// Up to four bytes, and zeros behind them.
fn word(bytes: &[u8]) -> u32 {
    let mut word = [0; 4];
    word[..bytes.len()].copy_from_slice(bytes);
    u32::from_le_bytes(word)
}
