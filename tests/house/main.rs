//! The library of `host` stays small: few crates below it, no circle between its files, no long file and no long function.

mod circle;
mod source;

use std::collections::BTreeSet;
use std::process::Command;

use source::{Source, python, sources};

/// What the library may bring with it.
const CRATES: usize = 12;

/// Lines of code of the library, without the command line, what shares messages and what waits for many.
const LIBRARY: usize = 4800;

/// Lines of code that wait for many: they have a bound of their own.
const WAITING: usize = 1250;
const WAITING_FILES: [&str; 9] = [
    "select",
    "receiver/descriptor",
    "receiver/look",
    "receiver/task",
    "sender/task",
    "sys/thread",
    "wait/alarm",
    "wait/any",
    "wait/watch",
];

/// Lines of code of what shares messages among workers, which stands on the library.
const SHARE: usize = 850;

/// Lines of code of the Python package that are written in Rust.
const PYTHON: usize = 2500;

/// Lines of code in a file, and in a function.
const FILE: usize = 300;
const FUNCTION: usize = 40;

/// The crates below the library that become a part of a program: what makes code while it is compiled is none.
fn below() -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            "ramframe-host",
            "--no-default-features",
        ])
        .args(["--edges", "normal,no-proc-macro", "--prefix", "none"])
        .args(["--locked", "--offline"])
        .output()
        .unwrap();
    assert!(tree.status.success());
    let text = String::from_utf8(tree.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names
        .map(String::from)
        .filter(|name| name != "ramframe-host")
        .collect()
}

#[test]
#[ignore = "starts cargo, as .ci/run does"]
fn few_crates_are_below_the_library() {
    let below = below();
    assert!(below.len() <= CRATES, "{below:?}");
    assert!(!below.contains("clap"));
}

#[test]
fn no_file_uses_one_that_uses_it() {
    for sources in [sources(), python()] {
        let circles = circle::circles(&sources);
        assert!(circles.is_empty(), "{circles:#?}");
    }
}

/// The Python package says in Python what the library does, and adds little to it.
#[test]
fn the_python_package_is_small() {
    let lines: usize = python().iter().map(|source| source.lines().count()).sum();
    assert!(lines <= PYTHON, "{lines} lines");
}

/// Lines that are not blank, no comment, and in no test.
#[test]
fn the_library_is_small() {
    let sources = sources();
    let is_library = |source: &&Source| match source.path.first().map(String::as_str) {
        Some("bin" | "cli" | "main" | "share") => false,
        Some("sys") => source.path.get(1).is_none_or(|folder| folder != "cli"),
        _ => true,
    };
    let waits = |source: &&Source| {
        let path = source.path.join("/");
        WAITING_FILES
            .iter()
            .any(|name| path == *name || path.starts_with(&format!("{name}/")))
    };
    let library = sources.iter().filter(is_library);
    let (waiting, rest): (Vec<_>, Vec<_>) = library.partition(waits);
    let lines = |sources: &[&Source]| -> usize {
        sources.iter().map(|source| source.lines().count()).sum()
    };
    let is_share = |source: &&Source| source.path.first().is_some_and(|first| first == "share");
    let share: Vec<_> = sources.iter().filter(is_share).collect();
    for (of, bound) in [(rest, LIBRARY), (waiting, WAITING), (share, SHARE)] {
        assert!(lines(&of) <= bound, "{} lines, at most {bound}", lines(&of));
    }
}

#[test]
fn no_file_and_no_function_is_long() {
    let sources: Vec<_> = sources().into_iter().chain(python()).collect();
    let long_file = |source: &&Source| source.lines().count() > FILE;
    let files: Vec<_> = sources
        .iter()
        .filter(long_file)
        .map(|source| &source.path)
        .collect();
    assert!(files.is_empty(), "{files:?}");
    let functions = sources.iter().flat_map(Source::functions);
    let functions: Vec<_> = functions.filter(|(_, lines)| *lines > FUNCTION).collect();
    assert!(functions.is_empty(), "{functions:?}");
}

/// Only `sys` has unsafe code, in the library and in the Python package, where it is one file: a caller's buffer is a pointer.
#[test]
fn unsafe_code_is_in_one_folder() {
    let sources: Vec<_> = sources().into_iter().chain(python()).collect();
    let is_unsafe = |source: &&Source| source.lines().any(|line| line.contains("unsafe "));
    let elsewhere = |source: &&Source| source.path.first().is_none_or(|folder| folder != "sys");
    let files: Vec<_> = sources.iter().filter(is_unsafe).filter(elsewhere).collect();
    assert!(files.is_empty(), "{files:?}");
}

/// Files that may name a standard stream to write to it, and macros that print past the printer.
const PRINTERS: [&str; 3] = ["cli/output", "cli/streams", "cli/stream/recv"];
const WRITES: [&str; 8] = [
    "println!",
    "print!",
    "dbg!",
    "stdout()",
    "stderr()",
    "stdio::write",
    "streams::write(",
    "writeln!(io",
];

/// What a process prints goes through the one printer, which escapes what comes from outside, or is bytes as they are.
#[test]
fn one_file_writes_to_the_standard_streams() {
    let sources = sources();
    let elsewhere = |source: &&Source| !PRINTERS.contains(&&*source.path.join("/"));
    let writes = |line: &&str| {
        let is_asked = line.contains("is_terminal()") || line.contains("use_stderr()");
        !is_asked && WRITES.iter().any(|write| line.contains(write))
    };
    let found: Vec<_> = sources
        .iter()
        .filter(elsewhere)
        .flat_map(|source| {
            source
                .lines()
                .filter(writes)
                .map(|line| (&source.path, line))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
    let raw: Vec<_> = sources
        .iter()
        .filter(|source| source.lines().any(|line| line.contains(".bytes(payload)")))
        .map(|source| source.path.join("/"))
        .collect();
    assert_eq!(raw, ["cli/print"]);
}
