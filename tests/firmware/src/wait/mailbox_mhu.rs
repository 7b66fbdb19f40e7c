//! How does one Cortex-M33 of the mps2-an521 interrupt the other? By the message handling unit.

use core::arch::asm;
use core::ptr::with_exposed_provenance_mut as register;

use ramframe_core::wait::{Notify, Wait};

/// The first message handling unit, by its secure address. For each core a block of three registers.
const MHU: usize = 0x5000_3000;
const BLOCK: usize = 0x10;
const SET: usize = 0x4;
const CLEAR: usize = 0x8;
/// Its interrupt, on either core.
const INTERRUPT: u32 = 6;
/// Interrupt set-enable and clear-pending registers of this core's interrupt controller.
const ISER: usize = 0xE000_E100;
const ICPR: usize = 0xE000_E280;

/// Core `ME` sleeps until the other one rings its mailbox.
///
/// The interrupt ends the sleep and is never taken: it is masked, so there is no handler. One that is raised between the
/// last look and the sleep is pending already, and WFI returns at once.
#[derive(Debug)]
pub struct Mailbox<const ME: usize>(());

impl<const ME: usize> Mailbox<ME> {
    /// Lets the mailbox's interrupt end this core's sleep.
    pub fn new() -> Self {
        // SAFETY: masks this core's interrupts, of which the firmware takes none.
        unsafe { asm!("cpsid i", options(nostack, preserves_flags)) };
        write(ISER, 1 << INTERRUPT);
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
        // SAFETY: an instruction without operands, which returns with the mailbox's interrupt.
        unsafe { asm!("wfi", options(nostack, preserves_flags)) };
        write(MHU + ME * BLOCK + CLEAR, 1);
        // SAFETY: a barrier: the mailbox no longer asks for the interrupt when that is cleared.
        unsafe { asm!("dsb sy", options(nostack, preserves_flags)) };
        write(ICPR, 1 << INTERRUPT);
    }

    fn notify(&mut self, _word: *const u32, _asked: bool) {
        // SAFETY: a barrier: whoever wakes sees the message.
        unsafe { asm!("dsb sy", options(nostack, preserves_flags)) };
        write(MHU + (1 - ME) * BLOCK + SET, 1);
    }
}

fn write(address: usize, word: u32) {
    // SAFETY: the callers above name registers of this board, for which a write of these bits does what is said there.
    unsafe { register::<u32>(address).write_volatile(word) };
}
