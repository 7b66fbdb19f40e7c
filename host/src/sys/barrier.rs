//! Barriers that reach what is not a core of this Linux: a microcontroller, or a device, at the other end of a mapped file.
//!
//! The fences of the language order what the cores of this operating system see; on Arm, those of the inner shareable domain. A
//! Cortex-M beside them is outside of it. On x86 the plain order of the processor holds for all observers.

/// Orders all accesses before it and all after it, for every observer of the system.
#[inline]
pub(super) fn full_system() {
    #[cfg(any(target_arch = "aarch64", target_arch = "arm"))]
    // SAFETY: a barrier; it touches no memory and no register.
    unsafe {
        core::arch::asm!("dmb sy", options(nostack, preserves_flags));
    }
    #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
    // SAFETY: a barrier; it touches no memory and no register.
    unsafe {
        core::arch::asm!("fence iorw, iorw", options(nostack, preserves_flags));
    }
}
