//! How does a Cortex-M start? With a stack from its vector table; then memory is made ready for Rust.

use core::arch::{asm, global_asm};
use core::ptr::with_exposed_provenance_mut as register;

global_asm!(
    r#"
    .section .vectors, "a"
    .word __stack_top
    .word reset
    .rept 14
    .word fault
    .endr

    .section .text.reset, "ax"
    .global reset
    .type reset, %function
    .thumb_func
reset:
    ldr r0, =__data_start
    ldr r1, =__data_end
    ldr r2, =__data_load
1:  cmp r0, r1
    bhs 2f
    ldm r2!, {{r3}}
    stm r0!, {{r3}}
    b 1b
2:  ldr r0, =__bss_start
    ldr r1, =__bss_end
    movs r2, #0
3:  cmp r0, r1
    bhs 4f
    stm r0!, {{r2}}
    b 3b
4:  bl main
    .type fault, %function
    .thumb_func
fault:
    b fault
    "#
);

/// What the second core finds at its reset: a stack, and where to go. Where it stands is a multiple of 128, as the register
/// that names it asks.
#[repr(C, align(128))]
struct Vectors {
    stack: *const u8,
    reset: extern "C" fn() -> !,
    others: [extern "C" fn() -> !; 14],
}

// SAFETY: never written, and read by the second core alone.
unsafe impl Sync for Vectors {}

unsafe extern "C" {
    static __second_stack_top: u8;
}

static SECOND_VECTORS: Vectors = Vectors {
    stack: &raw const __second_stack_top,
    reset: super::second_core,
    others: [fault; 14],
};

extern "C" fn fault() -> ! {
    crate::semihosting::exit(102)
}

/// The mps2-an521: names the second core's vector table, and ends its wait.
pub(super) fn release_second() {
    let initsvtor1: *mut u32 = register(0x5002_1114);
    let cpuwait: *mut u32 = register(0x5002_1118);
    // SAFETY: these two registers of the board's system control do what the line above says, and nothing else.
    unsafe {
        initsvtor1.write_volatile((&raw const SECOND_VECTORS).addr() as u32);
        asm!("dsb");
        cpuwait.write_volatile(0);
    }
}

/// Makes this core trap on an access that is not aligned, as every access of a Cortex-M0+ does.
pub fn trap_unaligned() {
    let ccr: *mut u32 = register(0xE000_ED14);
    // SAFETY: the configuration and control register; bit 3 is UNALIGN_TRP.
    unsafe {
        ccr.write_volatile(ccr.read_volatile() | 1 << 3);
        asm!("dsb", "isb");
    }
}
