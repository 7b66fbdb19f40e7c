//! How does a RISC-V hart start on the `virt` machine? All at once at the first instruction, without a stack.

use core::arch::global_asm;

global_asm!(
    r#"
    .section .text.start, "ax"
    .global _start
_start:
    csrr t0, mhartid
    bnez t0, 3f
    la sp, __stack_top
    la t0, __bss_start
    la t1, __bss_end
1:  bgeu t0, t1, 2f
    sw zero, 0(t0)
    addi t0, t0, 4
    j 1b
2:  call main
3:  la sp, __second_stack_top
    call {second}
    "#,
    second = sym super::second_core,
);

/// Nothing to do: the second hart runs already and waits to be given work.
pub(super) fn release_second() {}
