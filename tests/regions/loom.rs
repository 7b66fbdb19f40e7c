//! How does the protocol run over loom's atomics? As over a machine that reorders whatever the orders in core allow.
//!
//! Words that the protocol passes from side to side, of which one is theirs at a time, are cells that loom watches for data
//! races; words that nobody changes are plain. All must be made inside the model. The machine is one of 32 bits: a pair is
//! two words, with a fence between their loads, and a side may die between their stores. Or it is one of 64 bits, where a pair is
//! one word, and there is no such fence.
//!
//! Loom 0.7 has a blind spot: when a thread is about to store, it looks for a race with the *last* access to that word
//! only. A thread that has itself loaded the word just before hides the loads of others. Two remedies:
//! - A handle that is the only writer of some words reads them from a copy that is not loom's
//!   ([`LoomRegion::only_writer`]). Loom has no part in that load, and no choice: only the last store can be seen.
//! - Words that several sides both load and store are [`Word::Contended`]: every access goes with one that loom takes to
//!   depend on every other, so that it tries every order of them.

#![allow(unsafe_code)] // the region

use std::ops::Range;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32 as Plain, AtomicU64 as WidePlain, AtomicUsize, Ordering};

use loom::cell::UnsafeCell;
use loom::sync::Condvar;
use loom::sync::atomic::{AtomicU32, AtomicU64, fence};
use ramframe_core::region::{Divide, Region, RegionMut};

use crate::kernel::Core;
use crate::orders::Orders;
use crate::tell::{self, Granted};

#[derive(Debug)]
enum Word {
    /// One side writes it, others read it meanwhile. The copy holds what was stored last.
    Shared(AtomicU32, Plain),
    /// As `Shared`, of a pair.
    Pair(AtomicU64, WidePlain),
    /// The second word of a pair that stands before it.
    Second,
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
            Word::Pair(..) | Word::Second => panic!("a word of a pair alone"),
        }
    }

    /// What was stored last; `None` where nobody stores. Of some words this is what was loaded.
    fn newest(&self, loaded: u32) -> Option<u32> {
        match self {
            Word::Shared(_, copy) => Some(copy.load(Ordering::Relaxed)),
            Word::Constant(_) => None,
            _ => Some(loaded),
        }
    }

    fn set(&self, value: u32, order: Ordering) {
        match self {
            // Of two equal values nobody can tell which was read: loom need not try both.
            Word::Shared(_, copy)
                if order == Ordering::Relaxed && copy.load(Ordering::Relaxed) == value => {}
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
            Word::Pair(..) | Word::Second => panic!("a word of a pair alone"),
        }
    }
}

/// What the words of a [`LoomRegion`] are, by their offsets.
pub(crate) struct Plan {
    pub(crate) constant: Range<usize>,
    pub(crate) owned: Vec<Range<usize>>,
    pub(crate) contended: Vec<usize>,
    /// Words that are accessed in pairs where the machine has such accesses.
    pub(crate) paired: Vec<Range<usize>>,
}

/// A region of loom's atomics. A clone is another handle to the same words, with the same life.
#[derive(Clone, Debug)]
pub(crate) struct LoomRegion {
    words: Arc<[Word]>,
    /// Where the words are said to stand, as many bytes as they take. Nobody loads them.
    places: Arc<[Plain]>,
    from: usize,
    len: usize,
    orders: Arc<Orders>,
    /// Stores that this handle may still make.
    life: Arc<AtomicUsize>,
    only_writer: bool,
    /// What may interrupt whoever has this handle.
    core: Option<Arc<Core>>,
}

