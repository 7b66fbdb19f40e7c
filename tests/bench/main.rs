//! Does `host bench` measure every transport, check what it carries, and say what a script reads? Not how fast: that is for
//! a quiet machine.

#[path = "../asked/mod.rs"]
mod asked;
#[path = "../documented/mod.rs"]
mod documented;
#[path = "../processes/mod.rs"]
mod processes;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};
use std::thread;

use asked::asked;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use processes::{Folder, until};
use serde_json::Value;

fn bench(args: &[&str]) -> Output {
    let mut host = Command::new(env!("CARGO_BIN_EXE_host"));
    host.args(["bench", "--seconds", "1"]);
    host.args(args).output().unwrap()
}

/// Each process has a core of its own, or there is nothing to measure.
fn has_two_cores() -> bool {
    let two = thread::available_parallelism().is_ok_and(|cores| cores.get() > 1);
    asked(two, "two cores")
}

fn rows(output: &Output) -> Vec<Value> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines();
    lines.map(|line| documented::object("row", line)).collect()
}

#[test]
fn every_row_says_what_was_found() {
    if !has_two_cores() {
        return;
    }
    let rows = rows(&bench(&["--json", "--size", "48,65536"]));
    for transport in ["floor-bare", "ramframe-small"] {
        let row = rows.iter().find(|row| row["transport"] == transport);
        let row = row.unwrap_or_else(|| panic!("no {transport}"));
        assert!(row["rtt_p50_ns"].as_u64().unwrap() > 0, "{row}");
    }
    let batches = rows
        .iter()
        .filter(|row| row["transport"] == "ramframe-batch");
    // Of short messages alone.
    let waits: BTreeSet<_> = batches
        .filter(|row| row["msgs_per_s"].as_u64() > Some(0))
        .map(|row| (row["wait"].as_str().unwrap(), row["size"].as_u64().unwrap()))
        .collect();
    assert_eq!(waits, BTreeSet::from([("adaptive", 48), ("spin", 48)]));
    for transport in ["ramframe", "floor", "pipe", "unix"] {
        for (wait, size) in [
            ("spin", 48),
            ("sleep", 48),
            ("spin", 65536),
            ("sleep", 65536),
        ] {
            let of = |row: &&Value| {
                row["transport"] == transport && row["wait"] == wait && row["size"] == size
            };
            // One for each placement of the cores.
            let found: Vec<&Value> = rows.iter().filter(of).collect();
            let has = |field: &str| found.iter().any(|row| row[field].as_u64() > Some(0));
            for field in ["rtt_p50_ns", "rtt_p99_ns", "floor_rtt_ns", "rounds"] {
                assert!(has(field), "no {field} of {transport}, {wait}, {size}");
            }
            if (transport, wait) != ("floor", "sleep") {
                assert!(has("msgs_per_s"), "{found:?}");
                assert!(has("copy_floor_bytes_per_s"), "{found:?}");
            }
        }
    }
}

#[test]
fn only_what_is_named_is_shown() {
    if !has_two_cores() {
        return;
    }
    let rows = rows(&bench(&[
        "--json",
        "--size",
        "65536",
        "--only",
        "ramframe-loan",
    ]));
    // Cores that moved meanwhile have a row for each placement.
    let placements: Vec<_> = rows.iter().map(|row| row["placement"].as_str()).collect();
    let expected: [&[_]; 3] = [
        &[Some("near")],
        &[Some("far")],
        &[Some("near"), Some("far")],
    ];
    assert!(expected.contains(&&placements[..]), "{rows:?}");
    assert!(rows.iter().all(|row| row["mode"] == "loan"), "{rows:?}");
}

/// A program whose answer is this line.
fn answering(folder: &Folder, line: &str) -> String {
    let program = folder.path().join("peer");
    let text =
        format!("#!/bin/sh\nread -r bytes nanoseconds cores\n[ -n \"$cores\" ] && echo {line}\n");
    fs::write(&program, text).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    program.display().to_string()
}

#[test]
fn a_program_is_measured_beside_it() {
    if !has_two_cores() {
        return;
    }
    let folder = Folder::new();
    let args = ["--json", "--size", "8", "--only", "against", "--against"];
    let program = answering(&folder, "$bytes 5000000");
    let rows = rows(&bench(&[&args[..], &[&program]].concat()));
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!(row["rtt_p50_ns"], 8, "{row}");
        assert_eq!(row["msgs_per_s"], 5_000_000, "{row}");
    }
    let program = answering(&folder, "nonsense");
    let output = bench(&[&args[..], &[&program]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("nonsense"), "{errors}");
}

#[test]
fn a_person_gets_tables_and_histograms() {
    if !has_two_cores() {
        return;
    }
    let output = bench(&["--size", "8", "--only", "ramframe"]);
    let text = String::from_utf8_lossy(&output.stdout);
    for what in [
        "judged by the round trip of the floor; the system says: ",
        "both sides spin",
        "both sides sleep",
        "/ floor",
        "█",
        "this machine's",
    ] {
        assert!(text.contains(what), "no {what:?} in: {text}");
    }
}

#[test]
fn a_second_process_that_nobody_started_has_nothing_to_do() {
    let host = Command::new(env!("CARGO_BIN_EXE_host"))
        .args(["bench-peer", "--core", "0", "--longest", "8"])
        .args(["--segments", "0", "0", "0", "--pipes", "0", "0"])
        .output()
        .unwrap();
    assert_eq!(host.status.code(), Some(1));
}

#[test]
fn cut_short_neither_process_stays() {
    if !has_two_cores() {
        return;
    }
    let folder = Folder::new();
    for (whom, with, end) in [
        (1, Signal::SIGKILL, (Some(1), None)),
        (0, Signal::SIGINT, (None, Some(Signal::SIGINT))),
    ] {
        let args = ["bench", "--seconds", "600", "--only", "pipe"];
        let bench = folder.start(&[&args[..], &["--size", "8"]].concat());
        let pid = i32::try_from(bench.pid()).unwrap();
        let children = format!("/proc/{pid}/task/{pid}/children");
        let mut peer = 0;
        until("its second process", || {
            let children = fs::read_to_string(&children).unwrap();
            peer = children.trim().parse().unwrap_or(0);
            peer != 0
        });
        kill(Pid::from_raw([pid, peer][whom]), with).unwrap();
        let ended = bench.end();
        assert_eq!((ended.code, ended.by), end, "{}", ended.errors);
        until("the end of the second process", || {
            kill(Pid::from_raw(peer), None).is_err()
        });
    }
}
