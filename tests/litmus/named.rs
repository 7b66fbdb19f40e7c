//! Does every edge that core names have its tests?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::edge::{Edge, Line, Order, Step};
use crate::{folder, verdicts, write};

/// The port, which passes on the orders that others ask for.
const PORT: [&str; 4] = ["region.rs", "words.rs", "memory.rs", "memory"];

/// An order that core asks for, and the edge that it is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    edge: String,
    order: &'static str,
    is_store: bool,
}

fn core() -> PathBuf {
    folder().join("../../core/src")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_port = PORT.iter().any(|it| core().join(it) == path);
        match path.is_dir() {
            _ if is_port => {}
            true => sources(&path, found),
            false => found.push(path),
        }
    }
}

/// Every order in core.
fn named() -> BTreeSet<Named> {
    let (mut paths, mut found) = (vec![], BTreeSet::new());
    sources(&core(), &mut paths);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let Some((order, is_store)) = order(line) else {
                continue;
            };
            let edges = edges(&lines[..at]);
            let place = format!("{}:{}", path.display(), at + 1);
            assert!(!edges.is_empty(), "{place}: no `// edge: because`");
            found.extend(edges.into_iter().map(|edge| Named {
                edge,
                order,
                is_store,
            }));
        }
    }
    found
}

/// The order that a line of code asks for, and whether that is a store's.
fn order(line: &str) -> Option<(&'static str, bool)> {
    let orders = [
        ("Acquire", "acquire"),
        ("Release", "release"),
        ("SeqCst", "seq_cst"),
    ];
    let is_code = !line.starts_with("//") && !line.starts_with("use ");
    let (_, order) = orders.into_iter().find(|(it, _)| line.contains(it))?;
    is_code.then_some((order, !line.contains("fence(")))
}

/// The edges that the comment above says: `// edge, edge: because. edge: because.`
fn edges(above: &[&str]) -> Vec<String> {
    let code = above
        .iter()
        .rev()
        .take_while(|it| !it.starts_with("// "))
        .count();
    if code > 3 {
        return vec![];
    }
    let comment = above[..above.len() - code].iter().rev();
    let comment = comment.map_while(|line| line.strip_prefix("// "));
    let mut comment: Vec<_> = comment.collect();
    comment.reverse();
    let comment = comment.join(" ");
    let names = comment
        .split(". ")
        .filter_map(|sentence| sentence.split_once(':'));
    let names = names.flat_map(|(names, _)| names.split(", "));
    names.map(str::to_lowercase).collect()
}

/// The first column of the table in `channel`.
fn table() -> Vec<String> {
    let text = fs::read_to_string(core().join("channel/mod.rs")).unwrap();
    let lines = text
        .lines()
        .skip_while(|line| !line.starts_with("//! | edge |"));
    let rows = lines
        .skip(2)
        .map_while(|line| line.strip_prefix("//! | ")?.split_once(" |"));
    rows.flat_map(|(names, _)| names.split(", "))
        .map(String::from)
        .collect()
}

fn is_tested(named: &Named, edges: &[Edge]) -> bool {
    let is_it = |line: &Line| {
        line.is_of_edge()
            && line.step.order().name() == named.order
            && matches!(line.step, Step::Store(..)) == named.is_store
    };
    let of_edge = edges.iter().filter(|edge| edge.edges.contains(&named.edge));
    let mut lines = of_edge
        .flat_map(|edge| &edge.threads)
        .flat_map(|it| &it.lines);
    lines.any(is_it)
}

#[test]
fn every_order_of_core_is_in_a_test_of_its_edge() {
    let edges = Edge::all();
    for named in &named() {
        assert!(is_tested(named, &edges), "no test has {named:?}");
    }
}

#[test]
fn every_edge_of_core_has_a_test_that_is_never_and_one_that_is_sometimes_on_each_model() {
    let (edges, rows) = (Edge::all(), verdicts::read());
    let named = named().into_iter().map(|named| named.edge);
    let named: BTreeSet<_> = named.chain(table()).collect();
    assert!(table().len() >= 12 && named.len() >= 15, "found {named:?}");
    for edge in &edges {
        let unknown = edge.edges.iter().find(|name| !named.contains(*name));
        assert_eq!(unknown, None, "{}: core has no such edge", edge.name);
    }
    for name in &named {
        for model in write::MODELS {
            for verdict in ["Never", "Sometimes"] {
                let tests = edges.iter().filter(|edge| edge.edges.contains(name));
                let files: Vec<_> = tests.map(|it| format!("{model}/{}.", it.name)).collect();
                let is_of = |file: &str| files.iter().any(|start| file.starts_with(start));
                let mut rows = rows.values();
                let found = rows.any(|row| is_of(&row.file) && row.found == verdict);
                assert!(found, "{name}: no file of {model} says {verdict}");
            }
        }
    }
}

/// A comment is read as it is meant.
#[test]
fn names_stand_before_colons() {
    let above = [
        "// one, two: because.",
        "// And so. three: because",
        "region",
    ];
    assert_eq!(edges(&above), ["one", "two", "three"]);
    assert_eq!(
        order("region.fence(SeqCst);"),
        Some((Order::SeqCst.name(), false))
    );
    assert_eq!(order(".store(at, word, Release);"), Some(("release", true)));
    assert_eq!(order("// fence(SeqCst);"), None);
}
