//! Memory on the heap as a region of RAM: what `unsafe` a test needs, in one place.
#![allow(unsafe_code)]

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};

use ramframe_core::memory::Memory;

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
        // ever made; bytes are passed to one side by the protocol, or one thread alone uses them.
        unsafe { Memory::new(self.base.wrapping_add(at), len) }
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout, and no region outlives `self`.
        unsafe { dealloc(self.base, self.geometry) };
    }
}
