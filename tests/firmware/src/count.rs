//! A number of which one core stores and the other loads: how two cores agree where they are, beside the region.

use core::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

/// One core counts; the other waits for the count.
#[derive(Debug)]
pub struct Count(AtomicU32);

impl Count {
    /// From 0 on.
    #[expect(clippy::new_without_default, reason = "a default is not constant")]
    pub const fn new() -> Self {
        Count(AtomicU32::new(0))
    }

    /// Says a number. The other core, once it sees it, sees all that was done before.
    pub fn say(&self, number: u32) {
        self.0.store(number, Release);
    }

    /// More by so many. Only one core counts, so a load and a store are enough, and all that a Cortex-M0+ has.
    pub fn more(&self, count: u32) {
        self.say(self.0.load(Relaxed).wrapping_add(count));
    }

    /// One more, in the same way.
    pub fn one_more(&self) {
        self.more(1);
    }

    /// What was said last.
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
