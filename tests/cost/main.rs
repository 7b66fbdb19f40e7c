//! What each edge of the protocol costs is what the table in `core/COST.md` says: instructions of a step on x86-64, and bytes
//! of an image on a Cortex-M0+.
//!
//! The compiler notes for each instruction which line it comes from, and through which calls that were inlined. An
//! instruction counts for the innermost file of core that is an edge. `cargo cost` writes the table again; the test itself is
//! `cargo test --profile cost --package ramframe-tests --test cost`.

#[path = "../regions/aged.rs"]
mod aged;
#[path = "../asked/mod.rs"]
mod asked;
mod counted;
mod edges;
#[path = "../region/heap.rs"]
mod heap;
#[path = "../instructions/steps.rs"]
#[allow(dead_code)] // tests/instructions counts more of them
mod steps;
mod table;
mod weighed;

use std::env;
use std::process::{Command, Stdio};

use asked::asked;
use edges::Costs;
use steps::USUAL;

const RECORD: &str = "RAMFRAME_RECORD";

/// The columns of the table: what is counted, and what is weighed.
const STEPS: [&str; 4] = [
    "send_overwrite_48",
    "recv_overwrite_48",
    "send_backpressure_48",
    "recv_backpressure_48",
];
const IMAGES: [&str; 2] = ["size_fixed_overwrite", "size_fixed_backpressure"];

fn has(program: &str) -> bool {
    let mut command = Command::new(program);
    let found = command.arg("--version").stdout(Stdio::null()).status();
    asked(found.is_ok(), program)
}

#[test]
fn each_edge_costs_what_the_table_says() {
    if cfg!(debug_assertions) {
        return println!("not asked: this is not optimized, as with cargo test --profile cost");
    }
    if !has("valgrind") || !has("addr2line") {
        return;
    }
    let counted: Vec<Costs> = STEPS.iter().map(|step| counted::count(step)).collect();
    if counted.iter().all(Costs::is_nothing) {
        return println!("not asked: no line is known, as with cargo test --profile cost");
    }
    let weighed: Vec<Costs> = IMAGES
        .iter()
        .map_while(|image| weighed::weigh(image))
        .collect();
    let now: Vec<Costs> = counted.into_iter().chain(weighed).collect();
    println!("{}", table::text(&now));
    if env::var_os(RECORD).is_some() {
        assert_eq!(now.len(), STEPS.len() + IMAGES.len(), "a column is missing");
        return table::store(&now);
    }
    let wrong = table::wrong(&now, STEPS.len());
    assert!(wrong.is_empty(), "if that is meant, `cargo cost`:\n{wrong}");
}

/// The second process, under callgrind.
#[test]
#[ignore = "a role that the test above starts"]
fn role() {
    if let Ok(step) = env::var(counted::STEP) {
        steps::run(&step, USUAL);
    }
}
