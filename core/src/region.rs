//! The port: what the protocol needs of shared memory, as verbs over words and bytes at offsets.
//!
//! A region is a *handle*: small, and it does not own the memory. An offset counts bytes
//! from the start of the region. A word is 32 bits, at a multiple of 4. A pair is two words, at a multiple of 8. The verbs
//! take and give the values that both sides mean; only an implementation converts from and to the little-endian bytes of
//! the wire.
//!
//! Outside the region a load gives zero, and a store or a copy does nothing. So a caller's mistake never becomes an access
//! out of bounds. The channel checks its geometry once, and does not rely on that check here.
//!
//! # One width for each byte
//! Rust, and some machines, define a race of two atomic accesses only if both have the same width. So every byte of a region
//! has one width, for its whole life:
//!
//! | bytes | verbs | width |
//! |---|---|---|
//! | control words: everything before the slots but the head's line | `load`, `store` | 4 |
//! | frames: the head's line and the slots | `load_pair`, `store_pair`, `copy_out`, `copy_in` | 8 where the machine has atomic accesses of 8 bytes, else 4 |
//!
//! # Caches that do not cohere
//! Core calls [`clean`](RegionMut::clean) after it stored what the other side is to see. It calls
//! [`invalidate`](Region::invalidate) before it loads what the other side may have stored, and before it stores to a line
//! that another side may have written. It calls them nowhere else. It allows for a cache that fetches lines at any time,
//! and writes dirty lines back at any time, whole and word by word. The hooks must keep these rules:
//!
//! - They act on whole lines, no longer than the channel's. Where the machine's lines are shorter than 32 bytes, they act on the
//!   32 bytes, at a multiple of 32, around what they are given: after one `invalidate` core loads several words that stand
//!   there together.
//! - A line comes in at one moment, with all its words of that moment.
//! - They are barriers. What is loaded after `invalidate` was fetched after it was called. When `clean` returns, memory
//!   holds what was stored, and what is stored afterwards arrives later.
//! - `invalidate` may drop stores that were not cleaned. Core then has none that are worth keeping.
//!
//! A program adds such hooks without `unsafe`: see [`CacheHooks`](crate::memory::CacheHooks).
#![allow(unsafe_code)]

use core::sync::atomic::{self, Ordering};

/// Reading verbs. A receiver of an overwrite channel needs no more, so its mapping may be read-only.
///
/// # Safety
/// An implementation promises:
/// 1. Each verb is free of data races, whatever else accesses the memory at the time: it uses atomic accesses of the
///    [one width](self#one-width-for-each-byte) of those bytes, or instructions that the compiler does not see into.
/// 2. If [`address`](Region::address) of 0 is not null, it is valid for reads of [`len`](Region::len) bytes as long as the
///    region lives, and for writes too if the region is [`RegionMut`]; and `address(at)` is that pointer, `at` bytes on, for
///    each word inside.
pub unsafe trait Region: Sized {
    /// Length in bytes.
    fn len(&self) -> usize;

    /// Whether there is no memory at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Loads the control word at `at`, `Relaxed`. A [`fence`](Region::fence) after it makes it an acquire load: the only form
    /// that Rust promises on read-only memory.
    fn load(&self, at: usize) -> u32;

    /// Loads the pair at `at`, `Relaxed`: in one access where pairs are 8 bytes wide. Elsewhere the first word, an `Acquire`
    /// fence, and the second word. So the second is never older than a `Release` that wrote the first.
    fn load_pair(&self, at: usize) -> [u32; 2];

    /// A fence of this order between this side's accesses before and after it.
    fn fence(&self, order: Ordering);

    /// Copies `to.len()` bytes of frames out from offset `at`, a multiple of 8, while the other side may be writing them. The
    /// result may be mixed from two messages; it is never undefined. The region must go on to the end of the last 8 bytes.
    fn copy_out(&self, at: usize, to: &mut [u8]);

    /// Where the word at `at` is in this side's address space, for a kernel or an interrupt controller to watch; null
    /// where that means nothing, or `at` is outside.
    fn address(&self, at: usize) -> *const u32 {
        let _ = at;
        core::ptr::null()
    }

    /// Forgets this side's cached copy of each line that has some of `len` bytes at `at`, so that the next load of a word on
    /// it sees memory. Nothing to do where caches cohere.
    fn invalidate(&self, at: usize, len: usize) {
        let _ = (at, len);
    }

    /// [`load`](Region::load), past this side's cache.
    #[inline(always)]
    #[track_caller]
    fn load_fresh(&self, at: usize) -> u32 {
        self.invalidate(at, 4);
        self.load(at)
    }

