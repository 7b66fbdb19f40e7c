//! The one real region: a pointer and a length. A System V segment, a mapped file, RAM at a fixed address.
//!
//! All of core's `unsafe` is here. Every access is bounded by the length given at the start, and is atomic, except the
//! two copies of bytes that the protocol has passed to this side, which are plain memory copies.
#![allow(unsafe_code)]

mod length;
mod verbs;

use core::marker::PhantomData;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering};

pub use self::length::{ConstLen, Length};

use crate::region::RegionMut;

/// The width of a copy that may race: one atomic width for all payload accesses of a platform, so that no byte is ever
/// accessed at two widths.
#[cfg(target_pointer_width = "64")]
type Wide = core::sync::atomic::AtomicU64;
#[cfg(not(target_pointer_width = "64"))]
type Wide = AtomicU32;

const WIDE: usize = size_of::<Wide>();

/// The longest message that goes in word by word although nobody else looks. A message is mostly sent just after it was
/// written, in words: a memory copy's wide loads then wait until those stores, and all before them, have left this core,
/// the line of the message before among them. Not on small machines, whose memory copies are words too.
const SHORT: usize = if WIDE == 8 { 64 } else { 0 };

/// Whether to prefer little code to speed: the smallest cores, those without compare-and-swap.
const SMALL: bool = !cfg!(target_has_atomic = "32");

/// Base address alignment that [`Memory`] asks for, in bytes.
pub const ALIGN: usize = 8;

/// Shared memory that this side can only read.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnlyMemory<'a, L = usize> {
    base: NonNull<u8>,
    len: L,
    life: PhantomData<&'a AtomicU32>,
}

/// Shared memory that this side can read and write.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a, L = usize>(ReadOnlyMemory<'a, L>);

// SAFETY: a handle is an address and a length; all access through it is atomic, or to bytes the protocol has passed to
// one side, and the memory is valid for 'a from any thread by the contract of `new`.
unsafe impl<L: Length> Send for ReadOnlyMemory<'_, L> {}
// SAFETY: as for Send; a shared handle has no state of its own.
unsafe impl<L: Length> Sync for ReadOnlyMemory<'_, L> {}

impl<'a> ReadOnlyMemory<'a> {
    /// A handle to `len` bytes at `base`; `None` if `base` is not aligned to [`ALIGN`] bytes or the end is past the
    /// address space.
    ///
    /// # Safety
    /// For all of `'a`:
    /// 1. `base .. base + len` is readable, as one allocation or one mapping (an MMIO or carve-out range counts as one);
    /// 2. this program reads and writes those bytes only through handles like this one, or with atomic accesses of the
    ///    same width; no `&[u8]` or `&mut` to any of them exists;
    /// 3. whatever else writes them (another process, another core, a DMA engine) does so with accesses that the machine
    ///    makes visible in aligned 32-bit words;
    /// 4. [`copy_out_exclusive`](crate::region::Region::copy_out_exclusive) is called only for bytes that nobody writes at the time.
    ///    The channel types keep this as long as both sides follow the geometry.
    pub unsafe fn new(base: *const u8, len: usize) -> Option<Self> {
        let base = NonNull::new(base.cast_mut())?;
        let fits = isize::try_from(len).is_ok() && base.addr().get().checked_add(len).is_some();
        (fits && base.addr().get().is_multiple_of(ALIGN)).then_some(Self {
            base,
            len,
            life: PhantomData,
        })
    }

    /// The first `N` bytes, as memory whose length the compiler knows.
    pub fn sized<const N: usize>(self) -> Option<ReadOnlyMemory<'a, ConstLen<N>>> {
        (N <= self.len).then_some(ReadOnlyMemory {
            base: self.base,
            len: ConstLen,
            life: PhantomData,
        })
    }
}

impl<'a, L: Length> ReadOnlyMemory<'a, L> {
    /// Whether `len` bytes at `at` lie inside. The one check behind every access.
    fn holds(&self, at: usize, len: usize) -> bool {
        at <= self.len.bytes() && len <= self.len.bytes() - at
    }

    /// Whether a whole word stands at `at`. One comparison: rotated, an `at` that is no multiple of 4 is beyond any length.
    #[inline]
    fn holds_word(&self, at: usize) -> bool {
        let holds = at.rotate_right(2) < self.len.bytes() >> 2;
        debug_assert!(holds, "word outside the region");
        holds
    }

    /// Whether `count` whole words stand at `at`; one or more.
    #[inline]
    fn holds_words(&self, at: usize, count: usize) -> bool {
        let (first, words) = (at.rotate_right(2), self.len.bytes() >> 2);
        let holds = first < words && words - first >= count;
        debug_assert!(holds, "words outside the region");
        holds
    }

    /// The word at `at`.
    ///
    /// # Safety
    /// [`holds_word`](Self::holds_word) says so.
    #[inline]
    unsafe fn word(&self, at: usize) -> &AtomicU32 {
        // SAFETY: in bounds and aligned by this function's contract (the base to 8, `at` to 4), valid for 'a; accessed
        // atomically by all (contract 2).
        unsafe { AtomicU32::from_ptr(self.base.as_ptr().add(at).cast()) }
    }

