//! How does an AArch64 core start on the `virt` machine? The first at once, the second when its firmware is asked.

use core::arch::{asm, global_asm};

global_asm!(
    r#"
    .section .text.start, "ax"
    .global _start
_start:
    ldr x0, =__stack_top
    mov sp, x0
    mov x0, #(3 << 20)
    msr cpacr_el1, x0
    isb
    ldr x0, =__bss_start
    ldr x1, =__bss_end
1:  cmp x0, x1
    b.hs 2f
    str xzr, [x0], #8
    b 1b
2:  bl main
    .global second_start
second_start:
    ldr x0, =__second_stack_top
    mov sp, x0
    mov x0, #(3 << 20)
    msr cpacr_el1, x0
    isb
    bl {second}
    "#,
    second = sym super::second_core,
);

unsafe extern "C" {
    fn second_start();
}

/// PSCI CPU_ON for core 1.
pub(super) fn release_second() {
    const CPU_ON: u64 = 0xC400_0003;
    // SAFETY: the call starts core 1 at `second_start`, which sets up a stack of its own; by the calling convention of
    // PSCI it changes the registers named here at most.
    unsafe {
        asm!(
            "hvc #0",
            inout("x0") CPU_ON => _, inout("x1") 1_u64 => _,
            inout("x2") second_start as *const () as u64 => _, inout("x3") 0_u64 => _,
        );
    }
}
