//! The table of `core/COST.md`: reading it, writing it, and where it is wrong.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::edges::{Costs, EDGES};

const HEAD: &str = "\
| edge | `send`, overwrite | `recv`, overwrite | `send`, backpressure | `recv`, backpressure | bytes, overwrite | bytes, backpressure |
|---|--:|--:|--:|--:|--:|--:|
";

/// By how much a figure may differ: this part of it, or so many instructions or bytes.
const SLACK: f64 = 0.1;
const INSTRUCTIONS: f64 = 5.0;
const BYTES: f64 = 24.0;

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../core/COST.md")
}

/// The table, with a column for each of `columns`.
pub(crate) fn text(columns: &[Costs]) -> String {
    let mut table = HEAD.to_string();
    for (row, (name, _)) in EDGES.iter().enumerate() {
        write!(table, "| {name} |").unwrap();
        for column in columns {
            write!(table, " {:.0} |", column.0[row]).unwrap();
        }
        table.push('\n');
    }
    table
}

/// Where the table of the page begins and ends.
fn place(page: &str) -> (usize, usize) {
    let start = page.find(HEAD).expect("the table of edges has its head");
    let rest = &page[start..];
    (
        start,
        start + rest.find("\n\n").map_or(rest.len(), |end| end + 1),
    )
}

pub(crate) fn store(columns: &[Costs]) {
    let mut text_of_page = fs::read_to_string(page()).unwrap();
    let (start, end) = place(&text_of_page);
    text_of_page.replace_range(start..end, &text(columns));
    fs::write(page(), text_of_page).unwrap();
}

/// The figures of the page.
fn stored() -> Vec<Vec<f64>> {
    let page = fs::read_to_string(page()).unwrap();
    let (start, end) = place(&page);
    let rows = page[start + HEAD.len()..end].lines();
    let numbers = |row: &str| {
        row.split('|')
            .filter_map(|cell| cell.trim().parse().ok())
            .collect()
    };
    rows.map(numbers).collect()
}

/// A line for each figure that is too far from that of the page. The first `instructions` columns are counts, the others bytes.
pub(crate) fn wrong(columns: &[Costs], instructions: usize) -> String {
    let (stored, mut wrong) = (stored(), String::new());
    assert_eq!(stored.len(), EDGES.len(), "a row for each edge");
    for (row, (name, _)) in EDGES.iter().enumerate() {
        for (index, column) in columns.iter().enumerate() {
            let least = if index < instructions {
                INSTRUCTIONS
            } else {
                BYTES
            };
            let (before, now) = (stored[row][index], column.0[row]);
            if (now - before).abs() > (before * SLACK).max(least) {
                writeln!(
                    wrong,
                    "{name}, column {}: {before} in the page, {now:.0} now",
                    index + 1
                )
                .unwrap();
            }
        }
    }
    wrong
}
