//! A RISC-V hart is restarted by its timer's interrupt.

use core::arch::{asm, global_asm};
use core::ptr::with_exposed_provenance_mut as register;

/// Of the `virt` machine's CLINT: when the first hart's timer is due, 8 bytes for each hart, and the time.
const DUE: usize = 0x0200_4000;
const TIME: usize = 0x0200_BFF8;
/// Ticks in a microsecond.
const TICKS: u32 = 10;
/// Machine timer interrupt, in `mie`; machine interrupts, in `mstatus`.
const MTIE: usize = 1 << 7;
const MIE: usize = 1 << 3;

global_asm!(
    r#"
    .section .text.alarm, "ax"
    .balign 4
    .global alarm
alarm:
    csrr t0, mcause
    bgez t0, 2f
    csrw mie, zero
    csrr a0, mhartid
    la sp, __stack_top
    beqz a0, 1f
    la sp, __second_stack_top
1:  la t0, {begin_anew}
    csrw mepc, t0
    li t0, 0x80
    csrc mstatus, t0
    li t0, 0x1800
    csrs mstatus, t0
    mret
2:  call {astray}
    "#,
    begin_anew = sym super::begin_anew,
    astray = sym astray,
);

unsafe extern "C" {
    fn alarm();
}

extern "C" fn astray() -> ! {
    crate::fail("a fault")
}

pub(super) fn prepare(_core: usize) {
    stop();
    // SAFETY: `alarm` is aligned to 4 bytes, and made for traps.
    unsafe { asm!("csrw mtvec, {}", in(reg) alarm as *const () as usize, options(nostack)) };
}

pub(super) fn start(microseconds: u32) {
    let hart: usize;
    // SAFETY: reads this hart's number.
    unsafe { asm!("csrr {}, mhartid", out(reg) hart, options(nostack, nomem)) };
    // The upper half of the time does not change within a test: it takes 7 minutes.
    let now = read(TIME);
    let due = now.wrapping_add(microseconds.wrapping_mul(TICKS));
    write(DUE + 8 * hart, u32::MAX);
    write(
        DUE + 8 * hart + 4,
        read(TIME + 4).wrapping_add(u32::from(due < now)),
    );
    write(DUE + 8 * hart, due);
    // SAFETY: the timer's interrupt never comes back to what it has interrupted, and no other is enabled.
    unsafe {
        asm!("csrw mie, {}", "csrs mstatus, {}", in(reg) MTIE, in(reg) MIE, options(nostack))
    };
}

pub(super) fn stop() {
    // SAFETY: switches this hart's interrupts off.
    unsafe { asm!("csrc mstatus, {}", "csrw mie, zero", in(reg) MIE, options(nostack)) };
}

fn read(address: usize) -> u32 {
    // SAFETY: a register of this machine that can be read at any time.
    unsafe { register::<u32>(address).read_volatile() }
}

fn write(address: usize, word: u32) {
    // SAFETY: half of this hart's own register.
    unsafe { register::<u32>(address).write_volatile(word) };
}
