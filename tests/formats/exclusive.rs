//! An exclusive format loads nothing, and leaves nothing that was not stored to: for memory with error correction.
#![allow(unsafe_code)] // the region

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use crate::support::{Flat, FlatMessage, Words};
use ramframe_core::channel::{Backpressure, Overwrite};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Region, RegionMut};

use super::array::Array;
use super::sides::{Rx, Side, Tx};

/// A region that notes what is loaded before it was stored to.
#[derive(Clone, Copy)]
struct Raw<'a> {
    region: Words<'a>,
    stored: &'a RefCell<BTreeSet<usize>>,
}

impl Raw<'_> {
    fn stores(&self, at: usize, len: usize) {
        self.stored
            .borrow_mut()
            .extend((at / 4)..(at + len).div_ceil(4));
    }

    fn loads(&self, at: usize, len: usize) {
        let stored = self.stored.borrow();
        let raw = ((at / 4)..(at + len).div_ceil(4)).find(|word| !stored.contains(word));
        assert_eq!(
            raw.map(|word| word * 4),
            None,
            "loaded before it was stored to"
        );
    }
}

// SAFETY: every verb is that of `region`.
unsafe impl Region for Raw<'_> {
    fn len(&self) -> usize {
        self.region.len()
    }

    fn load(&self, at: usize) -> u32 {
        self.loads(at, 4);
        self.region.load(at)
    }

    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.loads(at, 8);
        self.region.load_pair(at)
    }

    fn fence(&self, order: Ordering) {
        self.region.fence(order);
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.loads(at, to.len());
        self.region.copy_out(at, to);
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for Raw<'_> {
    fn store(&self, at: usize, word: u32, order: Ordering) {
        self.stores(at, 4);
        self.region.store(at, word, order);
    }

    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        self.stores(at, 8);
        self.region.store_pair(at, pair, order);
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        self.stores(at, from.len());
        self.region.copy_in(at, from);
    }
}

/// Memory with error correction: a load before the first store is a fault.
#[test]
fn an_exclusive_format_loads_nothing_and_leaves_nothing_unstored() {
    for geometry in [
        Geometry::overwrite(8, 48),
        Geometry::backpressure(4, 48, 1).with_cache_line(32),
    ] {
        let memory = Array::new(geometry.size() as usize);
        memory.restore(&vec![0x5A5A_5A5A; memory.snapshot().len()]);
        let stored = RefCell::default();
        let region = Raw {
            region: memory.words(),
            stored: &stored,
        };
        geometry.format_exclusive(&region, 3).unwrap();
        assert_eq!(stored.borrow().len() * 4, geometry.size() as usize);
        match geometry.receivers() {
            0 => talk::<Overwrite>(region),
            _ => talk::<Backpressure>(region),
        }
    }
}

fn talk<P: Side>(region: Raw<'_>) {
    let mut sender = P::local_sender(region).unwrap();
    let mut receiver = P::local_receiver(region).unwrap();
    for number in 0..20 {
        let len = 1 + number % 48;
        sender.try_send(&[7; 48][..len]).unwrap();
        if P::geometry(2, 8).receivers() == 0 || number > 2 {
            while receiver.try_recv(&mut [0; 48]).header().is_ok() {}
        }
        if number == 2 {
            while receiver.latest(&mut [0; 48]).header().is_ok() && receiver.skip().flat().is_ok() {
            }
        }
    }
}
