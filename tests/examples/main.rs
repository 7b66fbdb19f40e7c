//! The examples of the library do what they say.

#[path = "../built/mod.rs"]
mod built;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use ramframe_host::Trust;
use ramframe_host::sysv::key::Key;
use tempfile::TempDir;

/// The program of an example.
fn example(name: &str, args: &[&str]) -> Command {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(built::example(package, name));
    command.args(args).stdout(Stdio::piped());
    command
}

/// A folder with a file for keys.
fn file() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    File::create(&path).unwrap();
    let path = path.to_str().unwrap().to_string();
    (folder, path)
}

#[test]
fn typed_messages_go_both_ways() {
    let (_folder, file) = file();
    let ask = example("typed", &["ask", &file]).spawn().unwrap();
    let answer = example("typed", &["answer", &file]).output().unwrap();
    let ask = ask.wait_with_output().unwrap();
    assert!(ask.status.success() && answer.status.success());
    let said = |output: Vec<u8>| String::from_utf8(output).unwrap();
    assert_eq!(said(answer.stdout), "Sample { sensor: 7, celsius: 21.5 }\n");
    assert_eq!(said(ask.stdout), "Sample { sensor: 7, celsius: 22.5 }\n");
}

#[test]
fn a_worker_that_crashes_loses_no_job() {
    let (_folder, file) = file();
    let output = example("worker", &[&file]).output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let done: String = (0..6).map(|job| format!("did job {job}\n")).collect();
    assert_eq!(said, done + "crashed 1 times\n");
}

#[test]
fn the_jobs_of_a_worker_that_crashes_are_done_by_another() {
    let (_folder, file) = file();
    let output = example("share", &[&file]).output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let mut done: Vec<_> = said.lines().collect();
    done.sort_unstable();
    let mut all: Vec<_> = (0..12).map(|job| format!("did job {job}")).collect();
    all.sort_unstable();
    assert_eq!(done, all);
}

#[cfg(feature = "async")]
#[test]
fn tasks_of_tokio_ask_and_answer() {
    let (_folder, file) = file();
    let output = example("tokio", &[&file]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(output.stdout, b"1000 answers\n");
}

#[cfg(feature = "async")]
#[test]
fn a_stream_ends_when_the_sender_closes() {
    let (_folder, file) = file();
    let receiver = example("block_on", &[&file]).spawn().unwrap();
    let send = ["send", "--path", &file, "--backpressure", "--count", "3"];
    let sent = Command::new(env!("CARGO_BIN_EXE_host"))
        .args(send)
        .args(["--interval", "0s", "-q", "CIEPLO"])
        .status();
    assert!(sent.unwrap().success());
    let output = receiver.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(output.stdout, b"CIEPLO\nCIEPLO\nCIEPLO\n");
}

#[test]
fn a_channel_is_followed_from_one_sender_to_the_next() {
    let (_folder, file) = file();
    let mut follower = example("follow", &[&file]).spawn().unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    for message in ["one", "two"] {
        let send = [
            "send",
            "--path",
            &file,
            "--backpressure",
            "--count",
            "1",
            "-q",
            message,
        ];
        let sent = Command::new(env!("CARGO_BIN_EXE_host")).args(send).status();
        assert!(sent.unwrap().success());
        assert_eq!(lines.next().unwrap().unwrap(), message);
    }
    follower.kill().unwrap();
    follower.wait().unwrap();
}

#[test]
fn a_signal_ends_a_receiver_in_good_order() {
    let (_folder, file) = file();
    let mut receiver = example("signals", &[&file]).spawn().unwrap();
    let mut lines = BufReader::new(receiver.stdout.take().unwrap()).lines();
    // Kept, so that the receiver is waiting there when it is stopped.
    let send = [
        "send",
        "--path",
        &file,
        "--backpressure",
        "--keep",
        "--count",
        "1",
        "-q",
        "one",
    ];
    let sent = Command::new(env!("CARGO_BIN_EXE_host")).args(send).status();
    assert!(sent.unwrap().success());
    assert_eq!(lines.next().unwrap().unwrap(), "one");
    let pid = Pid::from_raw(receiver.id().try_into().unwrap());
    kill(pid, Signal::SIGTERM).unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "stopped");
    assert!(receiver.wait().unwrap().success());
    let status = ["status", "--path", &file, "--json"];
    let status = Command::new(env!("CARGO_BIN_EXE_host"))
        .args(status)
        .output()
        .unwrap();
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(status.contains("\"detached\":true"), "{status}");
    let key = Key::of_path(&file, b'S').unwrap();
    ramframe_host::remove(key, &Trust::current_user()).unwrap();
}
