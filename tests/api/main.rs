//! The public API of both libraries is what `core.txt` and `host.txt` list, so that it changes only on purpose.
//!
//! A nightly compiler makes the lists; `cargo api` writes them again. Where no nightly is installed, the test says that it was
//! skipped.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use public_api::PublicApi;

const RECORD: &str = "RAMFRAME_RECORD";

/// The nightly compiler's cargo. What the cargo of this test has set for its own children is not meant for another one.
fn nightly() -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo"]);
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "RUSTFLAGS"] {
        command.env_remove(name);
    }
    command
}

fn has_nightly() -> bool {
    let found = nightly().arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

/// Has the nightly compiler describe a library, with all features, as JSON.
fn described(package: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("api");
    let output = nightly()
        .args([
            "rustdoc",
            "--locked",
            "--lib",
            "--all-features",
            "--package",
            package,
        ])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{package}: {said}");
    target.join(format!("doc/{}.json", package.replace('-', "_")))
}

/// One line for each public item; none for what every type has of a trait by itself. Nothing where this nightly describes in
/// a form that `public-api` does not read.
fn listed(package: &str) -> Option<String> {
    let api = public_api::Builder::from_rustdoc_json(described(package))
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build();
    let lines = |api: PublicApi| api.items().map(|item| format!("{item}\n")).collect();
    api.map(lines)
        .inspect_err(|error| {
            println!("skipped: the nightly here and public-api do not fit: {error}");
        })
        .ok()
}

/// The lines of `one` that `other` has not.
fn only_in(one: &str, other: &str) -> Vec<String> {
    let other: BTreeSet<&str> = other.lines().collect();
    let only = one.lines().filter(|line| !other.contains(line));
    only.map(String::from).collect()
}

fn compare(package: &str, list: &str) {
    if !has_nightly() {
        return println!(
            "skipped: no nightly compiler is installed (rustup toolchain install nightly)"
        );
    }
    let Some(now) = listed(package) else {
        return;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("api").join(list);
    if env::var_os(RECORD).is_some() {
        return fs::write(path, now).unwrap();
    }
    let stored = fs::read_to_string(path).unwrap();
    let (gone, new) = (only_in(&stored, &now), only_in(&now, &stored));
    assert!(
        gone.is_empty() && new.is_empty(),
        "if that is meant, `cargo api`, and a line in CHANGELOG.md\nno longer there: {gone:#?}\nnew: {new:#?}"
    );
}

#[test]
#[ignore = "starts cargo, as .ci/run does"]
fn core_has_the_items_of_its_list() {
    compare("ramframe-core", "core.txt");
}

#[test]
#[ignore = "starts cargo, as .ci/run does"]
fn host_has_the_items_of_its_list() {
    compare("ramframe-host", "host.txt");
}
