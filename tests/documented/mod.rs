//! Is a line of `--json` what host/JSON.md says? For tests that read such lines.
#![allow(
    dead_code,
    reason = "several tests share this folder, and not each uses all of it"
)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

const PAGE: &str = include_str!("../../host/JSON.md");

/// The type of each field, by the name of the object.
type Tables = BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>;

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let sections = PAGE.split("\n### `").skip(1);
    let table = |section: &'static str| {
        let (name, rest) = section.split_once('`').unwrap();
        let rest = rest.split("\n## ").next().unwrap();
        let fields = rest.lines().filter_map(field).collect();
        (name, fields)
    };
    sections.map(table).collect()
});

/// A row of a table: the field, and its type.
fn field(row: &'static str) -> Option<(&'static str, &'static str)> {
    let (name, rest) = row.strip_prefix("| `")?.split_once("` | ")?;
    Some((name, rest.split(" | ").next()?))
}

/// The objects that the page describes.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLES.keys().copied()
}

/// Parses a line, which must be the object of this name, and returns it.
pub(crate) fn object(name: &str, line: &str) -> Value {
    let value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    check(name, &value);
    value
}

/// The same for a line of `host recv`, which says itself what it is.
pub(crate) fn event(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    check(value["event"].as_str().expect(line), &value);
    value
}

fn check(name: &str, value: &Value) {
    let table = TABLES
        .get(name)
        .unwrap_or_else(|| panic!("{name} is not documented"));
    let object = value.as_object().expect("an object");
    let fields: Vec<_> = object.keys().map(String::as_str).collect();
    let documented: Vec<_> = table.keys().copied().collect();
    let sorted = |mut names: Vec<&str>| {
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(sorted(fields), sorted(documented), "{name}: {value}");
    for (field, kind) in table {
        let found = &object[*field];
        assert!(
            kind.split(" or ").any(|kind| is(kind, found)),
            "{name}: `{field}` is {found}, and not {kind}"
        );
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "integer" => value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array of receiver" => value.as_array().is_some_and(|all| {
            all.iter().for_each(|one| check("receiver", one));
            true
        }),
        literal => serde_json::from_str(literal).is_ok_and(|literal: Value| literal == *value),
    }
}
