//! What this processor and the system have, asked once. Only under an operating system, which saves the registers of a program
//! when it says so.

use core::arch::asm;
use core::arch::x86_64::{__cpuid, __cpuid_count};
use core::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// 32-byte registers.
pub(super) const AVX: u8 = 1;
/// A fast string instruction.
pub(super) const STRING: u8 = 2;
/// 64-byte registers.
pub(super) const AVX512: u8 = 4;
const ASKED: u8 = 8;

static FOUND: AtomicU8 = AtomicU8::new(0);

/// What was found; nothing before it was asked.
#[inline(always)]
pub(super) fn known() -> u8 {
    FOUND.load(Relaxed)
}

pub(super) fn found() -> u8 {
    match known() {
        0 => ask(),
        found => found,
    }
}

/// Tens of microseconds where a hypervisor answers.
#[cold]
#[allow(unused_unsafe, reason = "safe in newer compilers")]
fn ask() -> u8 {
    // SAFETY: every x86-64 processor has the instruction, and leaf 7 is asked only where leaf 0 names it.
    let (basic, extended) = unsafe {
        let extended = match __cpuid(0).eax {
            7.. => __cpuid_count(7, 0).ebx,
            _ => 0,
        };
        (__cpuid(1).ecx, extended)
    };
    // OSXSAVE and AVX in leaf 1, AVX-512F and the string instruction in leaf 7; the system says what it saves.
    let saved = match basic >> 27 & 3 {
        3 => saved(),
        _ => 0,
    };
    let avx = if saved & 0x06 == 0x06 { AVX } else { 0 };
    let avx512 = match extended >> 16 & 1 {
        1 if saved & 0xE6 == 0xE6 => AVX512,
        _ => 0,
    };
    let string = if extended >> 9 & 1 == 1 { STRING } else { 0 };
    let found = ASKED | avx | avx512 | string;
    FOUND.store(found, Relaxed);
    found
}

/// The registers that the system saves, a bit for each kind. To be called only where OSXSAVE is set.
fn saved() -> u32 {
    let low: u32;
    // SAFETY: OSXSAVE says that the instruction may be used; it reads a register.
    unsafe {
        asm!("xgetbv", in("ecx") 0, out("eax") low, out("edx") _, options(nomem, nostack, preserves_flags));
    }
    low
}
