//! Building in a copy of the sources, and which lines the compiler refuses.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Where the compiler found an error: file and line.
pub(crate) type Refused = (String, usize);

/// Test programs by name.
pub(crate) type Programs = Vec<(String, PathBuf)>;

fn cargo(tree: &Path, target: &Path, arguments: &[&str]) -> Output {
    Command::new("cargo")
        .current_dir(tree)
        .args(arguments)
        .args(["--profile", "mutants", "--message-format", "json"])
        .env("CARGO_TARGET_DIR", target)
        // The choice of a mutant needs an unstable function of the language's library.
        .env("RUSTC_BOOTSTRAP", "ramframe_core")
        .stderr(Stdio::inherit())
        .output()
        .unwrap()
}

fn messages(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines();
    lines.filter_map(|l| serde_json::from_str(l).ok()).collect()
}

/// The errors of core in `tree`; none if it is well.
pub(crate) fn check(tree: &Path, target: &Path) -> Vec<Refused> {
    let output = cargo(tree, target, &["check", "--package", "ramframe-core"]);
    let messages = messages(&output);
    let errors = messages.iter().map(|m| &m["message"]);
    let errors = errors.filter(|m| m["level"] == "error");
    let refused: Vec<Refused> = errors.flat_map(places).collect();
    assert_eq!(
        output.status.success(),
        refused.is_empty(),
        "core in {tree:?}"
    );
    refused
}

/// The places that an error is about.
fn places(message: &Value) -> Vec<Refused> {
    let spans = message["spans"].as_array().unwrap();
    let place = |span: &Value| {
        let file = span["file_name"].as_str().unwrap();
        (
            file.to_string(),
            span["line_start"].as_u64().unwrap() as usize,
        )
    };
    spans.iter().map(place).collect()
}

/// The programs of those of these tests that build.
pub(crate) fn programs(tree: &Path, target: &Path, tests: &[&str], flags: &[&str]) -> Programs {
    let mut arguments = vec!["build", "--keep-going", "--package", "ramframe-tests"];
    arguments.extend(tests.iter().flat_map(|test| ["--test", test]));
    arguments.extend(flags);
    let output = cargo(tree, target, &arguments);
    messages(&output).iter().filter_map(program).collect()
}

fn program(message: &Value) -> Option<(String, PathBuf)> {
    let path = message["executable"].as_str()?;
    Some((message["target"]["name"].as_str()?.into(), path.into()))
}
