//! A region over an array of atomics, for tests, examples, and two threads of one program. The program needs no `unsafe`.
//!
//! [`AtomicWords`] has the rules of [`Memory`](super::Memory) on this machine: a copy begins at a multiple of the machine's word,
//! and its whole last word lies inside. On a 64-bit machine that word is 8 bytes. The width of its accesses is 4 bytes on every
//! machine, for frames too, so a pair is two words here.
use core::sync::atomic::{AtomicU32, Ordering};

use crate::region::{self, Divide, Region, RegionMut};

/// The unit of a copy in bytes, as in [`Memory`](super::Memory).
const WIDE: usize = size_of::<usize>();

/// A region over an array of atomics.
///
/// Copies go word by word, each word with a relaxed access. So another thread may see half of a copy, as in shared memory. They
/// are slower than copies of [`Memory`](super::Memory), which use the widest accesses of the machine.
///
/// ```
/// use ramframe_core::region::{Region, RegionMut};
/// use ramframe_core::memory::AtomicWords;
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
///
/// It is not `Copy`, like [`Memory`](super::Memory).
#[derive(Debug)]
pub struct AtomicWords<'a>(&'a [AtomicU32]);

impl<'a> AtomicWords<'a> {
    /// A region of 4 bytes for each word of `memory`.
    pub const fn new(memory: &'a [AtomicU32]) -> Self {
        AtomicWords(memory)
    }

    /// Memory for a region of `4 * N` bytes, all zero. It can be a `static` too.
    ///
    /// ```
    /// use core::sync::atomic::AtomicU32;
    /// use ramframe_core::memory::AtomicWords;
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

    /// The words of the pair at `at`, if there is one.
    fn pair(&self, at: usize) -> Option<&'a [AtomicU32; 2]> {
        let cells = at.is_multiple_of(8).then(|| self.0.get(at / 4..))??;
        cells.first_chunk()
    }

    /// The words of a copy of `len` bytes at `at`, up to the end of the last wide word; none unless they are all inside.
    fn cells(&self, at: usize, len: usize) -> &'a [AtomicU32] {
        let cells = || {
            let cells = at.is_multiple_of(WIDE).then(|| self.0.get(at / 4..))??;
            cells.get(..len.checked_next_multiple_of(WIDE)? / 4)
        };
        cells().unwrap_or_default()
    }
}

// SAFETY: 1. every access is an atomic one of 4 bytes. 2. The slice is borrowed as long as the region lives, and an atomic may
// be read and written through a pointer to it; `address` is the pointer to all of the slice, `at` bytes on.
unsafe impl Region for AtomicWords<'_> {
    fn len(&self) -> usize {
        size_of_val(self.0)
    }

    fn load(&self, at: usize) -> u32 {
        self.cell(at)
            .map_or(0, |cell| u32::from_le(cell.load(Ordering::Relaxed)))
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        let Some([first, second]) = self.pair(at) else {
            return [0; 2];
        };
        let first = u32::from_le(first.load(Ordering::Relaxed));
        region::fence(Ordering::Acquire);
        [first, u32::from_le(second.load(Ordering::Relaxed))]
    }

    fn fence(&self, order: Ordering) {
        region::fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        let mut bytes = to.iter_mut();
        for cell in self.cells(at, bytes.len()) {
            // A cell holds the little-endian form, so its bytes in memory order are those of the wire.
            let word = cell.load(Ordering::Relaxed).to_ne_bytes();
            for (value, byte) in word.into_iter().zip(bytes.by_ref()) {
                *byte = value;
            }
        }
    }

    /// The word's address, with the provenance of the whole array; null outside.
    fn address(&self, at: usize) -> *const u32 {
        match self.cell(at) {
            Some(_) => self.0.as_ptr().cast::<u32>().wrapping_byte_add(at),
            None => core::ptr::null(),
        }
    }
}

// SAFETY: the words of a part are words of the whole slice.
unsafe impl Divide for AtomicWords<'_> {
    unsafe fn duplicate(&self) -> Self {
        AtomicWords(self.0)
    }

    /// As [`Divide::part`]. `len` must be a multiple of 4, because this region has only whole words.
    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        let whole = at.is_multiple_of(8) && len.is_multiple_of(4);
        let cells = whole.then(|| self.0.get(at / 4..)).flatten()?;
        cells.get(..len / 4).map(AtomicWords)
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for AtomicWords<'_> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        let Some(cell) = self.cell(at) else { return };
        match order {
            Ordering::Relaxed => cell.store(word.to_le(), Ordering::Relaxed),
            _ => cell.store(word.to_le(), Ordering::Release),
        }
    }

    fn store_pair(&self, at: usize, [first, second]: [u32; 2], order: Ordering) {
        if self.pair(at).is_some() {
            self.store(at + 4, second, Ordering::Relaxed);
            self.store(at, first, order);
        }
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        let mut bytes = from.iter().copied();
        for cell in self.cells(at, from.len()) {
            let word = core::array::from_fn(|_| bytes.next().unwrap_or(0));
            cell.store(u32::from_ne_bytes(word), Ordering::Relaxed);
        }
    }
}
