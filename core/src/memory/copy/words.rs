//! Copies in atomic words of one width.

use core::sync::atomic::Ordering::Relaxed;

use crate::memory::SMALL;

/// The unit of a copy: the one width of all frames on a machine, so that no byte of a frame is accessed at two widths.
#[cfg(target_pointer_width = "64")]
pub(crate) type Wide = core::sync::atomic::AtomicU64;
#[cfg(not(target_pointer_width = "64"))]
pub(crate) type Wide = core::sync::atomic::AtomicU32;

/// The value of such a word.
#[cfg(target_pointer_width = "64")]
type Int = u64;
#[cfg(not(target_pointer_width = "64"))]
type Int = u32;

pub(crate) const WIDE: usize = size_of::<Wide>();

/// The `index`-th wide word from `base` on.
///
/// # Safety
/// `base` is a multiple of `WIDE`, and the word is inside of memory that the contract of
/// [`ReadOnlyMemory::new`](crate::memory::ReadOnlyMemory::new) speaks of, as long as the reference is used.
#[inline(always)]
unsafe fn wide<'a>(base: *const u8, index: usize) -> &'a Wide {
    // SAFETY: in bounds and aligned by this function's contract; accessed atomically by all. Where the memory is read-only,
    // only relaxed loads go through the reference.
    unsafe { Wide::from_ptr(base.add(index * WIDE).cast_mut().cast()) }
}

/// # Safety
/// As [`copy_out`](super::copy_out).
#[inline]
pub(super) unsafe fn copy_out(from: *const u8, to: &mut [u8]) {
    // SAFETY: of the words up to the end of `to`, by this function's contract. No other index comes below.
    let word = |index| unsafe { wide(from, index) }.load(Relaxed).to_ne_bytes();
    if SMALL {
        return copy_out_bytes(to, |index| Int::from_le_bytes(word(index)));
    }
    let (words, tail) = to.as_chunks_mut::<WIDE>();
    let whole = words.len();
    for (index, chunk) in words.iter_mut().enumerate() {
        *chunk = word(index);
    }
    if !tail.is_empty() {
        fill(tail, word(whole));
    }
}

/// # Safety
/// As [`copy_in`](super::copy_in).
#[inline]
pub(super) unsafe fn copy_in(to: *mut u8, from: &[u8]) {
    let store = |index, word| {
        // SAFETY: of the words up to the end of `from`, by this function's contract. No other index comes below.
        unsafe { wide(to, index) }.store(Int::from_ne_bytes(word), Relaxed);
    };
    if SMALL {
        return copy_in_bytes(from, |index, word| store(index, Int::to_le_bytes(word)));
    }
    let (pairs, rest) = from.as_chunks::<{ 2 * WIDE }>();
    for (index, pair) in pairs.iter().enumerate() {
        if let ([one, two], _) = pair.as_chunks::<WIDE>() {
            store(2 * index, *one);
            store(2 * index + 1, *two);
        }
    }
    let (words, tail) = rest.as_chunks::<WIDE>();
    let whole = 2 * pairs.len();
    for (index, word) in words.iter().enumerate() {
        store(whole + index, *word);
    }
    let words = from.as_chunks::<WIDE>().0;
    if !tail.is_empty() {
        store(words.len(), last(from, tail.len()));
    }
}

/// Copies byte by byte to `to`. `load` returns words with the first byte lowest. This is the smallest code.
#[inline]
fn copy_out_bytes(to: &mut [u8], load: impl Fn(usize) -> Int) {
    let mut word = 0;
    for (index, byte) in to.iter_mut().enumerate() {
        if index.is_multiple_of(WIDE) {
            word = load(index / WIDE);
        }
        *byte = word as u8;
        word >>= 8;
    }
}

/// Copies byte by byte from `from`. `store` takes words with the first byte lowest. This is the smallest code.
#[inline]
fn copy_in_bytes(from: &[u8], store: impl Fn(usize, Int)) {
    let mut word = 0;
    for (index, byte) in from.iter().enumerate() {
        let at = index % WIDE;
        if at == 0 {
            word = 0;
        }
        word |= Int::from(*byte) << (8 * at);
        store(index / WIDE, word);
    }
}

/// The front of a word's bytes, as many as there is room for.
#[inline(always)]
fn fill(to: &mut [u8], word: [u8; WIDE]) {
    for (byte, value) in to.iter_mut().zip(word) {
        *byte = value;
    }
}

/// The last `count` bytes of `from`, 1 to `WIDE - 1`, and zeros behind them. One load brings them if `from` is long enough.
#[inline(always)]
pub(super) fn last(from: &[u8], count: usize) -> [u8; WIDE] {
    match from.last_chunk::<WIDE>() {
        Some(end) => (Int::from_le_bytes(*end) >> (8 * (WIDE - count))).to_le_bytes(),
        None => padded(from),
    }
}

/// A word of up to `WIDE` bytes, and zeros behind them. It uses shifts, because the compiler turns a loop over bytes into a call
/// of memcpy.
#[inline(always)]
fn padded(from: &[u8]) -> [u8; WIDE] {
    let shifted = |word: Int, byte: &u8| word << 8 | Int::from(*byte);
    let from = from.get(..WIDE).unwrap_or(from);
    from.iter().rev().fold(0, shifted).to_le_bytes()
}
