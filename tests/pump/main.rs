//! Do `host send --stream` and `host recv --stream` carry any bytes, and tell all of them from some?

mod broken;
#[path = "../processes/mod.rs"]
mod processes;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use nix::sys::signal::Signal;
use processes::{Ended, Folder, Running};
use ramframe_core::layout::TAKEN;
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
fn a_sender_that_dies_is_an_error_with_the_byte_count() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream"]);
    let mut receiver = folder.start(&["recv", "--stream"]);
    sender.feed(b"half\n");
    assert_eq!(receiver.line(), "half");
    sender.signal(Signal::SIGKILL);
    let ended = receiver.end();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .errors
            .contains("broke after 5 bytes: its sender died"),
        "{}",
        ended.errors
    );
}

#[test]
fn a_sender_that_is_interrupted_has_not_sent_it_all() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream"]);
    let mut receiver = folder.start(&["recv", "--stream"]);
    sender.feed(b"half\n");
    assert_eq!(receiver.line(), "half");
    sender.signal(Signal::SIGINT);
    let ended = receiver.end();
    assert_eq!(ended.code, Some(1), "{}", ended.errors);
    let ended = sender.end();
    assert_eq!(ended.code, Some(130));
    assert!(
        ended.errors.contains("gave up after 5 bytes"),
        "{}",
        ended.errors
    );
    folder.assert_clean();
}

#[test]
fn what_a_dead_sender_left_is_no_part_of_the_next_stream() {
    let folder = Folder::new();
    let mut dead = folder.start(&["send", "--stream"]);
    dead.feed(&bytes(10_000));
    processes::until("its bytes are in the channel", || folder.sent() > Some(0));
    dead.signal(Signal::SIGKILL);
    dead.end();
    let sent = bytes(1234);
    file(&folder, "input", &sent);
    let sender = sender(&folder, "input", &[]);
    sender.hear("waiting for");
    let (receiver, received) = receiver(&folder, &[]);
    assert_done(&sender.end());
    assert_done(&receiver.end());
    assert_same(&received, &sent);
    folder.assert_clean();
}

#[test]
fn a_receiver_that_ends_or_dies_breaks_the_stream() {
    for signal in [Signal::SIGINT, Signal::SIGKILL] {
        let folder = Folder::new();
        file(&folder, "input", &bytes(1));
        let mut sender = folder.start(&["send", "--stream", "--dead-after", "100ms"]);
        let mut receiver = folder.start(&["recv", "--stream"]);
        sender.feed(b"half\n");
        assert_eq!(receiver.line(), "half");
        receiver.signal(signal);
        receiver.end();
        sender.feed(&bytes(60_000));
        let ended = sender.end();
        assert_eq!(ended.code, Some(1), "{}", ended.errors);
        assert!(ended.errors.contains("broke after"), "{}", ended.errors);
        folder.assert_clean();
    }
}

#[test]
fn a_second_receiver_does_not_take_the_tail_for_the_whole() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream", "--dead-after", "1h"]);
    let mut first = folder.start(&["recv", "--stream"]);
    sender.feed(b"beginning\n");
    assert_eq!(first.line(), "beginning");
    processes::until("it to be taken", || receiver_0(&folder)["pending"] == 0);
    first.signal(Signal::SIGKILL);
    first.end();
    let second = folder.start(&["recv", "--stream"]);
    processes::until("another to come", || receiver_0(&folder)["joined"] == 2);
    sender.feed(b"end\n");
    for (ended, why) in [
        (sender.end(), "receiver 0 ended"),
        (second.end(), "another receiver has had its beginning"),
    ] {
        assert_eq!((ended.code, ended.lines.len()), (Some(1), 0), "{ended:?}");
        assert!(ended.errors.contains(why), "{}", ended.errors);
    }
    folder.assert_clean();
}

