//! The bounds of every access, and the atomics behind them.

use core::marker::PhantomData;
use core::sync::atomic::{AtomicU32, Ordering};

use super::copy::{self, WIDE};
use super::{ALIGN, Memory, ReadOnlyMemory, RegionLen, SMALL};

impl<L: RegionLen> ReadOnlyMemory<'_, L> {
    /// Whether `len` bytes at `at` lie inside.
    pub(super) fn holds(&self, at: usize, len: usize) -> bool {
        at <= self.len.bytes() && len <= self.len.bytes() - at
    }

    /// Whether the region has a whole word at `at`. One comparison suffices: an `at` that is not a multiple of 4 becomes larger
    /// than any length when it is rotated.
    #[inline]
    fn holds_word(&self, at: usize) -> bool {
        at.rotate_right(2) < self.len.bytes() >> 2
    }

    /// Whether the region has a whole pair at `at`. As [`holds_word`](Self::holds_word), with 8.
    #[inline]
    fn holds_pair(&self, at: usize) -> bool {
        at.rotate_right(3) < self.len.bytes() >> 3
    }

    /// Whether a copy of `len` bytes at `at` can be done in whole wide words.
    #[inline]
    fn holds_copy(&self, at: usize, len: usize) -> bool {
        // No overflow: the length of a slice is at most `isize::MAX`.
        let count = len.div_ceil(WIDE);
        let words = self.len.bytes() / WIDE;
        // As in `holds_pair`; the smallest cores know the offsets, so a remainder costs them nothing.
        let first = match SMALL {
            true if !at.is_multiple_of(WIDE) => return false,
            true => at / WIDE,
            false => at.rotate_right(WIDE.trailing_zeros()),
        };
        first <= words && count <= words - first
    }

    /// The address of `at`, with the provenance of the whole region; null unless there is a word at `at`.
    #[inline]
    pub(super) fn pointer(&self, at: usize) -> *mut u8 {
        match self.holds_word(at) {
            true => self.base.as_ptr().wrapping_add(at),
            false => core::ptr::null_mut(),
        }
    }

    /// The word at `at`.
    ///
    /// # Safety
    /// `at` is a multiple of 4, and `at + 4` is at most the length.
    #[inline]
    unsafe fn word(&self, at: usize) -> &AtomicU32 {
        // SAFETY: in bounds and aligned by this function's contract (the base to 8, `at` to 4), valid for 'a; accessed
        // atomically by all (contract 2 of `new`).
        unsafe { AtomicU32::from_ptr(self.base.as_ptr().add(at).cast()) }
    }

    /// The words of the pair at `at`.
    ///
    /// # Safety
    /// `at` is a multiple of 4, and `at + 8` is at most the length.
    #[cfg(not(target_pointer_width = "64"))]
    #[inline(always)]
    unsafe fn words(&self, at: usize) -> [&AtomicU32; 2] {
        // SAFETY: both words are inside by this function's contract.
        unsafe { [self.word(at), self.word(at + 4)] }
    }

    /// The value of the word at `at`; 0 outside.
    #[inline]
    pub(super) fn value(&self, at: usize) -> u32 {
        if !self.holds_word(at) {
            return 0;
        }
        // SAFETY: `holds_word` has checked it.
        u32::from_le(unsafe { self.word(at) }.load(Ordering::Relaxed))
    }

    /// The values of the pair at `at`; 0 outside.
    #[inline]
    pub(super) fn pair(&self, at: usize) -> [u32; 2] {
        if !self.holds_pair(at) {
            return [0; 2];
        }
        // SAFETY: `holds_pair` has checked that `at` is a multiple of 8, and `at + 8` at most the length.
        unsafe { self.load_pair_at(at) }
    }

    /// # Safety
    /// `at` is a multiple of 8, and `at + 8` is at most the length.
    #[cfg(target_pointer_width = "64")]
    #[inline]
    unsafe fn load_pair_at(&self, at: usize) -> [u32; 2] {
        // SAFETY: in bounds and aligned by this function's contract (the base to 8, `at` to 8); of one width (contract 2).
        let pair = unsafe { copy::Wide::from_ptr(self.base.as_ptr().add(at).cast()) };
        let value = u64::from_le(pair.load(Ordering::Relaxed));
        [value as u32, (value >> 32) as u32]
    }

    /// # Safety
    /// `at` is a multiple of 4, and `at + 8` is at most the length.
    #[cfg(not(target_pointer_width = "64"))]
    #[inline]
    unsafe fn load_pair_at(&self, at: usize) -> [u32; 2] {
        // SAFETY: this function's contract is that of the other.
        let [first, second] = unsafe { self.words(at) };
        let first = u32::from_le(first.load(Ordering::Relaxed));
        crate::region::fence(Ordering::Acquire);
        [first, u32::from_le(second.load(Ordering::Relaxed))]
    }

    /// Copies out; nothing unless all of it is inside.
    #[inline]
    pub(super) fn read(&self, at: usize, to: &mut [u8]) {
        if self.holds_copy(at, to.len()) {
            // SAFETY: `holds_copy` has checked that `at` is a multiple of `WIDE`, and that all wide words which `to` needs
            // are inside; the memory is readable and of one width by contracts 1 and 2 of `new`.
            unsafe { copy::copy_out(self.base.as_ptr().add(at), to) };
        }
    }

    /// A handle to `len` bytes at `at`, if they are inside and the length type allows `len`.
    pub(super) fn piece(&self, at: usize, len: usize) -> Option<Self> {
        let inside = self.holds(at, len) && at.is_multiple_of(ALIGN);
        Some(Self {
            len: L::of(len).filter(|_| inside)?,
            // SAFETY: `at` is at most the length, so the sum stays inside of the memory, or at its end.
            base: unsafe { self.base.add(at) },
            life: PhantomData,
        })
    }
}

