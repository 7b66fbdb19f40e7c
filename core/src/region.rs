//! The port: the verbs that the protocol needs of shared memory, over words and bytes at offsets.
//!
//! A region is a *handle*: it is small, and does not own the memory. An offset counts bytes from the start of the region. A word
//! is 32 bits, at a multiple of 4. A pair is two words, at a multiple of 8. The verbs take and return values in the order of this
//! machine. Only an implementation converts from and to the little-endian bytes of the wire.
//!
//! Outside the region a load returns zero, and a store or a copy does nothing. So a caller's mistake never becomes an access out
//! of bounds. The channel checks its geometry once, and does not rely on the region's checks.
//!
//! # One width for each byte
//! Rust, and some machines, define a race of two atomic accesses only if both have the same width. So every byte of a region
//! has one width, for its whole life:
//!
//! | bytes | verbs | width |
//! |---|---|---|
//! | control words: everything before the slots, except the head's line | `load`, `store` | 4 |
//! | frames: the head's line and the slots | `load_pair`, `store_pair`, `copy_out`, `copy_in` | 8 where the machine has atomic accesses of 8 bytes, else 4 |
//!
//! # Caches that do not cohere
//! Core calls [`clean`](RegionMut::clean) after it stored a word for the other side. It calls [`invalidate`](Region::invalidate)
//! before it loads a word that the other side may have stored, and before it stores to a line that another side may have written.
//! It calls them nowhere else. Core allows a cache to fetch lines at any time, and to write dirty lines back at any time, whole
//! or word by word. The hooks must keep these rules:
//!
//! - They act on whole lines. These lines are at most as long as the channel's cache line. If the machine's lines are shorter
//!   than 32 bytes, the hooks act on every block of 32 bytes, at a multiple of 32, that overlaps their bytes. After one
//!   `invalidate`, core loads several words of such a block.
//! - The cache fetches a line at one moment, with all its words of that moment.
//! - They are barriers. A load after `invalidate` returns a value that was fetched after that call. When `clean` returns, memory
//!   holds the earlier stores, and later stores arrive later.
//! - `invalidate` may drop stores that were not cleaned. Core has no such stores of value at that moment.
//!
//! A program adds such hooks without `unsafe`: see [`CacheHooks`](crate::memory::CacheHooks).
#![allow(unsafe_code)]

use core::sync::atomic::{self, Ordering};

/// Reading verbs. A receiver of an overwrite channel needs only these, so its mapping may be read-only.
///
/// A region of a program's own usually wraps another one, and delegates every verb. `examples/custom_region.rs` and
/// `BARE_METAL.md` have whole ones.
///
/// ```
/// use core::sync::atomic::Ordering::Relaxed;
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::region::{Region, RegionMut};
///
/// let memory = AtomicWords::array::<16>();
/// let region = AtomicWords::new(&memory);
/// region.store(4, 7, Relaxed);
/// assert_eq!(region.load(4), 7);
/// assert_eq!(region.load(64), 0); // outside
/// ```
///
/// # Safety
/// An implementation promises:
/// 1. Each verb is free of data races, whatever else accesses the memory at the time. It uses atomic accesses of the [one
///    width](self#one-width-for-each-byte) of those bytes, or instructions that the compiler does not see into.
/// 2. If [`address`](Region::address) of 0 is not null, it is valid for reads of [`len`](Region::len) bytes as long as the region
///    lives. If the region is [`RegionMut`], it is valid for writes too. For each word inside, `address(at)` is that pointer,
///    `at` bytes on.
pub unsafe trait Region: Sized {
    /// Length in bytes.
    fn len(&self) -> usize;

    /// Whether the length is 0.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Loads the control word at `at`, `Relaxed`. A [`fence`](Region::fence) after it makes it an acquire load. Rust promises no
    /// other form on read-only memory.
    fn load(&self, at: usize) -> u32;

    /// Loads the pair at `at`, `Relaxed`. A machine whose pairs are 8 bytes wide does it in one access. Another machine loads the
    /// first word, makes an `Acquire` fence, and loads the second word. So the second word is never older than the `Release`
    /// store that wrote the first.
    fn load_pair(&self, at: usize) -> [u32; 2];

    /// A fence of this order between this side's accesses before and after it.
    fn fence(&self, order: Ordering);

    /// Copies `to.len()` bytes of frames out from offset `at`, a multiple of 8. The other side may write them during the copy:
    /// the result may then be a mix of two messages, but it is never undefined. The region must contain the whole last 8 bytes.
    fn copy_out(&self, at: usize, to: &mut [u8]);

    /// The address of the word at `at` on this side, for a kernel or an interrupt controller. It is null if `at` is outside, or
    /// if the region has no addresses.
    fn address(&self, at: usize) -> *const u32 {
        let _ = at;
        core::ptr::null()
    }

    /// Discards this side's cached copy of each line that overlaps `len` bytes at `at`, so that the next load of a word on it
    /// reads memory. Does nothing if caches cohere.
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

    /// Stores the pair at `at`. A machine whose pairs are 8 bytes wide does it in one access. Another machine stores the second
    /// word, `Relaxed`, and then the first word with `order`, as [`store`](RegionMut::store).
    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering);

    /// Copies bytes of frames in at offset `at`, a multiple of 8. The other side may read them during the copy. Up to 7 bytes
    /// behind them, to the end of the last 8 bytes, become zero or stay. The region must contain these bytes.
    fn copy_in(&self, at: usize, from: &[u8]);

    /// Writes back this side's cached copy of each line that overlaps `len` bytes at `at`, if it was stored to. Does nothing if
    /// caches cohere.
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

/// A region of which a program may hold more than one handle, one for each end of its channels.
///
/// # Safety
/// As [`Region`], for each handle that the two functions return.
pub unsafe trait Divide: Region + Sized {
    /// Another handle to the same memory.
    ///
    /// # Safety
    /// The caller makes at most one sender of each channel, and at most one receiver of each index, from all handles to this
    /// memory together.
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

/// [`Region::fence`] for two sides on one machine, whose fences reach both.
#[inline]
pub(crate) fn fence(order: Ordering) {
    match order {
        // A relaxed fence does nothing; it must not panic.
        Ordering::Relaxed => {}
        Ordering::Acquire => atomic::fence(Ordering::Acquire),
        Ordering::Release => atomic::fence(Ordering::Release),
        _ => atomic::fence(Ordering::SeqCst),
    }
}

/// Keeps the compiler from changing the order of this side's accesses. The processor may still change it.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
pub(crate) fn in_program_order() {
    atomic::compiler_fence(Ordering::SeqCst);
}
