//! All mutants in one copy of core. Each function has all its mutants as arms of a `match`, and a program chooses one when it starts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use crate::list::{Mutant, Place, offset};
use crate::sources;

/// The module that says which mutant was chosen. Constants are computed by the compiler, for which nothing is chosen: a test that
/// needs such a constant does not build with the feature `pure`.
const CHOICE: &str = r#"//! Which mutant was chosen.
#![allow(missing_docs, clippy::all, internal_features)]
extern crate std;
static CHOSEN: std::sync::LazyLock<usize> = std::sync::LazyLock::new(|| {
    std::env::var("RAMFRAME_MUTANT").map_or(usize::MAX, |number| number.parse().unwrap())
});
fn at_run_time() -> usize {
    *CHOSEN
}
const fn at_compile_time() -> usize {
    if cfg!(feature = "pure") {
        panic!("a constant depends on a mutant");
    }
    usize::MAX
}
#[inline]
pub(crate) const fn chosen() -> usize {
    core::intrinsics::const_eval_select((), at_compile_time, at_run_time)
}
"#;

/// The lines of a merged file that are of one mutant.
pub(crate) struct Arm {
    file: String,
    lines: Range<usize>,
    pub(crate) mutant: usize,
}

impl Arm {
    /// Whether this place, in a merged file, is of this mutant.
    pub(crate) fn contains(&self, (file, line): &(String, usize)) -> bool {
        *file == self.file && self.lines.contains(line)
    }
}

/// The files that are changed besides those of the mutants.
pub(crate) const CHANGED: [&str; 2] = ["core/src/lib.rs", "core/Cargo.toml"];

/// The file that is added.
pub(crate) const ADDED: &str = "core/src/mutant.rs";

/// The functions of a file that have mutants, and the numbers of these.
type Functions = BTreeMap<(Place, Place), Vec<usize>>;

/// Rewrites core in the tree at `to` from that at `from`, with all mutants but those that are `out`.
pub(crate) fn merge(list: &[Mutant], out: &BTreeSet<usize>, from: &Path, to: &Path) -> Vec<Arm> {
    let mut files: BTreeMap<&str, Functions> = BTreeMap::new();
    for (number, mutant) in list.iter().enumerate() {
        let functions = files.entry(&mutant.file).or_default();
        if let Some(function) = mutant.function.filter(|_| !out.contains(&number)) {
            functions.entry(function).or_default().push(number);
        }
    }
    let mut arms = Vec::new();
    for (file, functions) in &files {
        let text = fs::read_to_string(from.join(file)).unwrap();
        let merged = merged(list, file, &text, functions, &mut arms);
        sources::write(&to.join(file), merged.as_bytes());
    }
    add_choice(from, to);
    arms
}

/// One file. From its end to its beginning, so that places before a changed function stay.
fn merged(
    list: &[Mutant],
    file: &str,
    text: &str,
    functions: &Functions,
    arms: &mut Vec<Arm>,
) -> String {
    let mut merged = String::new();
    let mut done = 0;
    for (function, mutants) in functions {
        let (from, to) = (offset(text, function.0), offset(text, function.1));
        let body = from + body(&text[from..to]);
        merged += &text[done..body];
        merged += "{ match crate::mutant::chosen() {\n";
        for &number in mutants {
            let changed = list[number].apply(text);
            let end = changed.len() - (text.len() - to);
            let first = merged.lines().count() + 1;
            merged += &format!("{number} => {}\n", &changed[body..end]);
            arms.push(Arm {
                file: file.into(),
                lines: first..merged.lines().count() + 1,
                mutant: number,
            });
        }
        merged += &format!("_ => {}\n}} }}", &text[body..to]);
        done = to;
    }
    merged + &text[done..]
}

/// Where the body of a function begins, after its docs, its attributes and its signature.
pub(crate) fn body(function: &str) -> usize {
    let mut at = 0;
    for line in function.split_inclusive('\n') {
        let is_above = line.trim_start().starts_with("//") || line.trim_start().starts_with("#[");
        match line.find('{').filter(|_| !is_above) {
            Some(column) => return at + column,
            None => at += line.len(),
        }
    }
    panic!("no body: {function}")
}

/// Adds the module to core, and the feature.
fn add_choice(from: &Path, to: &Path) {
    let write = |file: &str, text: &str| sources::write(&to.join(file), text.as_bytes());
    let read = |file: &str| fs::read_to_string(from.join(file)).unwrap();
    write(ADDED, CHOICE);
    let root = read("core/src/lib.rs");
    let features = "#![feature(core_intrinsics, const_eval_select)]\n";
    write(
        "core/src/lib.rs",
        &format!("{features}{root}\nmod mutant;\n"),
    );
    let manifest = read("core/Cargo.toml").replace("[features]\n", "[features]\npure = []\n");
    // Nobody reads this code.
    let manifest = manifest.replace("[lints]\nworkspace = true\n", "");
    write("core/Cargo.toml", &manifest);
}
