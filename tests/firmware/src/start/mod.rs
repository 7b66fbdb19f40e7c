//! How does a core get from reset to `main`? And the second core to work of its own?

use core::sync::atomic::{AtomicUsize, Ordering::Acquire, Ordering::Release};

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "arm")]
mod arm;
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
mod riscv;

#[cfg(target_arch = "aarch64")]
use aarch64::release_second;
#[cfg(target_arch = "arm")]
use arm::release_second;
#[cfg(target_arch = "arm")]
pub use arm::trap_unaligned;
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
use riscv::release_second;

/// Address of what the second core does; 0 until it is known. In `.data`, because the second core may look at it before
/// the first one has cleared `.bss`.
#[unsafe(link_section = ".data")]
static SECOND: AtomicUsize = AtomicUsize::new(0);

/// Lets the second core do `work`. Once.
pub fn second(work: fn() -> !) {
    // second: the second core sees everything that this one did before.
    SECOND.store(work as usize, Release);
    release_second();
}

/// Where the second core goes once it has a stack.
extern "C" fn second_core() -> ! {
    loop {
        let work = SECOND.load(Acquire);
        if work != 0 {
            // SAFETY: a number other than 0 is the address of such a function, stored by `second`.
            let work: fn() -> ! = unsafe { core::mem::transmute(work) };
            work();
        }
        core::hint::spin_loop();
    }
}
