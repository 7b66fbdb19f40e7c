//! Something happens between two accesses of one step: it is called before the k-th access, of whatever kind.
#![allow(dead_code)] // each test asks its own part
#![allow(unsafe_code)] // the region

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;

use ramframe_core::region::{Divide, Region, RegionMut};

/// What happens, once, and before which access.
pub(crate) struct Interruption<'a> {
    left: Cell<usize>,
    event: RefCell<Option<Box<dyn FnOnce() + 'a>>>,
}

impl<'a> Interruption<'a> {
    /// Nothing happens yet.
    pub(crate) fn none() -> Self {
        Interruption {
            left: Cell::new(usize::MAX),
            event: RefCell::new(None),
        }
    }

    /// `event` happens before access `at`, counted from 0 and from now on.
    pub(crate) fn before(&self, at: usize, event: impl FnOnce() + 'a) {
        self.left.set(at);
        *self.event.borrow_mut() = Some(Box::new(event));
    }

    /// Whether it has happened.
    pub(crate) fn is_over(&self) -> bool {
        self.event.borrow().is_none()
    }

    fn count(&self) {
        let left = self.left.get();
        self.left.set(left.wrapping_sub(1));
        if left == 0 {
            let event = self.event.take();
            event.into_iter().for_each(|event| event());
        }
    }
}

/// A region whose accesses are counted towards an [`Interruption`].
#[derive(Clone, Copy)]
pub(crate) struct Interrupted<'i, 'a, R> {
    region: R,
    by: &'i Interruption<'a>,
}

impl<'i, 'a, R: Region> Interrupted<'i, 'a, R> {
    pub(crate) fn new(region: R, by: &'i Interruption<'a>) -> Self {
        Interrupted { region, by }
    }
}

// SAFETY: every verb is that of `region`, or several of them.
unsafe impl<R: Region> Region for Interrupted<'_, '_, R> {
    fn len(&self) -> usize {
        self.region.len()
    }

    fn load(&self, at: usize) -> u32 {
        self.by.count();
        self.region.load(at)
    }

    /// Two loads, as on a machine that is not so wide.
    fn load_pair(&self, at: usize) -> [u32; 2] {
        let first = self.load(at);
        self.fence(Ordering::Acquire);
        [first, self.load(at + 4)]
    }

    fn fence(&self, order: Ordering) {
        self.region.fence(order);
    }

    /// In pieces, as on any machine: something may happen between two of them.
    fn copy_out(&self, at: usize, to: &mut [u8]) {
        for (index, piece) in to.chunks_mut(8).enumerate() {
            self.by.count();
            self.region.copy_out(at + 8 * index, piece);
        }
    }

    fn address(&self, at: usize) -> *const u32 {
        self.region.address(at)
    }

    #[track_caller]
    fn invalidate(&self, at: usize, len: usize) {
        self.by.count();
        self.region.invalidate(at, len);
    }
}

// SAFETY: as for `Region`.
unsafe impl<R: RegionMut> RegionMut for Interrupted<'_, '_, R> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.by.count();
        self.region.store(at, word, order);
    }

    /// Two stores, as on a machine that is not so wide.
    fn store_pair(&self, at: usize, [first, second]: [u32; 2], order: Ordering) {
        self.store(at + 4, second, Ordering::Relaxed);
        self.store(at, first, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        for (index, piece) in from.chunks(8).enumerate() {
            self.by.count();
            self.region.copy_in(at + 8 * index, piece);
        }
    }

    #[track_caller]
    fn clean(&self, at: usize, len: usize) {
        self.by.count();
        self.region.clean(at, len);
    }
}

// SAFETY: as for `Region`: a part lies inside of the whole.
unsafe impl<R: Region + Divide> Divide for Interrupted<'_, '_, R> {
    unsafe fn duplicate(&self) -> Self {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.duplicate() };
        Interrupted { region, ..*self }
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that one's.
        let region = unsafe { self.region.part(at, len) };
        region.map(|region| Interrupted { region, ..*self })
    }
}
