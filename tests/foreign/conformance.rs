//! Does the C client agree with the conformance suite, word for word?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compiled::compiled_with;

/// The files of the suite.
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/conformance");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let paths = entries.map(|entry| entry.path());
    let files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    assert!(files.len() >= 5, "{files:?}");
    files
}

fn conforms(name: &str, flags: &[&str]) {
    let Some(client) = compiled_with(name, flags) else {
        return;
    };
    let mut command = Command::new(client);
    let output = command.arg("conform").args(files()).output().unwrap();
    let says = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{says}");
    assert_eq!(says.matches(" cases, 0 differ").count(), files().len());
}

#[test]
fn of_a_64_bit_machine() {
    conforms("conformance-wide", &[]);
}

/// The same machine, with two accesses of 32 bits for each pair.
#[test]
fn of_a_32_bit_machine() {
    conforms("conformance-narrow", &["-DRF_NARROW"]);
}
