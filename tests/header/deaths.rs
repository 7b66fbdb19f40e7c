//! Each step of each side dies after each of its stores, and others go on: the same results and the same bytes as core's.

use ramframe_core::geometry::Geometry;

use crate::array::Array;
use crate::case::Case;
use crate::differential::{Run, assert_agrees, conform, same};
use crate::dying::Life;
use crate::script::{Script, geometries};
use crate::xorshift::Xorshift;

/// What happens before. Receivers that are there take the messages of an overwrite channel too.
const BEFORE: [&str; 6] = [
    "sender answers",
    "receiver 0 HOW",
    "send 0102",
    "recv 0",
    "send 03040506",
    "wait 0",
];

const STEPS: [&str; 10] = [
    "sender answers",
    "send 0708090a0b0c0d0e0f",
    "receiver 0 HOW",
    "recv 0",
    "wait 0",
    "detach 0",
    "close",
    "FORMAT 2",
    "wait_for_room 0",
    "reclaim 0",
];

/// What the next ones find.
const AFTER: [&str; 16] = [
    "read",
    "FORMAT 3",
    "sender answers",
    "receiver 0 HOW",
    "recv 0",
    "recv 0",
    "recv 0",
    "recv 0",
    "send aa",
    "recv 0",
    "latest 0",
    "send bb",
    "recv 0",
    "close",
    "recv 0",
    "recv 0",
];

/// This step after so many stores; `None` if it does not make so many.
fn life(width: u32, step: (Geometry, &str), stores: usize, again: bool) -> Option<String> {
    let (geometry, step) = step;
    let (memory, life) = (Array::new(geometry.size() as usize), Life::whole());
    if width == 32 {
        life.copy_words();
    }
    let random = Xorshift::new(1);
    let format = |seed| Script::of(geometry, &random).format(seed);
    let how = if geometry.receivers() == 0 {
        "oldest"
    } else {
        "answers"
    };
    let real = |step: &str| match step.strip_prefix("FORMAT ") {
        Some(seed) => format(seed.parse().unwrap()),
        None => step.replace("HOW", how),
    };
    let text = format!("case {step} after {stores}\nregion {}\n", geometry.size());
    let mut run = Run {
        case: Case::on(&memory, &life),
        memory: &memory,
        life: &life,
        same: same(width, &geometry),
        text,
    };
    run.step(&format(0));
    BEFORE.iter().for_each(|step| drop(run.step(&real(step))));
    let died = run.die(&real(step), stores);
    // Whoever died is forgotten. A format that died is made again.
    let is_broken = run.step("read") != "ok";
    for step in AFTER
        .iter()
        .filter(|step| again || is_broken || !step.starts_with("FORMAT"))
    {
        run.step(&real(step));
    }
    died.then_some(run.text)
}

fn places(width: u32) -> (usize, String) {
    let (mut count, mut text) = (0, String::new());
    for geometry in geometries() {
        let is_seated = geometry.receivers() > 0;
        let steps = STEPS.iter().take(if is_seated { STEPS.len() } else { 8 });
        for step in steps.filter(|step| is_seated || **step != "detach 0") {
            for again in [false, true] {
                let lives = (0..).map_while(|stores| life(width, (geometry, step), stores, again));
                for life in lives {
                    count += 1;
                    text += &life;
                }
            }
        }
    }
    (count, text)
}

#[test]
fn every_step_dies_at_every_store() {
    for width in [64, 32] {
        if let Some(conform) = conform(width) {
            let (count, text) = places(width);
            assert!(count > 300, "{count} deaths");
            println!("{count} deaths, {width} bits");
            assert_agrees(&conform, &format!("deaths-{width}"), &text);
        }
    }
}