    /// The `index`-th wide word of a copy at `at`. A reference, but to an atomic; only relaxed loads go through it when
    /// the memory is read-only.
    ///
    /// # Safety
    /// `at` is a multiple of `WIDE` and `at + (index + 1) * WIDE` is at most the length.
    unsafe fn wide(&self, at: usize, index: usize) -> &Wide {
        // SAFETY: in bounds and aligned by this function's contract, and the base is aligned to 8.
        unsafe { Wide::from_ptr(self.base.as_ptr().add(at + index * WIDE).cast()) }
    }

    /// Whether a copy of `len` bytes at `at` can be done in whole wide words.
    #[inline]
    fn is_wide(&self, at: usize, len: usize) -> bool {
        let space = self.len.bytes().checked_sub(at);
        at.is_multiple_of(WIDE) && space.is_some_and(|space| len.div_ceil(WIDE) <= space / WIDE)
    }

    /// The same of a copy that no caller should ask for otherwise.
    #[inline]
    fn holds_wide(&self, at: usize, len: usize) -> bool {
        let holds = self.is_wide(at, len);
        debug_assert!(holds, "copy outside the region");
        holds
    }

    /// The value of the word at `at`; 0 outside.
    #[inline]
    fn value(&self, at: usize) -> u32 {
        if !self.holds_word(at) {
            return 0;
        }
        // SAFETY: just asked.
        u32::from_le(unsafe { self.word(at) }.load(Ordering::Relaxed))
    }

    /// The values of the word at `at` and of the one behind it; 0 unless both are inside.
    #[inline]
    fn pair(&self, at: usize) -> [u32; 2] {
        if !self.holds_words(at, 2) {
            return [0; 2];
        }
        // SAFETY: just asked.
        let word = |at| u32::from_le(unsafe { self.word(at) }.load(Ordering::Relaxed));
        [word(at), word(at + 4)]
    }

    #[inline]
    fn read_wide(&self, at: usize, to: &mut [u8]) {
        if !self.holds_wide(at, to.len()) {
            return;
        }
        // SAFETY: `holds_wide` has checked the alignment and every word up to the end of `to`, of which there are no more.
        let word = |index| unsafe { self.wide(at, index) }.load(Ordering::Relaxed);
        if SMALL {
            for (index, chunk) in to.chunks_mut(WIDE).enumerate() {
                fill(chunk, word(index).to_ne_bytes());
            }
            return;
        }
        let (words, tail) = to.as_chunks_mut::<WIDE>();
        let whole = words.len();
        for (index, chunk) in words.iter_mut().enumerate() {
            *chunk = word(index).to_ne_bytes();
        }
        if !tail.is_empty() {
            fill(tail, word(whole).to_ne_bytes());
        }
    }

    #[inline]
    fn read_plain(&self, at: usize, to: &mut [u8]) {
        debug_assert!(self.holds(at, to.len()), "copy outside the region");
        if self.holds(at, to.len()) {
            // SAFETY: in bounds; `to` is this side's own and so does not overlap; nobody writes the source (contract 4).
            unsafe {
                core::ptr::copy_nonoverlapping(
                    self.base.as_ptr().add(at),
                    to.as_mut_ptr(),
                    to.len(),
                );
            };
        }
    }

    fn piece(&self, at: usize, len: usize) -> Option<Self> {
        let inside = self.holds(at, len) && at.is_multiple_of(ALIGN);
        Some(Self {
            len: L::of(len).filter(|_| inside)?,
            // SAFETY: inside, so the contract of `new` carries over.
            base: unsafe { self.base.add(at) },
            life: PhantomData,
        })
    }
}

impl<'a> Memory<'a> {
    /// A handle to `len` bytes at `base`; `None` if `base` is not aligned to [`ALIGN`] bytes or the end is past the
    /// address space.
    ///
    /// # Safety
    /// As [`ReadOnlyMemory::new`], and the bytes are writable, and [`RegionMut::copy_in_exclusive`] is called only for bytes that
    /// nobody else reads or writes at the time (the channel types keep this).
    pub unsafe fn new(base: *mut u8, len: usize) -> Option<Self> {
        // SAFETY: this function's contract includes that one's.
        unsafe { ReadOnlyMemory::new(base, len) }.map(Self)
    }

    /// The first `N` bytes, as memory whose length the compiler knows.
    pub fn sized<const N: usize>(self) -> Option<Memory<'a, ConstLen<N>>> {
        self.0.sized().map(Memory)
    }
}

