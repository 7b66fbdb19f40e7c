//! Does README.md list every source, and every weaker order that makes no difference?

use std::fs;

use crate::edge::Edge;
use crate::{folder, verdicts};

fn has(row: &str) {
    let text = fs::read_to_string(folder().join("README.md")).unwrap();
    assert!(text.lines().any(|line| line == row), "no row\n{row}");
}

#[test]
fn readme_lists_every_source() {
    for edge in Edge::all() {
        let edges = match edge.edges.join(", ") {
            none if none.is_empty() => "none".into(),
            some => some,
        };
        let Edge { name, means, .. } = edge;
        has(&format!(
            "| [{name}](edges/{name}.edge) | {edges} | {means} |"
        ));
    }
}

#[test]
fn readme_says_which_weaker_orders_make_no_difference() {
    let rows = verdicts::read();
    for row in rows.values().filter(|row| !row.reason.is_empty()) {
        let (model, name) = row.file.split_once('/').unwrap();
        let name = name.strip_suffix(".litmus").unwrap();
        let model = match model {
            "aarch64" => "AArch64",
            "riscv" => "RISC-V",
            other => panic!("{name}: in {other} every order makes a difference"),
        };
        has(&format!("| `{name}` | {model} | {} |", row.reason));
    }
}
