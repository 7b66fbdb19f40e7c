//! Do the built images of AArch64 and RISC-V access shared memory in the order that the litmus files say?
//!
//! Asked only with `RAMFRAME_FIRMWARE=1`, as everything about chips: `build-images` needs a compiler for them.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::disassembly::{Image, Instruction, Token, images};
use crate::edge::{Edge, Order};
use crate::walk::{Trace, traces};
use crate::write::{AARCH64, Dialect, RISCV};
use crate::{file, folder};

/// What `build-images` says when something is missing here.
const MISSING: i32 = 77;

/// A source, and a thread of it.
type Part = [&'static str; 2];

/// A function of the image; and what all its ways end with.
const ALL: [(&str, Part); 4] = [
    ("send_overwrite", ["claim", "sender"]),
    ("recv_overwrite", ["claim", "receiver"]),
    ("send_backpressure", ["publish", "sender"]),
    ("recv_backpressure", ["publish", "receiver"]),
];

/// The same; and what one of its ways ends with.
const ONE: [(&str, Part); 2] = [
    ("send_backpressure", ["consumed", "sender"]),
    ("recv_backpressure", ["consumed", "receiver"]),
];

fn build() -> Option<String> {
    let output = Command::new(folder().join("build-images"))
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .output()
        .expect("bash runs build-images");
    let said = String::from_utf8_lossy(&output.stderr);
    let is_server = std::env::var("CI").is_ok_and(|it| it == "true");
    if output.status.code() == Some(MISSING) && !is_server {
        println!("skipped: {said}");
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn images_do_what_the_files_say() {
    if !std::env::var("RAMFRAME_FIRMWARE").is_ok_and(|it| it == "1") {
        println!("skipped: images are built for chips with RAMFRAME_FIRMWARE=1");
        return;
    }
    let Some(text) = build() else { return };
    let images = images(&text);
    assert_eq!(images.len(), 2);
    for (target, image) in &images {
        agrees(target, image);
        println!("{target}: the accesses of the steps are those of the files");
    }
}

/// Whether the accesses of an image are those of the files.
pub(crate) fn agrees(target: &str, image: &Image) {
    let (model, dialect) = match target.starts_with("aarch64") {
        true => ("aarch64", &AARCH64),
        false => ("riscv", &RISCV),
    };
    orders(target, image, dialect);
    for (function, part) in ALL {
        step(target, image, function, &expected(model, part));
    }
    for (function, part) in ONE {
        is_found(target, image, function, &expected(model, part));
    }
}

/// Whether an order becomes the instructions that the files have for it.
fn orders(target: &str, image: &Image, dialect: &Dialect) {
    let orders = [Order::Acquire, Order::Release, Order::AcqRel, Order::SeqCst];
    for order in orders {
        let name = format!("fence_{}", order.name());
        // The header has no such fence.
        if order == Order::AcqRel && !image.contains_key(&name) {
            continue;
        }
        let fence = (dialect.fence)(order).into_iter().map(String::from);
        assert_eq!(only(image, &name), tokens(fence), "{target}: {name}");
    }
    for (size, wide, register) in [("word", false, "w1"), ("pair", true, "x1")] {
        for order in [Order::Relaxed, Order::Release] {
            let name = format!("store_{size}_{}", order.name());
            let store = (dialect.store)(register, 2, order, wide);
            assert_eq!(only(image, &name), tokens(store), "{target}: {name}");
        }
        let name = format!("load_{size}_relaxed");
        let load = (dialect.load)(register, 2, wide);
        assert_eq!(only(image, &name), tokens([load]), "{target}: {name}");
    }
}

/// The one way through a function.
fn only(image: &Image, name: &str) -> Trace {
    let traces = traces(image, name, usize::MAX);
    assert_eq!(traces.len(), 1, "{name}: {traces:?}");
    traces.into_iter().next().unwrap()
}

fn tokens(rows: impl IntoIterator<Item = String>) -> Trace {
    let instructions = rows.into_iter().map(|row| Instruction::of_litmus(&row));
    instructions.filter_map(|it| it.token()).collect()
}

/// The accesses of one thread in a file: of the edge as core does it, beside the others.
fn expected(model: &str, [edge, thread]: Part) -> Trace {
    let edges = Edge::all();
    let edge = edges.iter().find(|it| it.name == edge).unwrap();
    let thread = edge.threads.iter().position(|it| it.name == thread);
    let path = file(&format!("{model}/{}.whole.litmus", edge.name));
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_suffix(" ;"));
    let cells = rows.map(|row| row.split('|').nth(thread.unwrap()).unwrap().to_string());
    tokens(cells)
}

/// A run of equal accesses.
fn runs(trace: &[Token]) -> Vec<(&Token, usize)> {
    let runs = trace.chunk_by(|one, other| one == other);
    runs.map(|run| (&run[0], run.len())).collect()
}

/// Whether `trace` ends with what is expected, behind nothing but loads and fences. Of plain accesses there are at least as
/// many in a row, or some at least if `short`: an empty message has no payload.
fn ends_with(trace: &[Token], expected: &[Token], short: bool) -> bool {
    let (found, expected) = (runs(trace), runs(expected));
    let Some(before) = found.len().checked_sub(expected.len()) else {
        return false;
    };
    let alike = found[before..]
        .iter()
        .zip(&expected)
        .all(|(found, expected)| {
            let many = match found.0 {
                Token::Load(_) | Token::Store(_) => short || found.1 >= expected.1,
                _ => found.1 == expected.1,
            };
            found.0 == expected.0 && many
        });
    alike && !found[..before].iter().any(|(token, _)| token.is_store())
}

/// All ways through `function` end with what is expected, and one of them in full.
fn step(target: &str, image: &Image, function: &str, expected: &Trace) {
    for trace in &traces(image, function, runs(expected).len()) {
        let ends = ends_with(trace, expected, true);
        assert!(ends, "{target}, {function}: {trace:?}, not {expected:?}");
    }
    is_found(target, image, function, expected);
}

/// One way through `function` ends with what is expected.
fn is_found(target: &str, image: &Image, function: &str, expected: &Trace) {
    let traces: BTreeSet<_> = traces(image, function, runs(expected).len());
    let found = traces.iter().any(|it| ends_with(it, expected, false));
    assert!(found, "{target}, {function}: {traces:?}, none {expected:?}");
}

/// A fence that is missing, or stands elsewhere, is seen.
#[test]
fn other_accesses_do_not_pass() {
    let tokens = |rows: &str| tokens(rows.split(';').map(String::from));
    let expected = tokens("stlr x1,[x2];dmb ish;str x1,[x3];stlr x1,[x2]");
    let found = |rows: &str, short| ends_with(&tokens(rows), &expected, short);
    assert!(found(
        "stlr x1,[x2];dmb ish;str x1,[x3];stlr x1,[x2]",
        false
    ));
    assert!(found(
        "ldr w1,[x2];stlr x1,[x2];dmb ish;str x1,[x3];stlr x1,[x2]",
        false
    ));
    assert!(!found(
        "str w1,[x2];stlr x1,[x2];dmb ish;str x1,[x3];stlr x1,[x2]",
        true
    ));
    assert!(!found("stlr x1,[x2];str x1,[x3];stlr x1,[x2]", true));
    assert!(!found(
        "stlr x1,[x2];str x1,[x3];dmb ish;stlr x1,[x2]",
        true
    ));
    assert!(!found(
        "stlr x1,[x2];dmb ishld;str x1,[x3];stlr x1,[x2]",
        true
    ));
    assert!(!found(
        "stlr x1,[x2];dmb ish;str w1,[x3];stlr x1,[x2]",
        true
    ));
    assert!(!found("stlr x1,[x2];dmb ish;str x1,[x3];str x1,[x2]", true));
}

/// A loop has ways without end. A store in it is seen, however far it is from the end.
#[test]
fn a_loop_is_walked_to_its_end() {
    let expected = tokens(["dmb ishld", "str w1,[x2]"].map(String::from));
    let ends = |inside: &str| {
        let rows = [
            "0:\tldr\tx9, [x0]",
            "4:\tldr\tw8, [x9]",
            inside,
            "c:\tcbz\tw8, 14 <f+0x14>",
            "10:\tb\t4 <f+0x4>",
            "14:\tdmb\tishld",
            "18:\tcbnz\tw8, 4 <f+0x4>",
            "1c:\tstr\tw8, [x9]",
            "20:\tret",
        ];
        let text = format!("image: aarch64\n0 <f>:\n{}\n", rows.join("\n"));
        let traces = traces(&images(&text)["aarch64"], "f", 2);
        assert!(!traces.is_empty());
        traces.iter().all(|it| ends_with(it, &expected, false))
    };
    assert!(ends("8:\tldr\tw10, [x9]"));
    assert!(!ends("8:\tstr\tw10, [x9]"));
}
