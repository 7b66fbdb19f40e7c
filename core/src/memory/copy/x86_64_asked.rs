//! The features of this processor and system, asked once. Only under an operating system: it saves the registers of a program and
//! says which.

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

/// The features found; none before they were asked.
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

/// Takes tens of microseconds under a hypervisor.
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
    // Leaf 1 has OSXSAVE and AVX, leaf 7 has AVX-512F and the string instruction. The system says which registers it saves.
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

/// The registers that the system saves, one bit for each kind. Call it only if OSXSAVE is set.
fn saved() -> u32 {
    let low: u32;
    // SAFETY: OSXSAVE says that the instruction may be used; it reads a register.
    unsafe {
        asm!("xgetbv", in("ecx") 0, out("eax") low, out("edx") _, options(nomem, nostack, preserves_flags));
    }
    low
}
