//! Memory on the heap as a region of RAM: what `unsafe` a test needs, in one place.
#![allow(unsafe_code)]
#![allow(dead_code)] // each test asks its own part

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use ramframe_core::memory::{Memory, Trusted};
use ramframe_core::region::{Divide, RegionMut};

/// Zeroed memory, aligned as a cache line is. Freed at the end, and reached through its regions alone.
pub(crate) struct Heap {
    base: *mut u8,
    geometry: Layout,
}

impl Heap {
    pub(crate) fn new(len: usize) -> Self {
        assert!(len > 0);
        let geometry = Layout::from_size_align(len, 64).unwrap();
        // SAFETY: the layout's size is not zero.
        let base = unsafe { alloc_zeroed(geometry) };
        if base.is_null() {
            handle_alloc_error(geometry);
        }
        Heap { base, geometry }
    }

    pub(crate) fn memory(&self) -> Memory<'_> {
        self.ram_at(0, self.geometry.size()).unwrap()
    }

    pub(crate) fn ram_at(&self, at: usize, len: usize) -> Option<Memory<'_>> {
        assert!(at + len <= self.geometry.size());
        // SAFETY: the bytes are inside one allocation that lives as long as `self` is borrowed; no reference to them is
        // ever made but by a `Trusted`.
        unsafe { Memory::new(self.base.wrapping_add(at), len) }
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout, and no region outlives `self`.
        unsafe { dealloc(self.base, self.geometry) };
    }
}

/// Another handle to the same memory.
pub(crate) fn again<'m>(memory: &Memory<'m>) -> Memory<'m> {
    // SAFETY: each test makes at most one sender of a channel and one receiver of each index at a time; and where it makes more,
    // there is no `Trusted`, so what they do is only wrong.
    unsafe { memory.duplicate() }
}

/// One end's handle.
pub(crate) fn trusted<M: RegionMut>(region: M) -> Option<Trusted<M>> {
    // SAFETY: each test makes at most one sender and one receiver over its memory, each of a value of its own; it formats
    // before, and uses no other handle meanwhile.
    unsafe { Trusted::new(region) }
}

/// Stores the `index`-th word from `first` on, through that pointer alone.
pub(crate) fn store(first: *const u32, index: usize, word: u32) {
    // SAFETY: the tests ask this of regions of more words, of which `first` is the address; atomically, as all do.
    let cell = unsafe { AtomicU32::from_ptr(first.cast_mut().add(index)) };
    cell.store(word, Relaxed);
}
