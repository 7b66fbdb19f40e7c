//! How does the protocol run over loom's atomics? As over a machine that reorders whatever the orders in core allow.
//!
//! Words that the protocol passes from side to side (copies called `owned`) are cells that loom watches for data races;
//! words that nobody changes are plain. All must be made inside the model.
//!
//! Loom 0.7 has a blind spot: when a thread is about to store, it looks for a race with the *last* access to that word
//! only. A thread that has itself loaded the word just before hides the loads of others. Two remedies:
//! - A handle that is the only writer of some words reads them from a copy that is not loom's
//!   ([`LoomRegion::only_writer`]). Loom has no part in that load, and no choice: only the last store can be seen.
//! - Words that several sides both load and store are [`Word::Contended`]: every access goes with one that loom takes to
//!   depend on every other, so that it tries every order of them.

use std::ops::Range;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32 as Plain, AtomicUsize, Ordering};

use loom::cell::UnsafeCell;
use loom::sync::Condvar;
use loom::sync::atomic::{AtomicU32, fence};
use ramframe_core::region::{Region, RegionMut};

use crate::orders::Orders;

#[derive(Debug)]
enum Word {
    /// One side writes it, others read it meanwhile. The copy holds what was stored last.
    Shared(AtomicU32, Plain),
    /// Several sides write and read it.
    Contended(AtomicU32, Condvar),
    /// One side at a time: the cell is never opened, it only tells loom of each access.
    Owned(Watched, Plain),
    /// Nobody changes it.
    Constant(u32),
}

/// What loom watches in place of a word.
#[derive(Debug)]
struct Watched(UnsafeCell<()>);

// SAFETY: it holds nothing, and loom runs one thread at a time.
#[allow(unsafe_code)]
unsafe impl Sync for Watched {}

impl Word {
    fn get(&self) -> u32 {
        match self {
            Word::Shared(word, _) => word.load(Ordering::Relaxed),
            Word::Contended(word, all) => {
                all.notify_all();
                word.load(Ordering::Relaxed)
            }
            Word::Owned(cell, word) => {
                cell.0.with(|_| ());
                word.load(Ordering::Relaxed)
            }
            Word::Constant(word) => *word,
        }
    }

    fn set(&self, value: u32, order: Ordering) {
        match self {
            Word::Shared(word, copy) => {
                word.store(value, order);
                copy.store(value, Ordering::Relaxed);
            }
            Word::Contended(word, all) => {
                all.notify_all();
                word.store(value, order);
            }
            Word::Owned(cell, word) => {
                cell.0.with_mut(|_| ());
                word.store(value, Ordering::Relaxed);
            }
            Word::Constant(_) => panic!("a constant was stored to"),
        }
    }
}

/// What the words of a [`LoomRegion`] are, by their offsets.
pub(crate) struct Plan {
    pub(crate) constant: Range<usize>,
    pub(crate) owned: Vec<Range<usize>>,
    pub(crate) contended: Vec<usize>,
}

/// A region of loom's atomics. A clone is another handle to the same words, with the same life.
#[derive(Clone, Debug)]
pub(crate) struct LoomRegion {
    words: Arc<[Word]>,
    from: usize,
    len: usize,
    orders: Arc<Orders>,
    /// Stores that this handle may still make.
    life: Arc<AtomicUsize>,
    only_writer: bool,
}

impl LoomRegion {
    /// A region that begins with these words.
    pub(crate) fn holding(image: &[u32], plan: &Plan, orders: &Arc<Orders>) -> Self {
        let words = image.iter().enumerate().map(|(index, &value)| {
            let at = index * 4;
            if plan.constant.contains(&at) {
                Word::Constant(value)
            } else if plan.owned.iter().any(|owned| owned.contains(&at)) {
                Word::Owned(Watched(UnsafeCell::new(())), Plain::new(value))
            } else if plan.contended.contains(&at) {
                Word::Contended(AtomicU32::new(value), Condvar::new())
            } else {
                Word::Shared(AtomicU32::new(value), Plain::new(value))
            }
        });
        LoomRegion {
            words: words.collect(),
            from: 0,
            len: image.len() * 4,
            orders: Arc::clone(orders),
            life: Arc::new(AtomicUsize::new(usize::MAX)),
            only_writer: false,
        }
    }

    /// A handle for the only side that ever stores to shared words: whoever did so before has come to an end.
    pub(crate) fn only_writer(&self) -> Self {
        LoomRegion {
            only_writer: true,
            ..self.clone()
        }
    }

    /// A handle for a side that dies after `stores` stores: the later ones are dropped.
    pub(crate) fn dying(&self, stores: usize) -> Self {
        LoomRegion {
            life: Arc::new(AtomicUsize::new(stores)),
            ..self.clone()
        }
    }

    /// Whether this side has no store left.
    pub(crate) fn is_dead(&self) -> bool {
        self.life.load(Ordering::Relaxed) == 0
    }

    /// Whether the next store still happens.
    fn spend(&self) -> bool {
        let left = self.life.load(Ordering::Relaxed);
        self.life.store(left.saturating_sub(1), Ordering::Relaxed);
        left > 0
    }

    fn word(&self, at: usize) -> &Word {
        assert!(
            at.is_multiple_of(4) && at < self.len,
            "word outside the region"
        );
        &self.words[(self.from + at) / 4]
    }
}

impl Region for LoomRegion {
    fn len(&self) -> usize {
        self.len
    }

    #[track_caller]
    fn load(&self, at: usize, order: Ordering) -> u32 {
        assert_eq!(order, Ordering::Relaxed, "core acquires by fences alone");
        match self.word(at) {
            Word::Shared(_, copy) if self.only_writer => copy.load(Ordering::Relaxed),
            word => word.get(),
        }
    }

    #[track_caller]
    fn fence(&self, order: Ordering) {
        match self.orders.grant(Location::caller(), "fence", order) {
            Ordering::Relaxed => {}
            order => fence(order),
        }
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        for (index, chunk) in to.chunks_mut(4).enumerate() {
            let bytes = self.word(at + index * 4).get().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }

    /// A number that only this region's futex understands.
    fn address(&self, at: usize) -> *const u32 {
        std::ptr::without_provenance(self.from + at)
    }

    fn part(&self, at: usize, len: usize) -> Option<Self> {
        let inside = at.checked_add(len)? <= self.len && at.is_multiple_of(8);
        inside.then(|| LoomRegion {
            from: self.from + at,
            len,
            ..self.clone()
        })
    }
}

impl RegionMut for LoomRegion {
    #[track_caller]
    fn store(&self, at: usize, word: u32, order: Ordering) {
        let order = self.orders.grant(Location::caller(), "store", order);
        if self.spend() {
            self.word(at).set(word, order);
        }
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        for (index, chunk) in from.chunks(4).enumerate() {
            let mut bytes = [0; 4];
            bytes[..chunk.len()].copy_from_slice(chunk);
            if self.spend() {
                self.word(at + index * 4)
                    .set(u32::from_le_bytes(bytes), Ordering::Relaxed);
            }
        }
    }
}
