//! Of two sides that each store a word, make a fence and load the other's word, one at least sees the other's store.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::thread;

use ramframe_core::memory::AtomicWords;
use ramframe_core::region::RegionMut;

use super::heap::Heap;

/// Pairs of words, each pair on lines of its own.
const PAIRS: usize = 1 << 12;
const LINE: usize = 64;
const ROUNDS: u32 = 40;

/// Each side's pair. Both begin a pair at nearly the same time.
type Reached = [AtomicUsize; 2];

fn meet(reached: &Reached, own: usize, pair: usize) {
    reached[own].store(pair, Release);
    let mut looks = 0_u32;
    while reached[1 - own].load(Acquire) < pair {
        looks += 1;
        if looks.is_multiple_of(1000) {
            thread::yield_now();
        }
    }
}

/// What one side saw in each pair.
fn side(region: impl RegionMut, own: usize, reached: &Reached) -> Vec<u32> {
    let step = |pair| {
        let line = pair * 2 * LINE;
        meet(reached, own, pair + 1);
        region.store(line + own * LINE, 1, Relaxed);
        region.fence(SeqCst);
        region.load(line + (1 - own) * LINE)
    };
    (0..PAIRS).map(step).collect()
}

/// How many pairs neither side saw.
fn unseen<R: RegionMut + Send>(of: impl Fn() -> R) -> usize {
    let reached = Reached::default();
    thread::scope(|scope| {
        let sides = [0, 1].map(|own| {
            let (region, reached) = (of(), &reached);
            scope.spawn(move || side(region, own, reached))
        });
        let [one, other] = sides.map(|side| side.join().unwrap());
        let pairs = one.iter().zip(other);
        pairs.filter(|pair| *pair == (&0, 0)).count()
    })
}

/// One region after the other: each needs two processors for itself. Without the fence some pairs often are unseen.
#[test]
fn a_full_fence_is_one() {
    for _ in 0..ROUNDS {
        let words = Vec::from_iter((0..PAIRS * 2 * LINE / 4).map(|_| 0.into()));
        assert_eq!(unseen(|| AtomicWords::new(&words)), 0);
        let heap = Heap::new(PAIRS * 2 * LINE);
        assert_eq!(unseen(|| heap.memory()), 0);
    }
}
