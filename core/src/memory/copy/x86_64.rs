//! Vector copies on x86-64: the widest registers of the processor, and the string instruction for the longest copies.
//!
//! Each copy begins with one vector and ends with four, which overlap what the loop between them copies. So the vectors cover
//! every byte. Measured on Zen 5 against glibc's memory copy, in the first-level cache and past it: as fast from 1 KiB on.

use core::arch::asm;

use super::words;

#[cfg_attr(any(unix, windows), path = "x86_64_asked.rs")]
#[cfg_attr(not(any(unix, windows)), path = "x86_64_least.rs")]
mod features;

/// Copies of at least this many bytes use vectors. Below that, words are as fast. A program often sends a short message just
/// after it has written it in words: a vector load would wait until those stores have left this core.
pub(super) const LONG: usize = 128;

/// Copies of at least this many bytes use the widest registers. For fewer bytes four of these registers gain nothing.
const WIDEST: usize = 512;

/// The string instruction starts slowly. From this many bytes on it is the fastest way.
const STRING: usize = 4096;

/// Any private memory may be one side of a vector copy.
#[inline(always)]
pub(super) fn can_use(_shared: *const u8, _private: *const u8) -> bool {
    true
}

/// Copies fewer than [`LONG`] bytes out. From 16 bytes on it uses vectors, of which the last overlap the first. Unlike a sender's
/// buffer, a slot was not stored to by this core just before.
///
/// # Safety
/// As [`copy_out`](super::copy_out).
#[inline(always)]
pub(super) unsafe fn copy_out_short(from: *const u8, to: &mut [u8]) {
    let (out, len) = (to.as_mut_ptr(), to.len());
    // SAFETY: this function's contract is that of each, and the lengths are those that were asked for. `to` is borrowed
    // exclusively, so the two sides do not overlap.
    unsafe {
        if len > 64 {
            ends(out, from, 32);
            ends(out.add(32), from.add(32), 32);
            ends(out.add(len - 64), from.add(len - 64), 32);
            ends(out.add(len - 32), from.add(len - 32), 32);
        } else if len > 32 {
            ends(out, from, 32);
            ends(out.add(len - 32), from.add(len - 32), 32);
        } else if len >= 16 {
            ends(out, from, len);
        } else {
            words::copy_out(from, to);
        }
    }
}

/// Copies the first and the last 16 of `len` bytes.
///
/// # Safety
/// `len` is at least 16; `from` is readable and `to` writable for `len` bytes, and the two do not overlap.
#[inline(always)]
unsafe fn ends(to: *mut u8, from: *const u8, len: usize) {
    // SAFETY: inside by this function's contract. The memory, which the compiler takes to be changed, and the registers named
    // below are all that changes.
    unsafe {
        asm!(
            "movups {one}, [{from}]",
            "movups {two}, [{from} + {len} - 16]",
            "movups [{to}], {one}",
            "movups [{to} + {len} - 16], {two}",
            from = in(reg) from,
            to = in(reg) to,
            len = in(reg) len,
            one = out(xmm_reg) _,
            two = out(xmm_reg) _,
            options(nostack, preserves_flags),
        );
    }
}

/// Copies `len` bytes. Every access to the shared side begins at a multiple of 8, as both `len` and its address are.
///
/// # Safety
/// `len` is a multiple of 8 and at least [`LONG`]; `from` is readable and `to` writable for `len` bytes, and the two do not overlap.
#[inline(always)]
pub(super) unsafe fn copy(to: *mut u8, from: *const u8, len: usize, _shared: usize) {
    // SAFETY: this function's contract is that of each; AVX only where it was found.
    unsafe {
        match (len, features::known()) {
            (WIDEST..STRING, known) if known & features::AVX512 != 0 => avx512(to, from, len),
            (..STRING, known) if known & features::AVX != 0 => avx(to, from, len),
            _ => copy_otherwise(to, from, len),
        }
    }
}

