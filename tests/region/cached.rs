//! Are a program's cache hooks called with what core asked for, and with nothing outside?

use std::cell::RefCell;
use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::memory::{CacheHooks, CachedMemory};
use ramframe_core::region::{Region, RegionMut};

use crate::support::part;

use super::heap::{Heap, trusted};

/// What the hooks were called with, relative to the start of the memory.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    first: usize,
    made: RefCell<Vec<(&'static str, usize, usize)>>,
}

impl Calls {
    fn of(heap: &Heap) -> Self {
        Calls {
            first: heap.memory().address(0).addr(),
            made: RefCell::default(),
        }
    }

    fn note(&self, hook: &'static str, first: *const u8, len: usize) {
        let call = (hook, first.addr() - self.first, len);
        self.made.borrow_mut().push(call);
    }
}

impl CacheHooks for &Calls {
    fn clean(&self, first: *const u8, len: usize) {
        self.note("clean", first, len);
    }

    fn invalidate(&self, first: *const u8, len: usize) {
        self.note("invalidate", first, len);
    }
}

/// Each verb that goes past the cache, and what it calls.
fn calls_each_hook(region: &impl RegionMut, calls: &Calls) {
    region.store_through(8, 7, Relaxed);
    region.store_pair_through(16, [8, 9], Relaxed);
    assert_eq!(region.load_fresh(8), 7);
    assert_eq!(region.load_pair_fresh(16), [8, 9]);
    let made = calls.made.take();
    let (clean, invalidate) = ("clean", "invalidate");
    let expected = [
        (clean, 8, 4),
        (clean, 16, 8),
        (invalidate, 8, 4),
        (invalidate, 16, 8),
    ];
    assert_eq!(made, expected);
}

#[test]
fn hooks_are_called_with_what_is_inside() {
    let heap = Heap::new(128);
    let calls = Calls::of(&heap);
    let region = CachedMemory::new(heap.memory(), &calls);
    calls_each_hook(&region, &calls);
    for (at, len) in [
        (0, 128),
        (120, 8),
        (120, 9),
        (120, usize::MAX),
        (128, 1),
        (0, 0),
        (usize::MAX, 8),
    ] {
        region.clean(at, len);
        region.invalidate(at, len);
    }
    let inside = [(0, 128), (120, 8), (120, 8), (120, 8)];
    let expected = inside.map(|(at, len)| [("clean", at, len), ("invalidate", at, len)]);
    assert_eq!(calls.made.take(), expected.as_flattened());
}

#[test]
fn a_part_calls_the_same_hooks() {
    let heap = Heap::new(128);
    let calls = Calls::of(&heap);
    let region = CachedMemory::new(heap.memory(), &calls);
    let inner = part(&region, 64, 64).unwrap();
    inner.store_through(0, 7, Relaxed);
    assert_eq!(inner.load_fresh(0), 7);
    assert_eq!(calls.made.take(), [("clean", 64, 4), ("invalidate", 64, 4)]);
    assert_eq!(heap.memory().load(64), 7);
    assert!(part(&region, 64, 65).is_none());
}

#[test]
fn memory_that_is_only_read_has_hooks_too() {
    let heap = Heap::new(128);
    let calls = Calls::of(&heap);
    let region = CachedMemory::new(heap.memory().read_only(), &calls);
    assert_eq!(region.load_fresh(8), 0);
    assert_eq!(calls.made.take(), [("invalidate", 8, 4)]);
}

#[test]
fn a_trusting_end_calls_the_hooks() {
    let heap = Heap::new(128);
    let calls = Calls::of(&heap);
    let region = CachedMemory::new(heap.memory(), &calls);
    calls_each_hook(&trusted(region).unwrap(), &calls);
}