impl<L: RegionLen> Memory<'_, L> {
    /// Stores a word; nothing outside.
    #[inline]
    pub(super) fn set(&self, at: usize, word: u32, order: Ordering) {
        if !self.0.holds_word(at) {
            return;
        }
        // SAFETY: `holds_word` has checked it.
        let cell = unsafe { self.0.word(at) };
        match order {
            Ordering::Relaxed => cell.store(word.to_le(), Ordering::Relaxed),
            _ => cell.store(word.to_le(), Ordering::Release),
        }
    }

    /// Stores a pair; nothing unless both words are inside.
    #[inline]
    pub(super) fn set_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        if self.0.holds_pair(at) {
            // SAFETY: `holds_pair` has checked that `at` is a multiple of 8, and `at + 8` at most the length.
            unsafe { self.store_pair_at(at, pair, order) };
        }
    }

    /// # Safety
    /// `at` is a multiple of 8, and `at + 8` is at most the length.
    #[cfg(target_pointer_width = "64")]
    #[inline]
    unsafe fn store_pair_at(&self, at: usize, [first, second]: [u32; 2], order: Ordering) {
        // SAFETY: in bounds and aligned by this function's contract (the base to 8, `at` to 8); of one width (contract 2).
        let pair = unsafe { copy::Wide::from_ptr(self.0.base.as_ptr().add(at).cast()) };
        let value = (u64::from(second) << 32 | u64::from(first)).to_le();
        match order {
            Ordering::Relaxed => pair.store(value, Ordering::Relaxed),
            _ => pair.store(value, Ordering::Release),
        }
    }

    /// # Safety
    /// `at` is a multiple of 4, and `at + 8` is at most the length.
    #[cfg(not(target_pointer_width = "64"))]
    #[inline]
    unsafe fn store_pair_at(&self, at: usize, [first, second]: [u32; 2], order: Ordering) {
        // SAFETY: this function's contract is that of the other.
        let [low, high] = unsafe { self.0.words(at) };
        high.store(second.to_le(), Ordering::Relaxed);
        match order {
            Ordering::Relaxed => low.store(first.to_le(), Ordering::Relaxed),
            _ => low.store(first.to_le(), Ordering::Release),
        }
    }

    /// Copies in; nothing unless all of it is inside.
    #[inline]
    pub(super) fn write(&self, at: usize, from: &[u8]) {
        if self.0.holds_copy(at, from.len()) {
            // SAFETY: `holds_copy` has checked that `at` is a multiple of `WIDE`, and that all wide words which `from`
            // needs are inside; the memory is writable and of one width by the contract of `new`.
            unsafe { copy::copy_in(self.0.base.as_ptr().add(at), from) };
        }
    }
}
