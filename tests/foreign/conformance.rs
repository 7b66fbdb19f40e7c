//! Does the header agree with the conformance suite, word for word?

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

/// The header with a hook at each access, which also sees that the access is inside of the region and aligned. The compiler's
/// own checks see what the header does to this program's memory.
const SOURCES: [&str; 4] = [
    "conform.c",
    "hooked.c",
    "-D_GNU_SOURCE",
    "-fsanitize=address,undefined",
];

fn conforms(name: &str, width: &str) {
    let Some(client) = compiled_with(name, &[&SOURCES[..], &[width]].concat()) else {
        return;
    };
    let output = Command::new(client).args(files()).output().unwrap();
    let says = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && errors.is_empty(),
        "{says}{errors}"
    );
    assert_eq!(says.matches(" cases, 0 differ").count(), files().len());
}

#[test]
fn of_a_64_bit_machine() {
    conforms("conformance-wide", "-DRAMFRAME_WIDE=1");
}

/// The same machine, with two accesses of 32 bits for each pair.
#[test]
fn of_a_32_bit_machine() {
    conforms("conformance-narrow", "-DRAMFRAME_WIDE=0");
}
