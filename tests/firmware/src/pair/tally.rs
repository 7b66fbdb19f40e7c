//! What has come from Linux so far? Kept in the shared memory, which a reset spares and Linux can read.

use core::sync::atomic::Ordering::Relaxed;

use ramframe_core::memory::Memory;
use ramframe_core::region::{Region, RegionMut};

/// Bytes of the tally, at the end of the shared memory.
pub(super) const TALLY: usize = 64;

/// A word of it, by its offset: `sh/pair.sh` reads them.
#[derive(Clone, Copy)]
pub(super) enum Entry {
    /// The sequence of the message that comes next: how many have been judged.
    Next = 0,
    /// Messages that were not the one whose turn it was, or none of the list.
    Wrong = 4,
    /// Messages that are missing.
    Lost = 8,
    /// Messages that came again after a reset.
    Repeated = 12,
    /// How often the firmware was told that Linux's sender had restarted.
    Restarts = 16,
    /// How often the firmware has started.
    Starts = 20,
}

/// The words, which this side alone writes. All are 0 in memory that is new.
pub(super) struct Tally(Memory<'static>);

impl Tally {
    pub(super) fn new(memory: Memory<'static>) -> Self {
        Tally(memory)
    }

    pub(super) fn get(&self, entry: Entry) -> u32 {
        self.0.load(entry as usize)
    }

    pub(super) fn set(&self, entry: Entry, value: u32) {
        self.0.store(entry as usize, value, Relaxed);
    }

    pub(super) fn add(&self, entry: Entry, count: u32) {
        self.set(entry, self.get(entry).wrapping_add(count));
    }
}
