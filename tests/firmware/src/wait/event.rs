//! How does one Arm core wait for the event of another? WFE and SEV.

use core::arch::asm;

use ramframe_core::wait::{Notify, Wait};

/// Sleeps until the other core sends its event. Costs a sender two instructions for each message, and nobody has to ask.
///
/// No wake-up is lost between the last look and the sleep: an event that comes then stays in the core's event register, and
/// WFE returns at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Event;

impl Wait for Event {
    const NOTIFY: Notify = Notify::Always;

    #[inline]
    fn wait(&mut self, _word: *const u32, _seen: u32) {
        // SAFETY: an instruction without operands, which returns at the latest with the next interrupt or event.
        unsafe { asm!("wfe", options(nostack, preserves_flags)) };
    }

    #[inline]
    fn notify(&mut self, _word: *const u32, _asked: bool) {
        // SAFETY: instructions without register operands. The barrier comes first, so that whoever wakes sees the message.
        unsafe { asm!("dsb sy", "sev", options(nostack, preserves_flags)) };
    }
}
