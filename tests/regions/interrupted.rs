//! What if something happens between two accesses of one step? It is called before the k-th access, of whatever kind.
#![allow(dead_code)] // each test asks its own part

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;

use ramframe_core::region::{Region, RegionMut};

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

impl<R: Region> Region for Interrupted<'_, '_, R> {
    fn len(&self) -> usize {
        self.region.len()
    }

    fn load(&self, at: usize, order: Ordering) -> u32 {
        self.by.count();
        self.region.load(at, order)
    }

    fn fence(&self, order: Ordering) {
        self.region.fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.by.count();
        self.region.copy_out(at, to);
    }

    fn copy_out_exclusive(&self, at: usize, to: &mut [u8]) {
        self.by.count();
        self.region.copy_out_exclusive(at, to);
    }

    #[track_caller]
    fn invalidate(&self, at: usize, len: usize) {
        self.by.count();
        self.region.invalidate(at, len);
    }

    fn part(&self, at: usize, len: usize) -> Option<Self> {
        let region = self.region.part(at, len)?;
        Some(Interrupted { region, ..*self })
    }
}

impl<R: RegionMut> RegionMut for Interrupted<'_, '_, R> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.by.count();
        self.region.store(at, word, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        self.by.count();
        self.region.copy_in(at, from);
    }

    fn copy_in_exclusive(&self, at: usize, from: &[u8]) {
        self.by.count();
        self.region.copy_in_exclusive(at, from);
    }

    #[track_caller]
    fn clean(&self, at: usize, len: usize) {
        self.by.count();
        self.region.clean(at, len);
    }
}
