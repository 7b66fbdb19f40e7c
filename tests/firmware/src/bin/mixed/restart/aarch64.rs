//! An AArch64 core is restarted by its virtual timer's interrupt.

use core::arch::{asm, global_asm};
use core::ptr::with_exposed_provenance_mut as register;

/// Of the `virt` machine's interrupt controller: on for all; private interrupts, enabled; on for this core, and which priorities.
const GICD_CTLR: usize = 0x0800_0000;
const GICD_ISENABLER: usize = 0x0800_0100;
const GICC_CTLR: usize = 0x0801_0000;
const GICC_PMR: usize = 0x0801_0004;
/// The virtual timer's interrupt.
const TIMER: u32 = 27;
const ANY_PRIORITY: u32 = 0xFF;

// The interrupt's vector, then the way out: the controller is told that it is done.
global_asm!(
    r#"
    .section .text.alarm, "ax"
    .balign 2048
    .global alarm_vectors
alarm_vectors:
    .rept 5
    b {astray}
    .balign 128
    .endr
    msr cntv_ctl_el0, xzr
    ldr x0, =0x08010000
    ldr w1, [x0, #0x0c]
    str w1, [x0, #0x10]
    mrs x0, mpidr_el1
    and x0, x0, #0xff
    ldr x1, =__stack_top
    cbz x0, 1f
    ldr x1, =__second_stack_top
1:  mov sp, x1
    ldr x1, ={begin_anew}
    msr elr_el1, x1
    mov x1, #0x3c5
    msr spsr_el1, x1
    eret
    .balign 128
    .rept 10
    b {astray}
    .balign 128
    .endr
    .ltorg
    "#,
    begin_anew = sym super::begin_anew,
    astray = sym astray,
);

unsafe extern "C" {
    static alarm_vectors: u8;
}

extern "C" fn astray() -> ! {
    crate::fail("a fault")
}

pub(super) fn prepare(_core: usize) {
    stop();
    // SAFETY: the table is aligned as the register asks, and all of its 16 vectors are there.
    unsafe { asm!("msr vbar_el1, {}", "isb", in(reg) &raw const alarm_vectors, options(nostack)) };
    write(GICD_ISENABLER, 1 << TIMER);
    write(GICD_CTLR, 1);
    write(GICC_PMR, ANY_PRIORITY);
    write(GICC_CTLR, 1);
}

pub(super) fn start(microseconds: u32) {
    let hertz: u64;
    // SAFETY: reads how fast the timer counts.
    unsafe { asm!("mrs {}, cntfrq_el0", out(reg) hertz, options(nostack, nomem)) };
    let ticks = (u64::from(microseconds) * (hertz / 1_000_000)).max(1);
    // SAFETY: the timer's interrupt never comes back to what it has interrupted, and no other is enabled.
    unsafe {
        asm!(
            "msr cntv_tval_el0, {}", "msr cntv_ctl_el0, {}", "isb", "msr daifclr, #2",
            in(reg) ticks, in(reg) 1_u64, options(nostack)
        );
    }
}

pub(super) fn stop() {
    // SAFETY: masks this core's interrupts, and switches its timer off.
    unsafe {
        asm!(
            "msr daifset, #2",
            "msr cntv_ctl_el0, xzr",
            "isb",
            options(nostack)
        )
    };
}

fn write(address: usize, word: u32) {
    // SAFETY: a register of this machine's interrupt controller, named above.
    unsafe { register::<u32>(address).write_volatile(word) };
}