    /// [`load_pair`](Region::load_pair), past this side's cache.
    #[inline(always)]
    #[track_caller]
    fn load_pair_fresh(&self, at: usize) -> [u32; 2] {
        self.invalidate(at, 8);
        self.load_pair(at)
    }
}

/// Writing verbs.
///
/// # Safety
/// As [`Region`].
pub unsafe trait RegionMut: Region {
    /// Stores the control word at `at`, with order `Relaxed` or `Release`. Stronger orders may be taken as `Release`.
    fn store(&self, at: usize, word: u32, order: Ordering);

    /// Stores the pair at `at`: in one access where pairs are 8 bytes wide. Elsewhere the second word, `Relaxed`, and then the
    /// first word, with `order`, as [`store`](RegionMut::store).
    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering);

    /// Copies bytes of frames in at offset `at`, a multiple of 8, while the other side may be reading them. Up to 7 bytes
    /// behind them, to the end of the last 8, become zero or stay; the region must go on to there.
    fn copy_in(&self, at: usize, from: &[u8]);

    /// Writes this side's cached copy of each line that has some of `len` bytes at `at` back to memory, if it was stored to.
    /// Nothing to do where caches cohere.
    fn clean(&self, at: usize, len: usize) {
        let _ = (at, len);
    }

    /// [`store`](RegionMut::store), through this side's cache.
    #[inline(always)]
    #[track_caller]
    fn store_through(&self, at: usize, word: u32, order: Ordering) {
        self.store(at, word, order);
        self.clean(at, 4);
    }

    /// [`store_pair`](RegionMut::store_pair), through this side's cache.
    #[inline(always)]
    #[track_caller]
    fn store_pair_through(&self, at: usize, pair: [u32; 2], order: Ordering) {
        self.store_pair(at, pair, order);
        self.clean(at, 8);
    }
}

/// A region of which a program may hold more than one handle: one for each end of its channels.
///
/// # Safety
/// As [`Region`], for each handle that the two functions return.
pub unsafe trait Divide: Region + Sized {
    /// Another handle to the same memory.
    ///
    /// # Safety
    /// Of all handles to this memory together the caller makes at most one sender of each channel, and at most one receiver of each
    /// index of it.
    unsafe fn duplicate(&self) -> Self;

    /// A handle to `len` bytes of this region from offset `at`; `None` unless they lie inside it and `at` is a multiple of 8.
    ///
    /// # Safety
    /// As [`duplicate`](Self::duplicate).
    unsafe fn part(&self, at: usize, len: usize) -> Option<Self>;
}

/// A handle for the sender of a channel, and one for a receiver.
pub(crate) fn both<R: Divide>(region: R) -> (R, R) {
    // SAFETY: the callers are `split` and `Duplex`: they make one end of each role, and a half makes at most one end at a time.
    let other = unsafe { region.duplicate() };
    (region, other)
}

/// A handle to `len` bytes from offset `at`, for a channel of its own.
pub(crate) fn part<R: Divide>(region: &R, at: usize, len: usize) -> Option<R> {
    // SAFETY: the caller is a link, whose two channels have one end each on this side.
    unsafe { region.part(at, len) }
}

// SAFETY: every verb is that of the region behind the reference.
unsafe impl<R: Region> Region for &mut R {
    fn len(&self) -> usize {
        (**self).len()
    }

    #[inline]
    fn load(&self, at: usize) -> u32 {
        (**self).load(at)
    }

    #[inline]
    fn load_pair(&self, at: usize) -> [u32; 2] {
        (**self).load_pair(at)
    }

    #[inline]
    fn fence(&self, order: Ordering) {
        (**self).fence(order);
    }

    #[inline]
    fn copy_out(&self, at: usize, to: &mut [u8]) {
        (**self).copy_out(at, to);
    }

    #[inline]
    fn address(&self, at: usize) -> *const u32 {
        (**self).address(at)
    }

    #[inline]
    fn invalidate(&self, at: usize, len: usize) {
        (**self).invalidate(at, len);
    }
}

// SAFETY: as for `Region`.
unsafe impl<R: RegionMut> RegionMut for &mut R {
    #[inline]
    fn store(&self, at: usize, word: u32, order: Ordering) {
        (**self).store(at, word, order);
    }

    #[inline]
    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        (**self).store_pair(at, pair, order);
    }

    #[inline]
    fn copy_in(&self, at: usize, from: &[u8]) {
        (**self).copy_in(at, from);
    }

    #[inline]
    fn clean(&self, at: usize, len: usize) {
        (**self).clean(at, len);
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
