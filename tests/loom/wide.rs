//! What is a region to which a copy of eight bytes is one store or load? That of a 64-bit machine, for the text's wire.

#![allow(unsafe_code)] // the region

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use loom::sync::atomic::{AtomicU64, fence};
use ramframe_core::region::{Region, RegionMut};

use crate::orders::Orders;

const WIDE: usize = 8;

/// Wide words of loom's. It knows only copies and fences.
#[derive(Clone, Debug)]
pub(crate) struct Wide {
    words: Arc<[AtomicU64]>,
    orders: Arc<Orders>,
}

impl Wide {
    pub(crate) fn new(words: usize, orders: &Arc<Orders>) -> Self {
        Wide {
            words: (0..words).map(|_| AtomicU64::new(0)).collect(),
            orders: Arc::clone(orders),
        }
    }

    fn word(&self, at: usize) -> &AtomicU64 {
        assert!(at.is_multiple_of(WIDE));
        &self.words[at / WIDE]
    }
}

// SAFETY: every access is one of loom's; it has no address.
unsafe impl Region for Wide {
    fn len(&self) -> usize {
        self.words.len() * WIDE
    }

    fn load(&self, _at: usize) -> u32 {
        unimplemented!("only copies")
    }

    fn load_pair(&self, _at: usize) -> [u32; 2] {
        unimplemented!("only copies")
    }

    #[track_caller]
    fn fence(&self, order: Ordering) {
        match self.orders.grant(Location::caller(), "fence", order) {
            Ordering::Relaxed => {}
            order => fence(order),
        }
    }

    fn copy_out(&self, at: usize, to: &mut [u8]) {
        for (index, chunk) in to.chunks_mut(WIDE).enumerate() {
            let word = self.word(at + index * WIDE).load(Ordering::Relaxed);
            chunk.copy_from_slice(&word.to_ne_bytes()[..chunk.len()]);
        }
    }
}

// SAFETY: as for `Region`.
unsafe impl RegionMut for Wide {
    fn store(&self, _at: usize, _word: u32, _order: Ordering) {
        unimplemented!("only copies")
    }

    fn store_pair(&self, _at: usize, _pair: [u32; 2], _order: Ordering) {
        unimplemented!("only copies")
    }

    fn copy_in(&self, at: usize, from: &[u8]) {
        for (index, chunk) in from.chunks(WIDE).enumerate() {
            let mut word = [0; WIDE];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(at + index * WIDE)
                .store(u64::from_ne_bytes(word), Ordering::Relaxed);
        }
    }
}
