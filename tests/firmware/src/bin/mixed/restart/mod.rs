//! A core that begins anew at any instruction, as after a reset of it alone: a timer's interrupt throws away all that it was about
//! to do, and what it had on its stack.

#[cfg(target_arch = "aarch64")]
#[path = "aarch64.rs"]
mod timer;
#[cfg(target_arch = "arm")]
#[path = "arm.rs"]
mod timer;
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
#[path = "riscv.rs"]
mod timer;

/// From now on this core, of this number, can be restarted.
pub fn prepare(core: usize) {
    timer::prepare(core);
}

/// Restarts this core, at [`crate::restarted`], after about so many microseconds; once.
pub fn after(microseconds: u32) {
    timer::start(microseconds);
}

/// No restart any more, unless asked for again.
pub fn no_more() {
    timer::stop();
}

/// Where the interrupt leaves to, on the stack that this core began with, with interrupts off.
extern "C" fn begin_anew(core: usize) -> ! {
    timer::stop();
    crate::restarted(core)
}
