//! Two machines that are as unkind as memory may be: one to write to, one to read from.

#![allow(unsafe_code)] // the regions

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use crate::support::Words;
use ramframe_core::region::{Region, RegionMut};

pub(crate) const WORD: usize = size_of::<usize>();

/// One word stored at an offset.
pub(crate) type Store = (usize, [u8; WORD]);

/// Takes down every store, in groups that fences part. The stores of a group may become visible in any order.
pub(crate) struct Diary {
    len: usize,
    groups: RefCell<Vec<Vec<Store>>>,
}

impl Diary {
    pub(crate) fn new(len: usize) -> Self {
        Diary {
            len,
            groups: RefCell::new(vec![vec![]]),
        }
    }

    /// All that another side may see while the stores are on their way: whole groups, then any of the next.
    pub(crate) fn sights(self) -> Vec<Vec<Store>> {
        let mut before = vec![];
        let mut sights = vec![];
        for group in self.groups.into_inner() {
            for some in 0..1_usize << group.len() {
                let seen = (0..group.len()).filter(|bit| some >> bit & 1 == 1);
                let seen: Vec<Store> = seen.map(|index| group[index]).collect();
                sights.push([&before[..], &seen].concat());
            }
            before.extend(group);
        }
        sights
    }
}

// SAFETY: it has no memory that others reach, and no address.
unsafe impl Region for Diary {
    fn len(&self) -> usize {
        self.len
    }

    fn load(&self, _at: usize) -> u32 {
        0
    }

    fn load_pair(&self, _at: usize) -> [u32; 2] {
        [0; 2]
    }

    fn fence(&self, order: Ordering) {
        if matches!(order, Ordering::Release | Ordering::SeqCst) {
            self.groups.borrow_mut().push(vec![]);
        }
    }

    fn copy_out(&self, _at: usize, to: &mut [u8]) {
        to.fill(0);
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for Diary {
    fn store(&self, _at: usize, _word: u32, _order: Ordering) {
        unreachable!("a text is copied, not stored");
    }

    fn store_pair(&self, _at: usize, _pair: [u32; 2], _order: Ordering) {
        unreachable!("a text is copied, not stored");
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        let mut groups = self.groups.borrow_mut();
        let group = groups.last_mut().unwrap();
        for (index, chunk) in from.chunks(WORD).enumerate() {
            let mut word = [0; WORD];
            word[..chunk.len()].copy_from_slice(chunk);
            group.push((at + index * WORD, word));
        }
    }
}

/// Shows a word as it was first loaded until a fence is passed, and lets the other side run before each load.
pub(crate) struct Stale<'a, F: Fn(usize)> {
    memory: Words<'a>,
    other: F,
    loads: Cell<usize>,
    kept: RefCell<BTreeMap<usize, [u8; WORD]>>,
}

impl<'a, F: Fn(usize)> Stale<'a, F> {
    /// `other` is given the number of loads before this one.
    pub(crate) fn new(memory: Words<'a>, other: F) -> Self {
        Stale {
            memory,
            other,
            loads: Cell::new(0),
            kept: RefCell::default(),
        }
    }

    pub(crate) fn loads(&self) -> usize {
        self.loads.get()
    }
}

// SAFETY: every access is one of `memory`; it has no address.
unsafe impl<F: Fn(usize)> Region for Stale<'_, F> {
    fn len(&self) -> usize {
        self.memory.len()
    }

    fn load(&self, _at: usize) -> u32 {
        unreachable!("a text is copied, not loaded");
    }

    fn load_pair(&self, _at: usize) -> [u32; 2] {
        unreachable!("a text is copied, not loaded");
    }

    fn fence(&self, order: Ordering) {
        if matches!(order, Ordering::Acquire | Ordering::SeqCst) {
            self.kept.borrow_mut().clear();
        }
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        assert_eq!(to.len(), WORD, "word by word");
        (self.other)(self.loads.replace(self.loads.get() + 1));
        let mut kept = self.kept.borrow_mut();
        let word = kept.entry(at).or_insert_with(|| {
            let mut word = [0; WORD];
            self.memory.copy_out(at, &mut word);
            word
        });
        to.copy_from_slice(word);
    }
}
