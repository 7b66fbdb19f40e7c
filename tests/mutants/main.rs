//! Every change that `survivors.txt` explains is of code that still exists, and has a reason.

use std::fs;
use std::path::Path;

/// A change that no fast test notices.
struct Survivor<'a> {
    file: &'a str,
    change: &'a str,
    line: &'a str,
    reason: Vec<&'a str>,
}

fn survivors(list: &str) -> Vec<Survivor<'_>> {
    let paragraphs = list.split("\n\n").skip(1);
    paragraphs.map(survivor).collect()
}

fn survivor(paragraph: &str) -> Survivor<'_> {
    let mut lines = paragraph.trim_end().lines();
    let (file, change) = lines.next().unwrap().split_once(": ").expect(paragraph);
    let line = lines.next().expect(paragraph).trim();
    Survivor {
        file,
        change,
        line,
        reason: lines.map(str::trim).collect(),
    }
}

/// The function that a change is in, as "replace + with - in Type::function" names it, or "replace Type::function -> u32 with 0".
/// `None` for a change of a constant, as "delete !".
fn function(change: &str) -> Option<&str> {
    let named = match change.rsplit_once(" in ") {
        Some((_, name)) => name,
        None => change.split(' ').nth(1).unwrap(),
    };
    let name = named.rsplit("::").next()?;
    name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        .then_some(name)
}

/// What is wrong with a survivor, of the sources as they are.
fn wrong(survivor: &Survivor<'_>) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(survivor.file);
    let Ok(source) = fs::read_to_string(path) else {
        return Some("no such file".into());
    };
    let function = function(survivor.change);
    if let Some(name) = function.filter(|name| !source.contains(&format!("fn {name}"))) {
        return Some(format!("no function {name}"));
    }
    if !source.lines().any(|line| line.trim() == survivor.line) {
        return Some(format!("no line `{}`", survivor.line));
    }
    survivor.reason.is_empty().then(|| "no reason".into())
}

#[test]
fn every_explained_survivor_is_of_this_code() {
    let list = include_str!("survivors.txt");
    for survivor in survivors(list) {
        let place = format!("{}: {}", survivor.file, survivor.change);
        assert_eq!(wrong(&survivor), None, "{place}");
    }
}

#[test]
fn what_no_longer_exists_is_noticed() {
    let entry = "core/src/credits.rs: replace + with - in no_such\n    let x = 1;\n    Because.";
    assert_eq!(wrong(&survivor(entry)), Some("no function no_such".into()));
    assert_eq!(
        function("replace Credits::pending -> u32 with 0"),
        Some("pending")
    );
    assert_eq!(function("delete !"), None);
    assert_eq!(
        function("replace + with - in Credits<R>::pending"),
        Some("pending")
    );
}
