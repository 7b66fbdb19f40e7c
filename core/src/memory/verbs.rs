//! The region's verbs, by the accesses of `cells`.

use core::sync::atomic::Ordering;

use super::{Memory, ReadOnlyMemory, RegionLen};
use crate::region::{self, Divide, Region, RegionMut};

// SAFETY: 1. words and pairs are atomics of their width; copies are atomics of the frames' width, or assembly. 2. `pointer` is
// the base that `new` was given, `at` bytes on; the contract of `new` says that it is valid for `len` bytes.
unsafe impl<L: RegionLen> Region for ReadOnlyMemory<'_, L> {
    #[inline]
    fn len(&self) -> usize {
        self.len.bytes()
    }

    #[inline]
    fn load(&self, at: usize) -> u32 {
        self.value(at)
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
        self.read(at, to);
    }

    #[inline]
    fn address(&self, at: usize) -> *const u32 {
        self.pointer(at).cast_const().cast()
    }
}

// SAFETY: a handle to bytes that lie inside those of a valid handle is valid too.
unsafe impl<L: RegionLen> Divide for ReadOnlyMemory<'_, L> {
    unsafe fn duplicate(&self) -> Self {
        *self
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        self.piece(at, len)
    }
}

/// The reading verbs of a region that holds another one, in field `$inner`.
macro_rules! read_within {
    ($inner:tt) => {
        #[inline]
        fn len(&self) -> usize {
            self.$inner.len()
        }

        #[inline]
        fn load(&self, at: usize) -> u32 {
            self.$inner.load(at)
        }

        #[inline]
        fn load_pair(&self, at: usize) -> [u32; 2] {
            self.$inner.load_pair(at)
        }

        #[inline]
        fn fence(&self, order: Ordering) {
            self.$inner.fence(order);
        }

        #[inline]
        fn copy_out(&self, at: usize, to: &mut [u8]) {
            self.$inner.copy_out(at, to);
        }

        #[inline]
        fn address(&self, at: usize) -> *const u32 {
            self.$inner.address(at)
        }
    };
}

/// The writing verbs of the same.
macro_rules! write_within {
    ($inner:tt) => {
        #[inline]
        fn store(&self, at: usize, word: u32, order: Ordering) {
            self.$inner.store(at, word, order);
        }

        #[inline]
        fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
            self.$inner.store_pair(at, pair, order);
        }

        #[inline]
        fn copy_in(&self, at: usize, from: &[u8]) {
            self.$inner.copy_in(at, from);
        }
    };
}

pub(super) use {read_within, write_within};

// SAFETY: as for `ReadOnlyMemory`, whose verbs these are.
unsafe impl<L: RegionLen> Region for Memory<'_, L> {
    read_within!(0);
}

// SAFETY: a handle to bytes that lie inside those of a valid handle is valid too.
unsafe impl<L: RegionLen> Divide for Memory<'_, L> {
    unsafe fn duplicate(&self) -> Self {
        Self(self.0)
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        self.0.piece(at, len).map(Self)
    }
}

// SAFETY: 1. as for `ReadOnlyMemory`. 2. The contract of `Memory::new` says that the memory is writable.
unsafe impl<L: RegionLen> RegionMut for Memory<'_, L> {
    #[inline]
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.set(at, word, order);
    }

    #[inline]
    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        self.set_pair(at, pair, order);
    }

    #[inline]
    fn copy_in(&self, at: usize, from: &[u8]) {
        self.write(at, from);
    }
}
