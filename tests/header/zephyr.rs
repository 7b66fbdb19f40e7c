//! Does the sample for Zephyr compile and run? Zephyr itself is not here: `zephyr/` has by POSIX threads what the sample uses of it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::compilers::{compiler, has, run};

#[test]
fn the_sample_runs_on_threads() {
    if !has("gcc") {
        return;
    }
    let program = format!("{}/zephyr-sample", env!("CARGO_TARGET_TMPDIR"));
    let flags = [
        "-std=gnu11",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pthread",
    ];
    let folders = [
        "-I../../core/c",
        "-Izephyr",
        "../../core/c/zephyr/sample/src/main.c",
    ];
    run(compiler("gcc")
        .args(flags)
        .args(folders)
        .args(["-o", &program]));
    let mut sample = Command::new(program)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(sample.stdout.take().unwrap()).lines();
    let heard: Vec<_> = lines.take(5).map(Result::unwrap).collect();
    sample.kill().unwrap();
    sample.wait().unwrap();
    let expected: Vec<_> = (0..5).map(|number| format!("Received: {number}")).collect();
    assert_eq!(heard, expected);
}
