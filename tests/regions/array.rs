//! How does a test own an array of words as long as its layout asks for, and put it back as it was?
#![allow(dead_code)] // each test asks its own part

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use crate::support::Words;

/// Zeroed words on the heap.
pub(crate) struct Array(Vec<AtomicU32>);

impl Array {
    pub(crate) fn new(len: usize) -> Self {
        Array((0..len.div_ceil(4)).map(|_| AtomicU32::new(0)).collect())
    }

    pub(crate) fn words(&self) -> Words<'_> {
        Words::new(&self.0)
    }

    /// All words, as they stand.
    pub(crate) fn snapshot(&self) -> Vec<u32> {
        self.0.iter().map(|word| word.load(Relaxed)).collect()
    }

    pub(crate) fn restore(&self, snapshot: &[u32]) {
        for (word, &value) in self.0.iter().zip(snapshot) {
            word.store(value, Relaxed);
        }
    }
}
