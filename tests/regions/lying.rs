//! What does a region do that another, hostile, writes all the time? Two loads of one word need not agree, nor be true.

#![allow(unsafe_code)] // the region

use std::sync::atomic::Ordering;

use ramframe_core::region::{Divide, Region, RegionMut};

use super::xorshift::Xorshift;

/// A region of which `lies` loads in 256 tell something else than what was stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LyingRegion<'a, R> {
    region: R,
    random: &'a Xorshift,
    lies: usize,
}

impl<'a, R: Region> LyingRegion<'a, R> {
    pub(crate) fn new(region: R, random: &'a Xorshift, lies: usize) -> Self {
        LyingRegion {
            region,
            random,
            lies,
        }
    }

    /// What a load of a word that is `now` tells.
    fn tell(&self, now: u32) -> u32 {
        match self.random.below(256) < self.lies {
            true => self.random.hostile(now),
            false => now,
        }
    }
}

// SAFETY: every verb is that of `region`; it has no address.
unsafe impl<R: Region> Region for LyingRegion<'_, R> {
    fn len(&self) -> usize {
        self.region.len()
    }

    fn load(&self, at: usize) -> u32 {
        self.tell(self.region.load(at))
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.region.load_pair(at).map(|now| self.tell(now))
    }

    fn fence(&self, order: Ordering) {
        self.region.fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.region.copy_out(at, to);
    }
}

// SAFETY: as for `Region`.
unsafe impl<R: RegionMut> RegionMut for LyingRegion<'_, R> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.region.store(at, word, order);
    }

    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        self.region.store_pair(at, pair, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        self.region.copy_in(at, from);
    }
}

// SAFETY: as for `Region`: a part lies inside of the whole.
unsafe impl<R: Region + Divide> Divide for LyingRegion<'_, R> {
    unsafe fn duplicate(&self) -> Self {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.duplicate() };
        LyingRegion { region, ..*self }
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.part(at, len) };
        region.map(|region| LyingRegion { region, ..*self })
    }
}