/// The rare cases: asks the processor for its features, and copies very long pieces, or without AVX.
///
/// # Safety
/// As [`copy`].
#[inline(never)]
unsafe fn copy_otherwise(to: *mut u8, from: *const u8, len: usize) {
    let found = features::found();
    // SAFETY: this function's contract is that of each; AVX only where it was found.
    unsafe {
        if len >= STRING && found & features::STRING != 0 && !is_cliff(to, from) {
            string(to, from, len);
        } else if found & features::AVX != 0 {
            avx(to, from, len);
        } else {
            sse(to, from, len);
        }
    }
}

/// The address from which the distance to an aligned vector is counted; that distance is a multiple of 8. It is the source's
/// address, because loads gain more from alignment. If the source is a private buffer that is not at a multiple of 8, it is the
/// destination's address.
#[inline(always)]
fn aligned(from: *const u8, to: *mut u8) -> usize {
    match from.addr() % 8 {
        0 => from.addr(),
        _ => to.addr(),
    }
}

/// Whether the string instruction would fall to a twentieth of its speed, on Zen processors. That happens if the destination is 1
/// to 31 bytes past the source, modulo a page of 4096 bytes.
fn is_cliff(to: *mut u8, from: *const u8) -> bool {
    matches!(to.addr().wrapping_sub(from.addr()) % 4096, 1..32)
}

/// # Safety
/// As [`copy`].
unsafe fn string(to: *mut u8, from: *const u8, len: usize) {
    // SAFETY: copies `len` bytes upwards, as the ABI has the direction flag clear; inside by this function's contract.
    unsafe {
        asm!(
            "rep movsb",
            inout("rcx") len => _,
            inout("rsi") from => _,
            inout("rdi") to => _,
            options(nostack, preserves_flags),
        );
    }
}

/// # Safety
/// As [`copy`].
unsafe fn sse(to: *mut u8, from: *const u8, len: usize) {
    let skip = 16 - aligned(from, to) % 16;
    // SAFETY: inside by this function's contract. The first 16 bytes and the last 64 are there, as `len` is 128 or more. The
    // loop copies 64 bytes at a time from `skip` on, as long as they begin before the last 64. The memory, which the compiler
    // takes to be changed, the flags and the registers named below are all that changes.
    unsafe {
        asm!(
            "movups xmm8, [{from}]",
            "movups xmm4, [{from} + {len} - 64]",
            "movups xmm5, [{from} + {len} - 48]",
            "movups xmm6, [{from} + {len} - 32]",
            "movups xmm7, [{from} + {len} - 16]",
            "lea {end}, [{to} + {len} - 64]",
            "movups [{to}], xmm8",
            "add {from}, {skip}",
            "add {to}, {skip}",
            "cmp {to}, {end}",
            "jae 3f",
            "2:",
            "movups xmm0, [{from}]",
            "movups xmm1, [{from} + 16]",
            "movups xmm2, [{from} + 32]",
            "movups xmm3, [{from} + 48]",
            "movups [{to}], xmm0",
            "movups [{to} + 16], xmm1",
            "movups [{to} + 32], xmm2",
            "movups [{to} + 48], xmm3",
            "add {from}, 64",
            "add {to}, 64",
            "cmp {to}, {end}",
            "jb 2b",
            "3:",
            "movups [{end}], xmm4",
            "movups [{end} + 16], xmm5",
            "movups [{end} + 32], xmm6",
            "movups [{end} + 48], xmm7",
            len = in(reg) len,
            skip = in(reg) skip,
            end = out(reg) _,
            from = inout(reg) from => _,
            to = inout(reg) to => _,
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
            out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
            out("xmm8") _,
            options(nostack),
        );
    }
}

