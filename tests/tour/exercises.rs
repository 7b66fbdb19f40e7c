//! Does the check of the exercises tell a mended program from a broken one, whoever wrote it?

#[path = "../asked/mod.rs"]
mod asked;

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::processes::Running;
use asked::asked;

const EXERCISES: [&str; 5] = ["torn", "lost", "stays", "waits", "crash"];

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tour"))
}

fn has_gcc() -> bool {
    let has_gcc = Command::new("gcc").arg("--version").output().is_ok();
    asked(has_gcc, "`gcc`, to compile the exercises")
}

/// What `check.sh` says of these files, and its exit code.
fn check(files: &[&Path]) -> (Vec<String>, i32) {
    let mut command = Command::new(folder().join("check.sh"));
    command.args(files);
    let ended = Running::start(command).end();
    // The compiler's warnings stand there too.
    let is_clean = ended.code == Some(2) || ended.errors.is_empty();
    assert!(is_clean, "{ended:?}");
    (ended.lines, ended.code.unwrap())
}

/// What it says of an attempt at `exercise` that is `file`, with the first text in place of the second.
fn attempt(exercise: &str, file: &str, edit: [&str; 2]) -> (Vec<String>, i32) {
    let dir = TempDir::new().unwrap();
    let text = fs::read_to_string(folder().join(file)).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    assert!(rest.contains(edit[1]), "{file} has no {:?}", edit[1]);
    let text = format!(
        "/* Exercise: {exercise}\n{}",
        rest.replace(edit[1], edit[0])
    );
    let mine = dir.path().join("mine.c");
    fs::write(&mine, text).unwrap();
    check(&[&mine])
}

const AS_IT_IS: [&str; 2] = ["", ""];

#[test]
fn each_broken_file_fails_and_each_mended_one_passes() {
    if !has_gcc() {
        return;
    }
    let (lines, code) = check(&[]);
    assert_eq!((lines.len(), code), (10, 0), "{lines:#?}");
    for (exercise, said) in EXERCISES.iter().zip(lines.chunks(2)) {
        assert!(
            said[0].starts_with(&format!("{exercise}: FAILED: ")),
            "{said:?}"
        );
        assert_eq!(said[1], format!("{exercise}: passed"));
    }
}

/// One file mends all five faults.
#[test]
fn an_attempt_is_judged_by_what_it_does() {
    if !has_gcc() {
        return;
    }
    for exercise in EXERCISES {
        let passed = (vec![format!("{exercise}: passed")], 0);
        assert_eq!(attempt(exercise, "crash/mended.c", AS_IT_IS), passed);
    }
}

#[test]
fn a_lock_keeps_texts_whole() {
    if !has_gcc() {
        return;
    }
    let passed = (vec!["torn: passed".to_string()], 0);
    assert_eq!(attempt("torn", "crash/broken.c", AS_IT_IS), passed);
}

#[test]
fn half_a_remedy_is_none() {
    if !has_gcc() {
        return;
    }
    let pause = [
        "{ usleep(1000); if (now() >= end) return 0; }",
        "if (now() >= end)\n            return 0;",
    ];
    for (exercise, file, edit, why) in [
        (
            "waits",
            "waits/broken.c",
            pause,
            "the receiver sleeps for a time",
        ),
        (
            "waits",
            "lost/mended.c",
            AS_IT_IS,
            "the receiver sleeps for a time",
        ),
        (
            "lost",
            "stays/broken.c",
            AS_IT_IS,
            "a text was lost: the receiver got CIEPLO",
        ),
        ("crash", "torn/broken.c", AS_IT_IS, "got \"CIMNO\""),
        (
            "stays",
            "torn/mended.c",
            AS_IT_IS,
            "the segment is still there",
        ),
    ] {
        let (lines, code) = attempt(exercise, file, edit);
        assert_eq!(
            (lines.len(), code),
            (1, 1),
            "{exercise} with {file}: {lines:?}"
        );
        assert!(lines[0].contains(why), "{exercise} with {file}: {lines:?}");
    }
}

#[test]
fn a_file_that_is_no_attempt_is_refused() {
    if !has_gcc() {
        return;
    }
    let (lines, code) = attempt("torn", "torn/broken.c", ["in", "int"]);
    assert_eq!(
        (lines.len(), code),
        (0, 2),
        "it does not compile: {lines:?}"
    );
    let (lines, code) = check(&[&folder().join("exercise.h")]);
    assert_eq!(
        (lines.len(), code),
        (0, 2),
        "it says no exercise: {lines:?}"
    );
}
