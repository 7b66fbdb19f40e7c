//! All claims hold where a number runs over: the stamps' halves, the head, what a receiver has taken, and the last.

#[path = "../regions/array.rs"]
mod array;
mod far;
mod generations;
#[path = "../claims/suite.rs"]
mod suite;
#[path = "../support/mod.rs"]
mod support;

use ramframe_core::frame::Stamp;
use ramframe_core::region::{Divide, RegionMut};

use array::Array;
use suite::Maker;

/// As near to the last sequence as the longest claim allows.
const NEARLY_LAST: u64 = Stamp::LAST_SEQUENCE - 25_000;

/// An array in which the first message has sequence `FIRST`.
struct Aged<const FIRST: u64>(Array);

impl<const FIRST: u64> Maker for Aged<FIRST> {
    const FIRST: u64 = FIRST;

    fn new(len: usize) -> Self {
        Aged(Array::new(len))
    }

    fn sender(&self) -> impl RegionMut + Divide + Send {
        self.0.words()
    }

    fn receiver(&self) -> impl RegionMut + Divide + Send {
        self.0.words()
    }

    fn reader(&self) -> impl Divide + Send {
        self.0.words()
    }
}

// The low half of a stamp runs over, for the first time.
suite::claims!(half_the_words, crate::Aged<{ (1 << 31) - 3 }>);
// What is in a consumed word runs over.
suite::claims!(a_count, crate::Aged<{ (1 << 21) - 3 }>);
// A bit less than a word, with the head about to run over.
suite::claims!(near_a_word, crate::Aged<{ u32::MAX as u64 - 3 }>);
suite::claims!(a_word, crate::Aged<{ (1 << 32) - 2 }>);
suite::claims!(two_words, crate::Aged<{ (1 << 33) - 5 }>);
// The sign bit of half a stamp, and of all of it.
suite::claims!(half_the_stamps, crate::Aged<{ (1 << 62) - 3 }>);
suite::claims!(the_last, crate::Aged<{ crate::NEARLY_LAST }>);
