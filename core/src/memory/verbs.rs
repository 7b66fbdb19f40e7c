//! The region's verbs, over what `ram` can do. Nothing here is `unsafe`.

use core::sync::atomic::Ordering;

use super::{Length, Memory, ReadOnlyMemory, SHORT, SMALL, Trusted};
use crate::region::{self, Region, RegionMut};

impl<L: Length> Region for ReadOnlyMemory<'_, L> {
    #[inline]
    fn len(&self) -> usize {
        self.len.bytes()
    }

    #[inline]
    fn load(&self, at: usize, order: Ordering) -> u32 {
        let value = self.value(at);
        if order != Ordering::Relaxed {
            // A fence and not an acquire load, because read-only memory is promised relaxed loads alone.
            region::fence(Ordering::Acquire);
        }
        value
    }

    #[inline]
    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.pair(at)
    }

    #[inline]
    fn fence(&self, order: Ordering) {
        region::fence(order);
    }

    #[inline]
    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.read_wide(at, to);
    }

    #[inline]
    fn copy_out_exclusive(&self, at: usize, to: &mut [u8]) {
        if SMALL {
            self.read_wide(at, to);
        } else {
            self.read_plain(at, to);
        }
    }

    #[inline]
    fn address(&self, at: usize) -> *const u32 {
        self.base.as_ptr().wrapping_add(at).cast_const().cast()
    }

    fn part(&self, at: usize, len: usize) -> Option<Self> {
        self.piece(at, len)
    }
}

/// The reading verbs of a region that holds another one, as its first field.
macro_rules! read_within {
    () => {
        #[inline]
        fn len(&self) -> usize {
            self.0.len()
        }

        #[inline]
        fn load(&self, at: usize, order: Ordering) -> u32 {
            self.0.load(at, order)
        }

        #[inline]
        fn load_pair(&self, at: usize) -> [u32; 2] {
            self.0.load_pair(at)
        }

        #[inline]
        fn fence(&self, order: Ordering) {
            self.0.fence(order);
        }

        #[inline]
        fn copy_out(&self, at: usize, to: &mut [u8]) {
            self.0.copy_out(at, to);
        }

        #[inline]
        fn copy_out_exclusive(&self, at: usize, to: &mut [u8]) {
            self.0.copy_out_exclusive(at, to);
        }

        #[inline]
        fn address(&self, at: usize) -> *const u32 {
            self.0.address(at)
        }

        fn part(&self, at: usize, len: usize) -> Option<Self> {
            self.0.part(at, len).map(Self)
        }
    };
}

impl<L: Length> Region for Memory<'_, L> {
    read_within!();
}

impl<L: Length> RegionMut for Memory<'_, L> {
    #[inline]
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.set(at, word, order);
    }

    #[inline]
    fn store_three(&self, at: usize, words: [u32; 3]) {
        self.set_three(at, words);
    }

    #[inline]
    fn copy_in(&self, at: usize, from: &[u8]) {
        self.write_wide(at, from);
    }

    #[inline]
    fn copy_in_exclusive(&self, at: usize, from: &[u8]) {
        if SMALL || from.len() <= SHORT && self.0.is_wide(at, from.len()) {
            self.write_wide(at, from);
        } else {
            self.write_plain(at, from);
        }
    }
}

impl<M: RegionMut> Region for Trusted<M> {
    read_within!();

    #[inline]
    fn invalidate(&self, at: usize, len: usize) {
        self.0.invalidate(at, len);
    }
}

impl<M: RegionMut> RegionMut for Trusted<M> {
    #[inline]
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.0.store(at, word, order);
    }

    #[inline]
    fn store_three(&self, at: usize, words: [u32; 3]) {
        self.0.store_three(at, words);
    }

    #[inline]
    fn copy_in(&self, at: usize, from: &[u8]) {
        self.0.copy_in(at, from);
    }

    #[inline]
    fn copy_in_exclusive(&self, at: usize, from: &[u8]) {
        self.0.copy_in_exclusive(at, from);
    }

    #[inline]
    fn clean(&self, at: usize, len: usize) {
        self.0.clean(at, len);
    }
}
