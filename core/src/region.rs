//! The port: what the protocol needs of shared memory, as verbs over words at offsets.
//!
//! A region is a *handle*: cheap to make again with [`Region::part`], and it does not own the memory. Offsets are in
//! bytes from its start; a word's offset is a multiple of 4. Words have the value that both sides mean: an
//! implementation converts from and to the little-endian bytes of the geometry, and nothing else does.
//!
//! Outside the region a load gives zero, and a store or a copy does nothing, so that no caller's mistake can become an access
//! out of bounds; the channel checks its geometry once and never relies on it.
//!
//! # Caches that do not cohere
//! Core calls [`clean`](RegionMut::clean) when it has stored what the other side is to see, and
//! [`invalidate`](Region::invalidate) before it loads what the other side may have stored, or stores to a line that another side
//! may have written before: there and nowhere else. It allows for a cache that at any time fetches lines, writes dirty ones back
//! whole, and does so word by word. What it needs of the hooks where memory is behind such a cache:
//!
//! - They act on whole lines, no longer than the layout's. Where the machine's are shorter than 32 bytes, on the 32 bytes, at a
//!   multiple of 32, around what they are given: after one `invalidate` core loads several words that stand there together.
//! - A line comes in at one moment, with all its words of that moment.
//! - They are barriers. What is loaded after `invalidate` was fetched after it was called; when `clean` returns, memory
//!   holds what was stored, and what is stored afterwards arrives later.
//! - `invalidate` may drop stores that were not cleaned: core has none then that are worth keeping.

use core::sync::atomic::{self, Ordering};

/// Reading verbs. A receiver of an overwrite channel needs no more, so its mapping may be read-only.
pub trait Region: Sized {
    /// Length in bytes.
    fn len(&self) -> usize;

    /// Whether there is no memory at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Loads the word at byte offset `at`, with `Relaxed` order; `Acquire` is had by a [`fence`](Region::fence) after it,
    /// the only form that Rust promises on read-only memory. Stronger orders than `Relaxed` may be taken as `Acquire`.
    fn load(&self, at: usize, order: Ordering) -> u32;

    /// Loads the word at `at` and the one behind it, both `Relaxed`. If one is outside, an implementation may take it that both
    /// are: so that it need ask once.
    #[inline(always)]
    fn load_pair(&self, at: usize) -> [u32; 2] {
        [at, at.wrapping_add(4)].map(|at| self.load(at, Ordering::Relaxed))
    }

    /// A fence of this order between this side's accesses before and after it.
    fn fence(&self, order: Ordering);

    /// Copies `to.len()` bytes out from offset `at` while the other side may be writing them: atomically in words of
    /// one width, so the result may be mixed from two messages but is never undefined. `at` is a multiple of 8, and the
    /// region goes on to the end of the last 8 bytes.
    fn copy_out(&self, at: usize, to: &mut [u8]);

    /// Copies out bytes that the protocol has passed to this side, as fast as the machine can.
    fn copy_out_exclusive(&self, at: usize, to: &mut [u8]) {
        self.copy_out(at, to);
    }

    /// Loads a word that the other side may have written since: past this side's cache, `Relaxed`. Words of the same 32 bytes
    /// that are wanted with it need only be loaded.
    #[inline(always)]
    #[track_caller]
    fn load_fresh(&self, at: usize) -> u32 {
        self.invalidate(at, 4);
        self.load(at, Ordering::Relaxed)
    }

    /// Where the word at `at` is in this side's address space, for a kernel or an interrupt controller to watch; null
    /// where that means nothing. Never dereferenced by core.
    fn address(&self, at: usize) -> *const u32 {
        let _ = at;
        core::ptr::null()
    }

    /// Forgets this side's cached copy of each line that has some of `len` bytes at `at`, so that the next load of a word on
    /// it sees memory. Nothing to do where caches cohere.
    fn invalidate(&self, at: usize, len: usize) {
        let _ = (at, len);
    }

    /// A handle to `len` bytes of this region from offset `at`; `None` unless they lie inside it and `at` is a multiple
    /// of 8. Two channels live in one region as two parts that do not overlap.
    fn part(&self, at: usize, len: usize) -> Option<Self>;
}

/// Writing verbs.
pub trait RegionMut: Region {
    /// Stores a word at byte offset `at`, with order `Relaxed` or `Release`. Stronger orders may be taken as `Release`.
    fn store(&self, at: usize, word: u32, order: Ordering);

    /// Stores the word at `at` and the two behind it, all `Relaxed`. If one is outside, as [`load_pair`](Region::load_pair).
    #[inline(always)]
    #[track_caller]
    fn store_three(&self, at: usize, [one, two, three]: [u32; 3]) {
        self.store(at, one, Ordering::Relaxed);
        self.store(at.wrapping_add(4), two, Ordering::Relaxed);
        self.store(at.wrapping_add(8), three, Ordering::Relaxed);
    }

    /// Stores a word for the other side to see: through this side's cache.
    #[inline(always)]
    #[track_caller]
    fn store_through(&self, at: usize, word: u32, order: Ordering) {
        self.store(at, word, order);
        self.clean(at, 4);
    }

    /// Copies bytes in at offset `at` while the other side may be reading them: atomically, in words of one width. The
    /// rest of the last word (at most 7 bytes) becomes zero. `at` is a multiple of 8, and the region goes on to the end of
    /// the last 8 bytes.
    fn copy_in(&self, at: usize, from: &[u8]);

    /// Copies bytes into memory that the protocol has passed to this side, as fast as the machine can.
    fn copy_in_exclusive(&self, at: usize, from: &[u8]) {
        self.copy_in(at, from);
    }

    /// Writes this side's cached copy of each line that has some of `len` bytes at `at` back to memory, if it was stored to.
    /// Nothing to do where caches cohere.
    fn clean(&self, at: usize, len: usize) {
        let _ = (at, len);
    }
}

/// [`Region::fence`] where both sides are of one machine, and its fences reach both.
#[inline]
pub(crate) fn fence(order: Ordering) {
    match order {
        // Nothing, rather than a panic.
        Ordering::Relaxed => {}
        Ordering::Acquire => atomic::fence(Ordering::Acquire),
        Ordering::Release => atomic::fence(Ordering::Release),
        _ => atomic::fence(Ordering::SeqCst),
    }
}
