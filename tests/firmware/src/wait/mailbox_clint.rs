//! How does one RISC-V hart interrupt the other? By the software interrupt of the `virt` machine's CLINT.

use core::arch::asm;
use core::ptr::with_exposed_provenance_mut as register;

use ramframe_core::wait::{Notify, Wait};

/// The software interrupt of hart 0; that of hart 1 in the word behind.
const MSIP: usize = 0x0200_0000;
/// Machine software interrupt, in `mie`.
const MSIE: usize = 1 << 3;

/// Hart `ME` sleeps until the other one rings its mailbox.
///
/// The interrupt ends the sleep and is never taken: interrupts stay off in `mstatus`, so there is no handler. One that is
/// raised between the last look and the sleep is pending already, and WFI returns at once.
#[derive(Debug)]
pub struct Mailbox<const ME: usize>(());

impl<const ME: usize> Mailbox<ME> {
    /// Lets the software interrupt end this hart's sleep.
    pub fn new() -> Self {
        // SAFETY: enables one interrupt as a reason to wake; `mstatus` keeps it from being taken.
        unsafe { asm!("csrs mie, {}", in(reg) MSIE, options(nostack)) };
        Mailbox(())
    }
}

impl<const ME: usize> Default for Mailbox<ME> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const ME: usize> Wait for Mailbox<ME> {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        // SAFETY: an instruction without operands, which returns with the software interrupt.
        unsafe { asm!("wfi", options(nostack)) };
        write(ME, 0);
        // SAFETY: a fence: what is looked at next is looked at after the mailbox was cleared.
        unsafe { asm!("fence iorw, iorw", options(nostack)) };
    }

    fn notify(&mut self, _word: *const u32, _asked: bool) {
        // SAFETY: a fence: whoever wakes sees the message.
        unsafe { asm!("fence iorw, iorw", options(nostack)) };
        write(1 - ME, 1);
    }
}

fn write(hart: usize, word: u32) {
    // SAFETY: the software interrupt's register of a hart of this machine.
    unsafe { register::<u32>(MSIP + 4 * hart).write_volatile(word) };
}
