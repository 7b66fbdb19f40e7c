//! The same where caches do not cohere, each side with one of its own, whose lines come in as early as they may and go out late and
//! whole. Each place in the header that cleans or invalidates, left out, makes something differ.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::differential::{Kind, conform_with, lives};

/// Places that no script here can need: a format stores every word of a receiver that is believed afterwards, and nobody waits for
/// another line's old words.
const UNSEEN: [&str; 1] = ["RAMFRAME_INVALIDATE(c->base + line, (size_t)32);"];

/// The lines of the header that clean or invalidate, by number.
fn places() -> Vec<(usize, String)> {
    let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/c/ramframe.h");
    let text = fs::read_to_string(header).unwrap();
    let is_place = |line: &str| {
        let called = line.contains("RAMFRAME_CLEAN(") || line.contains("RAMFRAME_INVALIDATE(");
        called && line.starts_with(' ') && !line.starts_with(" *")
    };
    let lines = (1..).zip(text.lines().map(String::from));
    lines.filter(|(_, line)| is_place(line)).collect()
}

/// The suite, and random lives.
fn scripts(width: u32) -> Vec<PathBuf> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/conformance");
    let files = fs::read_dir(suite)
        .unwrap()
        .map(|file| file.unwrap().path());
    let lives_at = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cached-{width}.txt"));
    fs::write(&lives_at, lives(Kind::OneGeneration, width)).unwrap();
    let is_script = |path: &PathBuf| path.extension().is_some_and(|end| end == "txt");
    files.filter(is_script).chain([lives_at]).collect()
}

fn agrees(conform: &Path, scripts: &[PathBuf], left_out: usize) -> bool {
    let mut command = Command::new(conform);
    command.env("LEFT_OUT", left_out.to_string()).args(scripts);
    let output = command.output().unwrap();
    output.status.success()
}

#[test]
fn each_place_is_needed_and_all_suffice() {
    let mut unneeded = places();
    assert!(unneeded.len() > 10);
    for width in [64, 32] {
        let Some(conform) = conform_with(width, "-DINCOHERENT") else {
            return;
        };
        let scripts = scripts(width);
        assert!(agrees(&conform, &scripts, 0), "{width}");
        unneeded.retain(|&(line, _)| agrees(&conform, &scripts, line));
    }
    unneeded.retain(|(_, line)| !UNSEEN.contains(&line.trim()));
    assert!(unneeded.is_empty(), "{unneeded:?}");
}