impl<'a, L: Length> Memory<'a, L> {
    /// The same memory, for a side that only reads.
    pub fn read_only(self) -> ReadOnlyMemory<'a, L> {
        self.0
    }

    #[inline]
    fn set(&self, at: usize, word: u32, order: Ordering) {
        if !self.0.holds_word(at) {
            return;
        }
        // SAFETY: just asked.
        let cell = unsafe { self.0.word(at) };
        match order {
            Ordering::Relaxed => cell.store(word.to_le(), Ordering::Relaxed),
            _ => cell.store(word.to_le(), Ordering::Release),
        }
    }

    #[inline]
    fn set_three(&self, at: usize, words: [u32; 3]) {
        if !self.0.holds_words(at, 3) {
            return;
        }
        for (index, word) in words.into_iter().enumerate() {
            // SAFETY: just asked.
            let cell = unsafe { self.0.word(at + 4 * index) };
            cell.store(word.to_le(), Ordering::Relaxed);
        }
    }

    #[inline]
    fn write_wide(&self, at: usize, from: &[u8]) {
        if !self.0.holds_wide(at, from.len()) {
            return;
        }
        let store = |index, word| {
            // SAFETY: `holds_wide` has checked the alignment and every word up to the end of `from`; there are no more.
            unsafe { self.0.wide(at, index) }.store(from_ne(word), Ordering::Relaxed);
        };
        if SMALL {
            for (index, chunk) in from.chunks(WIDE).enumerate() {
                store(index, padded(chunk));
            }
            return;
        }
        let (words, tail) = from.as_chunks::<WIDE>();
        for (index, word) in words.iter().enumerate() {
            store(index, *word);
        }
        if !tail.is_empty() {
            store(words.len(), padded(tail));
        }
    }

    #[inline]
    fn write_plain(&self, at: usize, from: &[u8]) {
        debug_assert!(self.0.holds(at, from.len()), "copy outside the region");
        if self.0.holds(at, from.len()) {
            // SAFETY: in bounds; `from` is this side's own and so does not overlap; nobody else uses the destination.
            unsafe {
                core::ptr::copy_nonoverlapping(
                    from.as_ptr(),
                    self.0.base.as_ptr().add(at),
                    from.len(),
                );
            };
        }
    }
}

/// A region whose other side is trusted to keep the layout: only then may plain slices of it exist.
///
/// Loans and views of a backpressure channel over it are `[u8]`, without a copy.
#[derive(Clone, Copy, Debug)]
pub struct Trusted<M>(M);

impl<M: RegionMut> Trusted<M> {
    /// Takes the other side at its word.
    ///
    /// # Safety
    /// For as long as this value or a copy lives: [`address`](crate::region::Region::address) of `region` is the memory's own
    /// address, valid for reads and writes; everyone who uses that memory, other processes, cores and images included, keeps
    /// the layout, so that nobody writes a slot that was passed to this side; and this program uses the memory through
    /// channel ends alone.
    pub unsafe fn new(region: M) -> Self {
        Self(region)
    }

    /// Bytes of a slot that the protocol has passed to this side. Empty if they are not inside the region.
    ///
    /// For the channel alone, which holds the slot as long as the borrow lasts.
    pub(crate) fn lent(&self, at: usize, len: usize) -> &[u8] {
        if !self.holds(at, len) {
            return &[];
        }
        // SAFETY: inside the region, so valid by the contract of `new`; the slot is this side's while `self` is borrowed,
        // so that nobody writes it.
        unsafe { core::slice::from_raw_parts(self.0.address(at).cast(), len) }
    }

    /// As [`lent`](Self::lent), of a slot that this side has claimed to write. The caller holds the end of the channel
    /// exclusively, so that there is one such borrow at a time.
    #[allow(
        clippy::mut_from_ref,
        reason = "the channel's claim is what makes it exclusive"
    )]
    pub(crate) fn lent_mut(&self, at: usize, len: usize) -> &mut [u8] {
        if !self.holds(at, len) {
            return &mut [];
        }
        // SAFETY: as in `lent`; the claim is exclusive, on this side by the caller's `&mut`, and by the layout elsewhere.
        unsafe { core::slice::from_raw_parts_mut(self.0.address(at).cast_mut().cast(), len) }
    }

    fn holds(&self, at: usize, len: usize) -> bool {
        at <= self.0.len() && len <= self.0.len() - at && !self.0.address(at).is_null()
    }
}

/// The front of a word's bytes, as many as there is room for.
#[inline(always)]
fn fill(to: &mut [u8], word: [u8; WIDE]) {
    for (byte, value) in to.iter_mut().zip(word) {
        *byte = value;
    }
}

/// A word of up to `WIDE` bytes, zeros behind them.
#[inline(always)]
fn padded(from: &[u8]) -> [u8; WIDE] {
    let mut word = [0; WIDE];
    for (byte, value) in word.iter_mut().zip(from) {
        *byte = *value;
    }
    word
}

#[cfg(target_pointer_width = "64")]
fn from_ne(bytes: [u8; WIDE]) -> u64 {
    u64::from_ne_bytes(bytes)
}

#[cfg(not(target_pointer_width = "64"))]
fn from_ne(bytes: [u8; WIDE]) -> u32 {
    u32::from_ne_bytes(bytes)
}