impl LoomRegion {
    /// A region that begins with these words.
    pub(crate) fn holding(image: &[u32], plan: &Plan, orders: &Arc<Orders>) -> Self {
        tell::places(image);
        let words = image.iter().enumerate().map(|(index, &value)| {
            let at = index * 4;
            let is_pair = orders.are_wide() && plan.paired.iter().any(|pairs| pairs.contains(&at));
            if is_pair && index % 2 == 1 {
                Word::Second
            } else if is_pair {
                let pair = wide([value, image[index + 1]]);
                Word::Pair(AtomicU64::new(pair), WidePlain::new(pair))
            } else if plan.constant.contains(&at) {
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
            places: image.iter().map(|_| Plain::new(0)).collect(),
            from: 0,
            len: image.len() * 4,
            orders: Arc::clone(orders),
            life: Arc::new(AtomicUsize::new(usize::MAX)),
            only_writer: false,
            core: None,
        }
    }

    /// A handle of a thread on `core`: the kernel may interrupt it before each access.
    pub(crate) fn on(&self, core: &Arc<Core>) -> Self {
        LoomRegion {
            core: Some(Arc::clone(core)),
            ..self.clone()
        }
    }

    fn interrupt(&self) {
        if let Some(core) = &self.core {
            core.interrupt();
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

    /// The offset of the word at this address, from the start of the whole region.
    pub(crate) fn offset(&self, address: *const u32) -> usize {
        address.addr() - self.places.as_ptr().addr()
    }

    /// The pair at `at`, if pairs are accessed at once there.
    fn pair(&self, at: usize) -> Option<(&AtomicU64, &WidePlain)> {
        match self.word(at) {
            Word::Pair(pair, copy) => Some((pair, copy)),
            _ => None,
        }
    }

    /// Stores the pair at `at`, if pairs are accessed at once there.
    fn set_pair(&self, at: usize, pair: [u32; 2], order: Granted) -> bool {
        let Some((cell, copy)) = self.pair(at) else {
            return false;
        };
        self.interrupt();
        let (pair, last) = (wide(pair), copy.load(Ordering::Relaxed));
        if !self.spend() {
            return true;
        }
        if order.got != Ordering::Relaxed || pair != last {
            cell.store(pair, order.got);
            copy.store(pair, Ordering::Relaxed);
        }
        tell::store(self.from + at, pair, order);
        true
    }

    /// Loads one word, as everybody does but its only writer.
    fn get(&self, at: usize) -> u32 {
        self.interrupt();
        let word = self.word(at);
        let loaded = word.get();
        if let Some(newest) = word.newest(loaded) {
            tell::load(self.from + at, loaded.into(), newest.into());
        }
        loaded
    }

    /// Stores one word, unless this side has died.
    fn set(&self, at: usize, word: u32, order: Granted) {
        self.interrupt();
        if self.spend() {
            self.word(at).set(word, order.got);
            tell::store(self.from + at, word.into(), order);
        }
    }

    /// What the caller of `verb` gets for this order.
    #[track_caller]
    fn grant(&self, verb: &'static str, asked: Ordering) -> Granted {
        let place = Location::caller();
        let got = self.orders.grant(place, verb, asked);
        let place = Some(place);
        Granted { asked, got, place }
    }

    fn word(&self, at: usize) -> &Word {
        assert!(
            at.is_multiple_of(4) && at < self.len,
            "word outside the region"
        );
        &self.words[(self.from + at) / 4]
    }
}

/// Two words as one.
fn wide([first, second]: [u32; 2]) -> u64 {
    u64::from(second) << 32 | u64::from(first)
}

/// One as two words.
fn halves(pair: u64) -> [u32; 2] {
    [pair as u32, (pair >> 32) as u32]
}

// SAFETY: 1. every access is one of loom's, or of a standard atomic. 2. The address is that of `places`, as long as the words.
unsafe impl Region for LoomRegion {
    fn len(&self) -> usize {
        self.len
    }

    #[track_caller]
    fn load(&self, at: usize) -> u32 {
        match self.word(at) {
            Word::Shared(_, copy) if self.only_writer => copy.load(Ordering::Relaxed),
            _ => self.get(at),
        }
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        if let Some((_, copy)) = self.pair(at)
            && self.only_writer
        {
            return halves(copy.load(Ordering::Relaxed));
        }
        if let Some((pair, copy)) = self.pair(at) {
            let loaded = pair.load(Ordering::Relaxed);
            tell::load(self.from + at, loaded, copy.load(Ordering::Relaxed));
            return halves(loaded);
        }
        let first = self.load(at);
        fence(Ordering::Acquire);
        [first, self.load(at + 4)]
    }

    #[track_caller]
    fn fence(&self, order: Ordering) {
        let order = self.grant("fence", order);
        match order.got {
            Ordering::Relaxed => {}
            got => fence(got),
        }
        tell::fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        if self.pair(at).is_some() {
            for (index, chunk) in to.chunks_mut(8).enumerate() {
                let bytes = wide(self.load_pair(at + index * 8)).to_le_bytes();
                chunk.copy_from_slice(&bytes[..chunk.len()]);
            }
            return;
        }
        for (index, chunk) in to.chunks_mut(4).enumerate() {
            let bytes = self.get(at + index * 4).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }

    fn address(&self, at: usize) -> *const u32 {
        let first = self.places.as_ptr().cast::<u32>();
        first.wrapping_byte_add(self.from + at)
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for LoomRegion {
    #[track_caller]
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.set(at, word, self.grant("store", order));
    }

    #[track_caller]
    fn store_pair(&self, at: usize, [first, second]: [u32; 2], order: Ordering) {
        let order = self.grant("store_pair", order);
        if self.set_pair(at, [first, second], order) {
            return;
        }
        self.set(at + 4, second, Granted::RELAXED);
        self.set(at, first, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        if self.pair(at).is_some() {
            for (index, chunk) in from.chunks(8).enumerate() {
                let mut bytes = [0; 8];
                bytes[..chunk.len()].copy_from_slice(chunk);
                let pair = halves(u64::from_le_bytes(bytes));
                self.set_pair(at + index * 8, pair, Granted::RELAXED);
            }
            return;
        }
        for (index, chunk) in from.chunks(4).enumerate() {
            let mut bytes = [0; 4];
            bytes[..chunk.len()].copy_from_slice(chunk);
            self.set(at + index * 4, u32::from_le_bytes(bytes), Granted::RELAXED);
        }
    }
}

// SAFETY: as for `Region`: a part lies inside of the whole.
unsafe impl Divide for LoomRegion {
    unsafe fn duplicate(&self) -> Self {
        self.clone()
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        let inside = at.checked_add(len)? <= self.len && at.is_multiple_of(8);
        inside.then(|| LoomRegion {
            from: self.from + at,
            len,
            ..self.clone()
        })
    }
}
