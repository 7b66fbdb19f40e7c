//! Vector copies on AArch64: pairs of 16-byte registers.

use core::arch::asm;

/// Copies of at least this many bytes use vectors.
pub(super) const LONG: usize = 128;

/// Whether vectors may be used between these addresses. A program without an operating system may have alignment checks on, for
/// private memory too. Compiled code then keeps to them, and so must assembly: both addresses must have the same alignment.
pub(super) fn can_use(shared: *const u8, private: *const u8) -> bool {
    !cfg!(target_os = "none") || shared.addr() % 16 == private.addr() % 16
}

/// Copies `len` bytes. Each access to the side that is at address `shared` is aligned to its own size.
///
/// # Safety
/// `len` is a multiple of 8 and at least [`LONG`]; `shared` is the address of `to` or `from`, and a multiple of 8; `from` is
/// readable and `to` writable for `len` bytes, and the two do not overlap.
#[inline]
pub(super) unsafe fn copy(to: *mut u8, from: *const u8, len: usize, shared: usize) {
    // SAFETY: all accesses are inside by this function's contract. 8 bytes come first if bit 3 of `shared` says so. The loop
    // copies 64 bytes as long as so many are left, counting `left - 64` down. Of what is then left, bits 5, 4 and 3 say
    // whether there are 32, 16 and 8 bytes: `len` is a multiple of 8. The memory, which the compiler takes to be changed, the
    // flags and the registers named below are all that changes.
    unsafe {
        asm!(
            "tbz {shared}, #3, 2f",
            "ldr {word}, [{from}], #8",
            "str {word}, [{to}], #8",
            "sub {left}, {left}, #8",
            "2:",
            "subs {left}, {left}, #64",
            "b.lo 4f",
            "3:",
            "ldp q0, q1, [{from}]",
            "ldp q2, q3, [{from}, #32]",
            "add {from}, {from}, #64",
            "stp q0, q1, [{to}]",
            "stp q2, q3, [{to}, #32]",
            "add {to}, {to}, #64",
            "subs {left}, {left}, #64",
            "b.hs 3b",
            "4:",
            "tbz {left}, #5, 5f",
            "ldp q0, q1, [{from}], #32",
            "stp q0, q1, [{to}], #32",
            "5:",
            "tbz {left}, #4, 6f",
            "ldr q0, [{from}], #16",
            "str q0, [{to}], #16",
            "6:",
            "tbz {left}, #3, 7f",
            "ldr {word}, [{from}]",
            "str {word}, [{to}]",
            "7:",
            shared = in(reg) shared,
            word = out(reg) _,
            left = inout(reg) len => _,
            from = inout(reg) from => _,
            to = inout(reg) to => _,
            out("v0") _, out("v1") _, out("v2") _, out("v3") _,
            options(nostack),
        );
    }
}

/// Copies fewer than [`LONG`] bytes out, in words.
///
/// # Safety
/// As [`copy_out`](super::copy_out).
#[inline(always)]
pub(super) unsafe fn copy_out_short(from: *const u8, to: &mut [u8]) {
    // SAFETY: this function's contract is that of the other.
    unsafe { super::words::copy_out(from, to) };
}
