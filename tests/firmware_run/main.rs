//! Does the core build for chips, run on them, and stay small? Asked of `tests/firmware/run`, which needs minutes, a compiler
//! for chips and an emulator: so only on request.
//!
//! Without the test harness, so that whoever runs `cargo test` sees that it was left out, and why.

use std::path::Path;
use std::process::{Command, ExitCode, exit};

/// What `run` says when something is missing here.
const MISSING: i32 = 77;

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    if !is_set("RAMFRAME_FIRMWARE", "1") {
        println!(
            "firmware: skipped, it takes minutes. RAMFRAME_FIRMWARE=1 cargo test --test firmware runs it"
        );
        return ExitCode::SUCCESS;
    }
    for question in ["build", "lint", "test", "mixed", "size", "pair"] {
        run(question);
    }
    ExitCode::SUCCESS
}

fn is_set(name: &str, value: &str) -> bool {
    std::env::var(name).is_ok_and(|it| it == value)
}

fn run(question: &str) {
    let run = Path::new(env!("CARGO_MANIFEST_DIR")).join("firmware/run");
    // What this cargo has set for its own children is not meant for the other workspace.
    let status = Command::new(run)
        .arg(question)
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .status()
        .expect("bash runs tests/firmware/run");
    if status.code() == Some(MISSING) && !is_set("CI", "true") {
        println!("firmware: skipped {question}, see above for what is missing");
    } else if !status.success() {
        println!("firmware: {question} failed");
        exit(1);
    }
}