#[test]
fn one_that_left_before_the_first_byte_is_no_end_of_the_stream() {
    for sent in ["all", ""] {
        let folder = Folder::new();
        let mut sender = folder.start(&["send", "--stream"]);
        let first = folder.start(&["recv", "--stream"]);
        processes::until("it to come", || receiver_0(&folder)["joined"] == 1);
        first.signal(Signal::SIGINT);
        assert_eq!(first.end().code, Some(130));
        sender.feed(sent.as_bytes());
        let ended = std::thread::scope(|scope| {
            let ended = scope.spawn(|| sender.end());
            let second = folder.start(&["recv", "--stream"]).end();
            assert_done(&second);
            assert_eq!(second.lines.concat(), sent);
            ended.join().unwrap()
        });
        assert_done(&ended);
        folder.assert_clean();
    }
}

#[test]
fn what_is_kept_is_no_part_of_the_next_stream() {
    let folder = Folder::new();
    for sent in [bytes(100_000), Vec::new(), bytes(1000)] {
        file(&folder, "input", &sent);
        let sender = sender(&folder, "input", &["--keep"]);
        sender.hear("waiting for");
        let (receiver, received) = receiver(&folder, &[]);
        assert_done(&sender.end());
        assert_done(&receiver.end());
        assert_same(&received, &sent);
    }
    // All of it was taken, so this one waits for the next stream.
    let (receiver, received) = receiver(&folder, &[]);
    receiver.hear("waiting for a sender");
    let sent = bytes(5);
    file(&folder, "input", &sent);
    assert_done(&sender(&folder, "input", &[]).end());
    assert_done(&receiver.end());
    assert_same(&received, &sent);
    folder.assert_clean();
}

#[test]
fn a_receiver_that_makes_no_sense_breaks_the_stream() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream"]);
    sender.feed(b"half");
    processes::until("its bytes", || sent(&folder) == 1);
    folder.spoil(|layout| layout.receiver(0) + TAKEN);
    let ended = sender.end();
    assert_eq!(ended.code, Some(1));
    let why = "broke after 4 bytes: receiver 0 claims messages";
    assert!(ended.errors.contains(why), "{}", ended.errors);
    folder.assert_clean();
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = Folder::new();
    file(&folder, "input", &bytes(5_000_000));
    let mut command = Command::new("sh");
    let line = format!(
        "{} recv --stream --timeout 60s | head -c 10",
        env!("CARGO_BIN_EXE_host")
    );
    command.args(["-c", &line]).current_dir(folder.path());
    let receiver = Running::start(command);
    let sender = sender(&folder, "input", &[]);
    let ended = receiver.end();
    assert_eq!(
        (ended.code, ended.errors.contains("rror")),
        (Some(0), false),
        "{}",
        ended.errors
    );
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
    assert!(ended.errors.contains("it overwrites"), "{}", ended.errors);
    let ended = folder.start(&["send", "--stream"]).end();
    assert_eq!(ended.code, Some(1), "{}", ended.errors);
    sender.signal(Signal::SIGTERM);
    assert_eq!(sender.end().code, Some(130));
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
    for (limit, code) in [(&["--timeout", "300ms"][..], 3), (&[], 130)] {
        // So slow that the next bytes are always there.
        let reader = "while [ $(head -c 65536 | wc -c) -gt 0 ]; do sleep 0.01; done < slow";
        let _reader = shell(&folder, reader);
        let receiver = host(&folder, "recv", limit, "> slow");
        let sender = sender(&folder, "/dev/zero", &[]);
        if code == 130 {
            processes::until("a stream that flows", || sent(&folder) > 100);
            receiver.signal(Signal::SIGTERM);
        }
        assert_eq!(receiver.end().code, Some(code));
        assert_eq!(sender.end().code, Some(1), "it was not taken whole");
        folder.assert_clean();
    }
}

/// How many messages the channel has carried.
fn sent(folder: &Folder) -> u64 {
    status(folder)["sent"].as_u64().unwrap_or(0)
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