/// # Safety
/// As [`copy`]; the processor and the system have AVX.
#[target_feature(enable = "avx")]
unsafe fn avx(to: *mut u8, from: *const u8, len: usize) {
    let skip = 32 - aligned(from, to) % 32;
    // SAFETY: as in `sse`, with vectors of twice the size: the first 32 bytes and the last 128 are there. `vzeroupper` changes
    // the upper half of every register, so all are named.
    unsafe {
        asm!(
            "vmovups ymm8, [{from}]",
            "vmovups ymm4, [{from} + {len} - 128]",
            "vmovups ymm5, [{from} + {len} - 96]",
            "vmovups ymm6, [{from} + {len} - 64]",
            "vmovups ymm7, [{from} + {len} - 32]",
            "lea {end}, [{to} + {len} - 128]",
            "vmovups [{to}], ymm8",
            "add {from}, {skip}",
            "add {to}, {skip}",
            "cmp {to}, {end}",
            "jae 3f",
            "2:",
            "vmovups ymm0, [{from}]",
            "vmovups ymm1, [{from} + 32]",
            "vmovups ymm2, [{from} + 64]",
            "vmovups ymm3, [{from} + 96]",
            "vmovups [{to}], ymm0",
            "vmovups [{to} + 32], ymm1",
            "vmovups [{to} + 64], ymm2",
            "vmovups [{to} + 96], ymm3",
            "sub {from}, -128",
            "sub {to}, -128",
            "cmp {to}, {end}",
            "jb 2b",
            "3:",
            "vmovups [{end}], ymm4",
            "vmovups [{end} + 32], ymm5",
            "vmovups [{end} + 64], ymm6",
            "vmovups [{end} + 96], ymm7",
            "vzeroupper",
            len = in(reg) len,
            skip = in(reg) skip,
            end = out(reg) _,
            from = inout(reg) from => _,
            to = inout(reg) to => _,
            out("ymm0") _, out("ymm1") _, out("ymm2") _, out("ymm3") _,
            out("ymm4") _, out("ymm5") _, out("ymm6") _, out("ymm7") _,
            out("ymm8") _, out("ymm9") _, out("ymm10") _, out("ymm11") _,
            out("ymm12") _, out("ymm13") _, out("ymm14") _, out("ymm15") _,
            options(nostack),
        );
    }
}

/// # Safety
/// As [`copy`], and `len` is at least [`WIDEST`]; the processor and the system have AVX-512.
#[inline(never)]
unsafe fn avx512(to: *mut u8, from: *const u8, len: usize) {
    let skip = 64 - aligned(from, to) % 64;
    // SAFETY: as in `sse`, with vectors of four times the size: the first 64 bytes and the last 256 are there. `vzeroupper`
    // changes the upper part of the 16 registers, so all are named, by their names without AVX-512.
    unsafe {
        asm!(
            "vmovups zmm8, [{from}]",
            "vmovups zmm4, [{from} + {len} - 256]",
            "vmovups zmm5, [{from} + {len} - 192]",
            "vmovups zmm6, [{from} + {len} - 128]",
            "vmovups zmm7, [{from} + {len} - 64]",
            "lea {end}, [{to} + {len} - 256]",
            "vmovups [{to}], zmm8",
            "add {from}, {skip}",
            "add {to}, {skip}",
            "cmp {to}, {end}",
            "jae 3f",
            "2:",
            "vmovups zmm0, [{from}]",
            "vmovups zmm1, [{from} + 64]",
            "vmovups zmm2, [{from} + 128]",
            "vmovups zmm3, [{from} + 192]",
            "vmovups [{to}], zmm0",
            "vmovups [{to} + 64], zmm1",
            "vmovups [{to} + 128], zmm2",
            "vmovups [{to} + 192], zmm3",
            "add {from}, 256",
            "add {to}, 256",
            "cmp {to}, {end}",
            "jb 2b",
            "3:",
            "vmovups [{end}], zmm4",
            "vmovups [{end} + 64], zmm5",
            "vmovups [{end} + 128], zmm6",
            "vmovups [{end} + 192], zmm7",
            "vzeroupper",
            len = in(reg) len,
            skip = in(reg) skip,
            end = out(reg) _,
            from = inout(reg) from => _,
            to = inout(reg) to => _,
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
            out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
            out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
            out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            options(nostack),
        );
    }
}
