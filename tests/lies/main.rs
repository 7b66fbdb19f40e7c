//! No content of the region, however hostile, makes a side panic, leave the region, or work without end.

#[path = "../regions/aged.rs"]
mod aged;
#[path = "../regions/array.rs"]
mod array;
#[path = "../regions/counting.rs"]
mod counting;
mod drive;
#[path = "../regions/lying.rs"]
mod lying;
mod states;
#[path = "../support/mod.rs"]
mod support;
mod tally;
#[path = "../regions/xorshift.rs"]
mod xorshift;

use array::Array;
use lying::LyingRegion;
use states::{State, mutate};
use tally::Tally;
use xorshift::Xorshift;

const SEED: u64 = 0x5EED_0F7A_3F2A_4E01;

fn random() -> Xorshift {
    println!("seed {SEED:#x}");
    Xorshift::new(SEED)
}

#[test]
fn no_single_word_can_hurt() {
    let (tally, random) = (Tally::default(), random());
    for state in states::all() {
        for word in 0..state.words.len() {
            for _ in 0..6 {
                state.hurt(&tally, |words| mutate(words, word, &random));
            }
        }
    }
    states::assert_seen(&tally, states::HOSTILE);
}

#[test]
fn no_several_words_can_hurt() {
    let (tally, random) = (Tally::default(), random());
    for _ in 0..1_000 {
        for state in states::all() {
            state.hurt(&tally, |words| {
                for _ in 0..1 + random.below(6) {
                    mutate(words, random.below(words.len()), &random);
                }
            });
        }
    }
    states::assert_seen(&tally, states::HOSTILE);
    states::assert_seen(&tally, states::SEVERAL);
}

#[test]
fn no_region_that_changes_all_the_time_can_hurt() {
    let (tally, random) = (Tally::default(), random());
    for round in 0..1_000 {
        for state in states::all() {
            let memory = Array::new(state.words.len() * 4);
            memory.restore(&state.words);
            let lies = [1, 4, 16, 64, 128, 256][round % 6];
            let region = LyingRegion::new(memory.words(), &random, lies);
            state.drive(region, &tally, || {});
        }
    }
    states::assert_seen(&tally, states::HOSTILE);
    states::assert_seen(&tally, states::UNSTEADY);
}

/// The harness notices what it is there to notice.
#[test]
fn a_step_outside_the_region_is_noticed() {
    use ramframe_core::region::Region;
    let state = &states::all()[0];
    let memory = Array::new(state.words.len() * 4);
    let tally = Tally::default();
    let region = counting::CountingRegion::new(memory.words(), &tally.meter);
    for at in [1, region.len() - 2, region.len(), usize::MAX - 3] {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| region.load(at)));
        assert!(caught.is_err(), "a load at {at} went unseen");
    }
}

#[test]
fn a_step_without_end_is_noticed() {
    use ramframe_core::region::Region;
    let state: &State = &states::all()[0];
    let memory = Array::new(state.words.len() * 4);
    let tally = Tally::default();
    let region = counting::CountingRegion::new(memory.words(), &tally.meter);
    let scan = || {
        for at in (0..region.len()).step_by(4) {
            region.load_fresh(at);
        }
    };
    tally.done("recv", scan);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        tally::assert_bounded(&tally);
    }));
    assert!(caught.is_err());
}
