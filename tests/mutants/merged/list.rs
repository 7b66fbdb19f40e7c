//! The mutants, as cargo-mutants lists them.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A place in a file: line and column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: usize,
    column: usize,
}

/// From the first place to just before the second.
pub(crate) type Span = (Place, Place);

/// One small change of the code.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    /// File, line, column, and what is changed in which function.
    pub(crate) name: String,
    pub(crate) file: String,
    /// What is replaced.
    pub(crate) span: Span,
    pub(crate) replacement: String,
    /// The whole function around it; `None` if the change is in the value of a constant.
    pub(crate) function: Option<Span>,
}

impl Mutant {
    /// The file's text with this change.
    pub(crate) fn apply(&self, text: &str) -> String {
        let (from, to) = (offset(text, self.span.0), offset(text, self.span.1));
        format!("{}{}{}", &text[..from], self.replacement, &text[to..])
    }
}

/// The offset of a place.
pub(crate) fn offset(text: &str, place: Place) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(place.line - 1)
        .map(str::len)
        .sum();
    let line = &text[before..];
    let column = line.char_indices().nth(place.column - 1);
    column.map_or(text.len(), |(at, _)| before + at)
}

/// The list in the file at `path`, from `cargo mutants --list --json`.
pub(crate) fn read(path: &Path) -> Vec<Mutant> {
    let list: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    list.iter().map(mutant).collect()
}

fn mutant(value: &Value) -> Mutant {
    let text = |key: &str| value[key].as_str().unwrap().to_string();
    let function = &value["function"];
    Mutant {
        name: text("name"),
        file: text("file"),
        span: span(&value["span"]),
        replacement: text("replacement"),
        function: (!function.is_null()).then(|| span(&function["span"])),
    }
}

fn span(value: &Value) -> Span {
    (place(&value["start"]), place(&value["end"]))
}

fn place(value: &Value) -> Place {
    let number = |key: &str| value[key].as_u64().unwrap() as usize;
    Place {
        line: number("line"),
        column: number("column"),
    }
}
