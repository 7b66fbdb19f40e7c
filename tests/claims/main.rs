//! Does a channel keep its promises over an array, and over memory as real as a heap's?

#[path = "../regions/array.rs"]
mod array;
mod fixed;
#[path = "../region/heap.rs"]
mod heap;
mod suite;

use ramframe_core::region::{Region, RegionMut};

use array::Array;
use heap::Heap;
use suite::Maker;

impl Maker for Array {
    fn new(len: usize) -> Self {
        Array::new(len)
    }

    fn sender(&self) -> impl RegionMut + Send {
        self.words()
    }

    fn receiver(&self) -> impl RegionMut + Send {
        self.words()
    }

    fn reader(&self) -> impl Region + Send {
        self.words()
    }
}

impl Maker for Heap {
    fn new(len: usize) -> Self {
        Heap::new(len)
    }

    fn sender(&self) -> impl RegionMut + Send {
        self.memory()
    }

    fn receiver(&self) -> impl RegionMut + Send {
        self.memory()
    }

    fn reader(&self) -> impl Region + Send {
        self.memory().read_only()
    }
}

suite::claims!(words, crate::Array);
suite::claims!(ram, crate::Heap);
