//! How does the protocol run over an array, without `unsafe`? For tests, examples, and two threads of one program.
//!
//! [`AtomicWords`] asks for what RAM asks for on this machine: a copy begins at a multiple of the machine's word and finds room
//! for the whole of its last word, 8 bytes each time on a 64-bit machine.

use core::sync::atomic::{AtomicU32, Ordering};

use crate::region::{self, Region, RegionMut};

/// What a copy is made of, in bytes: as wide as those of [`Memory`](crate::memory::Memory).
const WIDE: usize = size_of::<usize>();

/// A region over an array of atomics.
///
/// Copies go word by word, each a relaxed access, so another thread may see one half done, as it would in shared memory.
/// They are slower than those of real RAM, which go at the width of the machine.
///
/// ```
/// use ramframe_core::region::{Region, RegionMut};
/// use ramframe_core::words::AtomicWords;
///
/// let memory = AtomicWords::array::<16>();
/// let region = AtomicWords::new(&memory);
/// region.copy_in(8, b"CIEPLO");
///
/// let mut text = [0; 6];
/// region.copy_out(8, &mut text);
/// assert_eq!(&text, b"CIEPLO");
/// assert_eq!(region.len(), 64);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AtomicWords<'a>(&'a [AtomicU32]);

impl<'a> AtomicWords<'a> {
    /// A region of 4 bytes for each word of `memory`.
    pub const fn new(memory: &'a [AtomicU32]) -> Self {
        AtomicWords(memory)
    }

    /// Memory for a region of `4 * N` bytes, all zero; also for a `static`.
    ///
    /// ```
    /// use core::sync::atomic::AtomicU32;
    /// use ramframe_core::words::AtomicWords;
    ///
    /// static MEMORY: [AtomicU32; 256] = AtomicWords::array();
    /// let region = AtomicWords::new(&MEMORY);
    /// ```
    pub const fn array<const N: usize>() -> [AtomicU32; N] {
        [const { AtomicU32::new(0) }; N]
    }

    /// The word at `at`, if there is one.
    fn cell(&self, at: usize) -> Option<&'a AtomicU32> {
        at.is_multiple_of(4).then(|| self.0.get(at / 4)).flatten()
    }

    /// The words of a copy of `len` bytes at `at`, up to a whole wide word, if they are all inside.
    fn cells(&self, at: usize, len: usize) -> Option<&'a [AtomicU32]> {
        let cells = at.is_multiple_of(WIDE).then(|| self.0.get(at / 4..))??;
        cells.get(..len.checked_next_multiple_of(WIDE)? / 4)
    }
}

impl Region for AtomicWords<'_> {
    fn len(&self) -> usize {
        size_of_val(self.0)
    }

    fn load(&self, at: usize, order: Ordering) -> u32 {
        let cell = self.cell(at);
        debug_assert!(cell.is_some(), "word outside the region");
        let value = cell.map_or(0, |cell| u32::from_le(cell.load(Ordering::Relaxed)));
        if order != Ordering::Relaxed {
            // As read-only RAM must do it, so that a test over words tests the same order.
            region::fence(Ordering::Acquire);
        }
        value
    }

    fn fence(&self, order: Ordering) {
        region::fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        let cells = self.cells(at, to.len());
        debug_assert!(cells.is_some(), "copy outside the region");
        let mut bytes = to.iter_mut();
        for cell in cells.unwrap_or_default() {
            // A cell holds the little-endian form, so its bytes in memory order are those of the layout.
            let word = cell.load(Ordering::Relaxed).to_ne_bytes();
            for (value, byte) in word.into_iter().zip(bytes.by_ref()) {
                *byte = value;
            }
        }
    }

    /// The word's own address; null outside the region.
    fn address(&self, at: usize) -> *const u32 {
        self.cell(at)
            .map_or(core::ptr::null(), |cell| cell.as_ptr().cast_const())
    }

    /// As [`Region::part`], and `len` is a multiple of 4: there are only whole words here.
    fn part(&self, at: usize, len: usize) -> Option<Self> {
        let whole = at.is_multiple_of(WIDE) && len.is_multiple_of(4);
        let cells = whole.then(|| self.0.get(at / 4..)).flatten()?;
        cells.get(..len / 4).map(AtomicWords)
    }
}

impl RegionMut for AtomicWords<'_> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        let cell = self.cell(at);
        debug_assert!(cell.is_some(), "word outside the region");
        let Some(cell) = cell else { return };
        match order {
            Ordering::Relaxed => cell.store(word.to_le(), Ordering::Relaxed),
            _ => cell.store(word.to_le(), Ordering::Release),
        }
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        let cells = self.cells(at, from.len());
        debug_assert!(cells.is_some(), "copy outside the region");
        let mut bytes = from.iter().copied();
        for cell in cells.unwrap_or_default() {
            let word = core::array::from_fn(|_| bytes.next().unwrap_or(0));
            cell.store(u32::from_ne_bytes(word), Ordering::Relaxed);
        }
    }
}
