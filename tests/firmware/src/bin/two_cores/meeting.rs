//! How do the two cores agree where they are? By a number each in memory of the test's own, beside the region.

use core::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

/// One core counts; the other waits for the count.
pub struct Count(AtomicU32);

/// Phases that the first core has prepared.
pub static READY: Count = Count::new();
/// Phases that the second core has finished.
pub static DONE: Count = Count::new();
/// Whether the second core has attached to the link.
pub static HERE: Count = Count::new();
/// Messages that the first core has sent in this phase, said before it closes.
pub static SENT: Count = Count::new();
/// Messages that the second core has received in this phase (the first sets it back between two), and that it has missed.
pub static RECEIVED: Count = Count::new();
pub static MISSED: Count = Count::new();

impl Count {
    const fn new() -> Self {
        Count(AtomicU32::new(0))
    }

    /// Says a number. The other core, once it sees it, sees all that was done before.
    pub fn say(&self, number: u32) {
        self.0.store(number, Release);
    }

    /// One more. Only one core counts, so a load and a store are enough, and all that a Cortex-M0+ has.
    pub fn one_more(&self) {
        self.say(self.0.load(Relaxed).wrapping_add(1));
    }

    pub fn now(&self) -> u32 {
        self.0.load(Acquire)
    }

    /// Until the other core has counted to `number`.
    pub fn until(&self, number: u32) {
        while self.now() < number {
            core::hint::spin_loop();
        }
    }
}
