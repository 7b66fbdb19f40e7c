//! Do `host send --stream` and `host recv --stream` carry any bytes, and tell all of them from some?

mod broken;
mod meddled;
#[path = "../processes/mod.rs"]
mod processes;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use nix::sys::signal::Signal;
use processes::{Ended, Folder, Running};
use serde_json::Value;

/// Bytes that never repeat in a slot's step, of any length.
fn bytes(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..len).map(next).collect()
}

fn file(folder: &Folder, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// `host recv --stream` into a file.
fn receiver(folder: &Folder, more: &[&str]) -> (Running, PathBuf) {
    let path = folder.path().join("received");
    let receiver = host(folder, "recv", more, "> received");
    (receiver, path)
}

/// `host send --stream` from a file.
fn sender(folder: &Folder, from: &str, more: &[&str]) -> Running {
    host(folder, "send", more, &format!("< {from}"))
}

fn host(folder: &Folder, side: &str, more: &[&str], file: &str) -> Running {
    let host = env!("CARGO_BIN_EXE_host");
    let more = more.join(" ");
    shell(
        folder,
        &format!("exec {host} {side} --stream {more} {file}"),
    )
}

fn shell(folder: &Folder, line: &str) -> Running {
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder.path());
    Running::start(command)
}

fn assert_done(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
}

fn assert_same(path: &PathBuf, expected: &[u8]) {
    assert!(fs::read(path).unwrap() == expected, "other bytes");
}

#[test]
fn any_bytes_of_any_length_arrive_as_they_are() {
    for len in [0, 1, 65_535, 65_536, 65_537, 3_000_001] {
        let folder = Folder::new();
        let sent = bytes(len);
        file(&folder, "input", &sent);
        let (receiver, received) = receiver(&folder, &[]);
        let sender = sender(&folder, "input", &[]);
        assert_done(&sender.end());
        assert_done(&receiver.end());
        assert_same(&received, &sent);
        folder.assert_clean();
    }
}

#[test]
fn either_side_may_be_first() {
    let folder = Folder::new();
    let sent = bytes(2_000_000);
    file(&folder, "input", &sent);
    let sender = sender(&folder, "input", &[]);
    sender.hear("waiting for `host recv --stream`");
    let (receiver, received) = receiver(&folder, &[]);
    assert_done(&sender.end());
    assert_done(&receiver.end());
    assert_same(&received, &sent);
}

#[test]
fn slots_and_receivers_are_the_users_choice() {
    let folder = Folder::new();
    let sent = bytes(100_000);
    file(&folder, "input", &sent);
    let (first, received) = receiver(&folder, &[]);
    let mut second = folder.start(&["recv", "--stream"]);
    let sender = sender(&folder, "input", &["--slot", "100", "--receivers", "2"]);
    assert_done(&sender.end());
    assert_done(&first.end());
    let line = second.line();
    assert!(!line.is_empty() || sent[0] == b'\n');
    assert_done(&second.end());
    assert_same(&received, &sent);
}

#[test]
fn what_trickles_in_is_heard_at_once() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream"]);
    let mut receiver = folder.start(&["recv", "--stream"]);
    for line in ["one", "two", "three"] {
        sender.feed(format!("{line}\n").as_bytes());
        assert_eq!(receiver.line(), line);
    }
    assert_done(&sender.end());
    assert_done(&receiver.end());
    folder.assert_clean();
}

#[test]
fn a_reader_that_has_seen_enough_breaks_the_stream() {
    let folder = Folder::new();
    file(&folder, "input", &bytes(5_000_000));
    let mut command = Command::new("sh");
    let line = format!(
        "{{ {} recv --stream --timeout 60s; echo $? > code; }} | head -c 10",
        env!("CARGO_BIN_EXE_host")
    );
    command.args(["-c", &line]).current_dir(folder.path());
    let receiver = Running::start(command);
    let sender = sender(&folder, "input", &[]);
    let ended = receiver.end();
    let why = ": nobody reads standard output any more";
    assert!(ended.errors.contains(why), "{}", ended.errors);
    let code = fs::read_to_string(folder.path().join("code")).unwrap();
    assert_eq!(code, "1\n", "{}", ended.errors);
    assert_eq!(sender.end().code, Some(1), "the stream was not taken whole");
    folder.assert_clean();
}

#[test]
fn progress_ends_with_a_line_that_stays() {
    let folder = Folder::new();
    file(&folder, "input", &bytes(2 * 1024 * 1024));
    let (receiver, _) = receiver(&folder, &["--progress"]);
    let sender = sender(&folder, "input", &["--progress"]);
    for ended in [sender.end(), receiver.end()] {
        assert_done(&ended);
        assert!(
            ended.errors.contains("host: 2.00 MiB in "),
            "{}",
            ended.errors
        );
    }
}

#[test]
fn an_overwrite_channel_carries_no_stream() {
    let folder = Folder::new();
    let sender = folder.start(&["send", "--interval", "10ms"]);
    sender.hear("Sent: ZIMNO");
    let ended = folder.start(&["recv", "--stream"]).end();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.errors.contains("has the overwrite policy"),
        "{}",
        ended.errors
    );
    let ended = folder.start(&["send", "--stream"]).end();
    assert_eq!(ended.code, Some(1), "{}", ended.errors);
    sender.signal(Signal::SIGTERM);
    assert_eq!(sender.end().by, Some(Signal::SIGTERM));
}

#[test]
fn a_timeout_holds_for_a_stream_too() {
    let folder = Folder::new();
    let ended = folder
        .start(&["recv", "--stream", "--timeout", "50ms"])
        .end();
    assert_eq!(ended.code, Some(3));
}

#[test]
fn bytes_that_never_cease_keep_it_from_no_limit() {
    let folder = Folder::new();
    assert_done(&shell(&folder, "mkfifo slow").end());
    for (limit, code) in [(&["--timeout", "300ms"][..], Some(3)), (&[], None)] {
        // So slow that the next bytes are always there.
        let reader = "while [ $(head -c 65536 | wc -c) -gt 0 ]; do sleep 0.01; done < slow";
        let _reader = shell(&folder, reader);
        let sender = sender(&folder, "/dev/zero", &[]);
        // There before the receiver, whose time begins when it does.
        sender.hear("waiting for");
        let receiver = host(&folder, "recv", limit, "> slow");
        if code.is_none() {
            processes::until("a stream that flows", || folder.sent() > Some(100));
            receiver.signal(Signal::SIGTERM);
        }
        let ended = receiver.end();
        assert_eq!(ended.code, code);
        assert!(code.is_some() || ended.by == Some(Signal::SIGTERM));
        assert!(
            ended.errors.contains("host: gave up after "),
            "{}",
            ended.errors
        );
        assert_eq!(sender.end().code, Some(1), "it was not taken whole");
        folder.assert_clean();
    }
}

fn receiver_0(folder: &Folder) -> Value {
    status(folder)["receivers"][0].clone()
}

/// What `host status` says; null if there is no channel.
fn status(folder: &Folder) -> Value {
    let ended = folder.start(&["status", "--json"]).end();
    let line = ended.lines.first();
    line.map_or(Value::Null, |line| serde_json::from_str(line).unwrap())
}
