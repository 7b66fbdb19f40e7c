//! A Cortex-M core is restarted by its SysTick: the exception returns to a frame of its own making.

use core::arch::{asm, global_asm};
use core::ptr::with_exposed_provenance_mut as register;

/// SysTick's control, reload and current value; the interrupt controller's state; where the vectors are.
const CONTROL: usize = 0xE000_E010;
const RELOAD: usize = 0xE000_E014;
const CURRENT: usize = 0xE000_E018;
const ICSR: usize = 0xE000_ED04;
const VTOR: usize = 0xE000_ED08;
/// Enabled, with its exception, from the processor's clock.
const RUN: u32 = 0b111;
const CLEAR_PENDING: u32 = 1 << 25;
/// Cycles in a microsecond.
const CYCLES: u32 = 20;

// A core's vectors: its stack, and in the first reserved one its number.
global_asm!(
    r#"
    .macro vectors_of stack, number
    .word \stack
    .rept 6
    .word astray
    .endr
    .word \number
    .rept 7
    .word astray
    .endr
    .word alarm
    .endm

    .section .rodata.vectors, "a"
    .balign 128
    .global first_vectors
first_vectors:
    vectors_of __stack_top, 0
    .balign 128
    .global second_vectors
second_vectors:
    vectors_of __second_stack_top, 1

    .section .text.alarm, "ax"
    .type alarm, %function
    .thumb_func
alarm:
    ldr r0, =0xE000ED08
    ldr r0, [r0]
    ldr r1, [r0]
    ldr r0, [r0, #28]
    subs r1, #32
    str r0, [r1]
    ldr r0, ={begin_anew}
    movs r2, #1
    bics r0, r2
    str r0, [r1, #24]
    lsls r2, #24
    str r2, [r1, #28]
    msr msp, r1
    bx lr
    .type astray, %function
    .thumb_func
astray:
    bl {astray}
    .ltorg
    "#,
    begin_anew = sym super::begin_anew,
    astray = sym astray,
);

unsafe extern "C" {
    static first_vectors: u8;
    static second_vectors: u8;
}

extern "C" fn astray() -> ! {
    crate::fail("a fault")
}

pub(super) fn prepare(core: usize) {
    let vectors = match core {
        0 => &raw const first_vectors,
        _ => &raw const second_vectors,
    };
    stop();
    write(VTOR, vectors.addr() as u32);
}

pub(super) fn start(microseconds: u32) {
    write(
        RELOAD,
        microseconds.wrapping_mul(CYCLES).clamp(1, 0xFF_FFFF),
    );
    write(CURRENT, 0);
    write(CONTROL, RUN);
    // SAFETY: an exception of SysTick never comes back to what it has interrupted, and there is no other.
    unsafe { asm!("cpsie i", options(nostack, preserves_flags)) };
}

pub(super) fn stop() {
    // SAFETY: masks this core's interrupts.
    unsafe { asm!("cpsid i", options(nostack, preserves_flags)) };
    write(CONTROL, 0);
    write(ICSR, CLEAR_PENDING);
}

fn write(address: usize, word: u32) {
    // SAFETY: a register of the core, named above, for which a write of these bits does what is said there.
    unsafe { register::<u32>(address).write_volatile(word) };
}
