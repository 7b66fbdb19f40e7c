//! How does a test own an array of words as long as its layout asks for?

use std::sync::atomic::AtomicU32;

use ramframe_core::words::Words;

/// Zeroed words on the heap.
pub(crate) struct Array(Vec<AtomicU32>);

impl Array {
    pub(crate) fn new(len: usize) -> Self {
        Array((0..len.div_ceil(4)).map(|_| AtomicU32::new(0)).collect())
    }

    pub(crate) fn words(&self) -> Words<'_> {
        Words::new(&self.0)
    }
}
