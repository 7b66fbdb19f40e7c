//! Copies between shared bytes and a private buffer. Others may write or read the shared bytes at the time.
//!
//! Short copies are relaxed atomic accesses. Long copies are loops of vector instructions in assembly. The compiler does not see
//! those accesses, so a race with them is not undefined; the machine defines each as accesses of 8 bytes or more. Under Miri, on
//! other machines, and in a program that may not use vector registers, every copy is atomic accesses.
//!
//! On AArch64 each access to the shared side is aligned, because an unaligned one to Device memory is a fault. On x86-64 the
//! first and the last vector are at multiples of 8.

#[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
#[path = "copy/aarch64.rs"]
mod vectors;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2", not(miri)))]
#[path = "copy/x86_64.rs"]
mod vectors;
#[cfg(not(all(
    any(
        all(target_arch = "aarch64", target_feature = "neon"),
        all(target_arch = "x86_64", target_feature = "sse2")
    ),
    not(miri)
)))]
#[path = "copy/none.rs"]
mod vectors;
mod words;

pub(super) use self::words::WIDE;
#[cfg(target_pointer_width = "64")]
pub(super) use self::words::Wide;

/// Copies `to.len()` bytes out.
///
/// # Safety
/// `from` is a multiple of [`WIDE`]. From there, as many bytes as `to` has, rounded up to `WIDE`, are readable. All who write
/// them at the time use accesses of the width of `WIDE` that no compiler takes for plain ones.
#[inline]
pub(super) unsafe fn copy_out(from: *const u8, to: &mut [u8]) {
    // SAFETY: this function's contract is that of both.
    unsafe {
        match to.len() < vectors::LONG {
            true => vectors::copy_out_short(from, to),
            false => copy_out_long(from, to),
        }
    }
}

/// Copies `from.len()` bytes in, and zeros behind them to the end of the last wide word.
///
/// # Safety
/// As [`copy_out`], and writable.
#[inline]
pub(super) unsafe fn copy_in(to: *mut u8, from: &[u8]) {
    // SAFETY: this function's contract is that of both.
    unsafe {
        match from.len() < vectors::LONG {
            true => words::copy_in(to, from),
            false => copy_in_long(to, from),
        }
    }
}

/// Vectors for all whole words, and one word for what is left.
///
/// # Safety
/// As [`copy_out`].
#[inline(never)]
unsafe fn copy_out_long(from: *const u8, to: &mut [u8]) {
    let whole = to.len() / WIDE * WIDE;
    if !vectors::can_use(from, to.as_ptr()) {
        // SAFETY: this function's contract is that of the other.
        return unsafe { words::copy_out(from, to) };
    }
    // SAFETY: `whole` is at most the length of `to`, and so inside of both sides. `to` is borrowed exclusively, so the two do
    // not overlap.
    unsafe {
        words::copy_out(from.add(whole), to.get_unchecked_mut(whole..));
        vectors::copy(to.as_mut_ptr(), from, whole, from.addr());
    }
}

/// As [`copy_out_long`], the other way.
///
/// # Safety
/// As [`copy_in`].
#[inline(never)]
unsafe fn copy_in_long(to: *mut u8, from: &[u8]) {
    let (whole, tail) = (from.len() / WIDE * WIDE, from.len() % WIDE);
    if !vectors::can_use(to, from.as_ptr()) {
        // SAFETY: this function's contract is that of the other.
        return unsafe { words::copy_in(to, from) };
    }
    // SAFETY: `whole` is at most the length of `from`, and so inside of both sides; where there is a tail, so is the word behind
    // them, by this function's contract. No reference to the shared side exists, so `from` is no part of it.
    unsafe {
        if tail > 0 {
            words::copy_in(to.add(whole), &words::last(from, tail));
        }
        vectors::copy(to, from.as_ptr(), whole, to.addr());
    }
}
