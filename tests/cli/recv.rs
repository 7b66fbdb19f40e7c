//! Does each option of `host recv` do what it says?

use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::processes::{Folder, until};
use crate::{bytes, leave, run, sending, turns, well};

#[test]
fn started_first_it_says_on_which_key_it_waits() {
    let folder = Folder::new();
    let receiver = folder.start(&["recv", "--count", "3"]);
    let waiting = format!(
        "host: waiting for a sender on key {} (path ., id S)\n",
        folder.key
    );
    receiver.hear(&waiting);
    // So large that nothing is overwritten before the receiver looks again.
    let _sender = sending(&folder, &["--size", "65536"]);
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.lines, turns(3));
    // On a busy machine it may have waited for long.
    assert!(ended.errors.starts_with(&waiting), "{}", ended.errors);
}

#[test]
fn who_waits_for_long_learns_why_nobody_may_ever_come() {
    let told = "host: still waiting; both sides need the same `--name`, `--key`, or `--path` and `--id`; both need `--share`, or neither; containers need one IPC namespace (`docker run --ipc`)\n";
    let waiting = [
        &["recv"][..],
        &["recv", "--stream"],
        &["recv", "--wire", "text"],
        &["send", "--backpressure", "--interval", "0s"],
        &["send", "--stream"],
    ];
    let waiting = waiting.map(|args| {
        let args = [args, &["--timeout", "2s"]].concat();
        thread::spawn(move || run(&Folder::new(), &args))
    });
    for ended in waiting.map(|waiting| waiting.join().unwrap()) {
        assert_eq!(ended.code, Some(3), "{ended:?}");
        assert_eq!(ended.errors.matches(told).count(), 1, "{ended:?}");
    }
}

#[test]
fn who_waits_follows_a_path_that_is_replaced() {
    for wire in ["framed", "text"] {
        let folder = Folder::new();
        let (file, other) = (folder.path().join("file"), folder.path().join("other"));
        std::fs::write(&file, "").unwrap();
        std::fs::write(&other, "").unwrap();
        let at = ["--path", "file", "--wire", wire];
        let mut receiver = folder.start(&[&["recv", "--any"][..], &at].concat());
        receiver.hear("waiting for a sender");
        std::fs::rename(&other, &file).unwrap();
        receiver.hear("host: the path was replaced: waiting on key ");
        let sender = folder.start(&[&["send", "new"][..], &at].concat());
        assert_eq!(receiver.line(), "Received: new");
        sender.signal(Signal::SIGTERM);
        sender.end();
    }
}

#[test]
fn each_message_comes_once_and_in_order() {
    let folder = Folder::new();
    let mut receiver = folder.start(&["recv", "--until-close"]);
    receiver.hear("waiting");
    let sender = sending(&folder, &["--size", "65536"]);
    let mut lines: Vec<_> = (0..20).map(|_| receiver.line()).collect();
    sender.signal(Signal::SIGTERM);
    sender.end();
    let ended = receiver.end();
    lines.extend(ended.lines);
    assert_eq!(lines, turns(lines.len()));
    assert!(ended.errors.lines().count() <= 2, "{}", ended.errors);
    folder.assert_clean();
}

#[test]
fn what_is_not_expected_is_an_error_line() {
    let folder = Folder::new();
    leave(&folder, b"CIEPLO\nLETNIO\nZIMNO\n", &[]);
    let ended = run(&folder, &["recv", "--until-close"]);
    assert_eq!(
        ended.lines,
        [
            "Received: CIEPLO",
            "Error: Invalid message",
            "Received: ZIMNO"
        ]
    );
    assert_eq!((ended.code, &*ended.errors), (Some(0), TAKES_ALL));
}

/// What is said at the first message that is none of the tutorial's.
const TAKES_ALL: &str =
    "host: expected the tutorial's messages, CIEPLO and ZIMNO; `--any` accepts every message\n";

#[test]
fn that_any_message_can_be_accepted_is_said_once() {
    let folder = Folder::new();
    leave(&folder, b"one\ntwo\nthree\n", &[]);
    let recv = ["recv", "--until-close"];
    let ended = run(&folder, &recv);
    assert_eq!((ended.lines.len(), &*ended.errors), (3, TAKES_ALL));
    // Not to who knows what to expect, and not to who wants to hear nothing.
    for options in [
        &["--expect", "one"][..],
        &["-q"],
        &["--any"],
        &["--json", "--quiet"],
    ] {
        let ended = run(&folder, &[&recv[..], options].concat());
        assert!(!ended.errors.contains("--any"), "{options:?}: {ended:?}");
    }
}

#[test]
fn strict_fails_if_a_message_was_invalid() {
    let folder = Folder::new();
    leave(&folder, b"CIEPLO\nelse\nZIMNO\nmore\n", &[]);
    let recv = ["recv", "--until-close", "--strict"];
    let ended = run(&folder, &recv);
    assert_eq!((ended.code, ended.lines.len()), (Some(1), 4));
    assert_eq!(
        ended.errors,
        format!("{TAKES_ALL}host: invalid or out of turn: 2 messages\n")
    );
    let ended = run(&folder, &[&recv[..], &["--any"]].concat());
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""));
    let ended = run(&folder, &[&recv[..], &["--count", "1"]].concat());
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""));
}

#[test]
fn strict_fails_if_a_message_was_out_of_turn_or_repeated() {
    let folder = Folder::new();
    leave(&folder, b"ZIMNO\nZIMNO\n", &[]);
    let ended = run(&folder, &["recv", "--until-close", "--strict"]);
    assert_eq!((ended.code, ended.lines.len()), (Some(1), 2));
    assert!(
        ended
            .errors
            .ends_with("host: invalid or out of turn: 1 message\n"),
        "{ended:?}"
    );
}

#[test]
fn quiet_says_nothing_and_verbose_describes_the_channel() {
    let folder = Folder::new();
    let told = "host: the channel has 8 slots of 48 bytes, overwrite\n";
    let sent = run(&folder, &["send", "-n", "1", "-v", "--keep"]);
    assert!(sent.errors.contains(told), "{sent:?}");
    let recv = ["recv", "--count", "1"];
    let received = run(&folder, &[&recv[..], &["--verbose"]].concat());
    assert_eq!(received.errors, told);
    let sent = run(&folder, &["send", "--count", "1", "--quiet"]);
    assert_eq!((sent.code, &*sent.errors), (Some(0), ""));
    let waited = run(&folder, &["recv", "-q", "--timeout", "0s"]);
    assert_eq!((waited.code, &*waited.errors), (Some(3), ""));
}

#[test]
fn what_is_out_of_turn_or_repeated_is_said() {
    let folder = Folder::new();
    leave(&folder, b"a\na\nc\n", &[]);
    let expect = ["--expect", "a", "--expect", "b", "--expect", "c"];
    let ended = run(&folder, &[&["recv", "--until-close"], &expect[..]].concat());
    assert_eq!(ended.lines, ["Received: a", "Received: a", "Received: c"]);
    assert_eq!(
        ended.errors,
        "host: message 1 repeats the one before it\nhost: message 2 is out of turn: b was expected\n"
    );
}

#[test]
fn expected_texts_replace_the_tutorials() {
    let folder = Folder::new();
    leave(&folder, b"on\noff\nCIEPLO\non\n", &[]);
    let expect = ["--expect", "on", "--expect", "off"];
    let ended = run(&folder, &[&["recv", "--until-close"], &expect[..]].concat());
    assert_eq!(
        ended.lines,
        [
            "Received: on",
            "Received: off",
            "Error: Invalid message",
            "Received: on"
        ]
    );
}

#[test]
fn none_are_received_if_none_are_asked_for() {
    let folder = Folder::new();
    assert_eq!(well(&folder, &["recv", "--count", "0"]), "");
}

#[test]
fn count_ends_it_in_the_middle() {
    let folder = Folder::new();
    leave(&folder, b"1\n2\n3\n4\n", &[]);
    let ended = run(&folder, &["recv", "--any", "--count", "2"]);
    assert_eq!(ended.lines, ["Received: 1", "Received: 2"]);
}

#[test]
fn a_timeout_is_exit_code_3() {
    let folder = Folder::new();
    for limit in ["0s", "200ms"] {
        let since = Instant::now();
        let ended = run(&folder, &["recv", "--timeout", limit]);
        assert_eq!((ended.code, ended.lines.len()), (Some(3), 0));
        assert!(limit == "0s" || since.elapsed() >= Duration::from_millis(200));
    }
    // Also where there is a channel, and what it has is shown first.
    leave(&folder, b"ZIMNO\n", &[]);
    let ended = run(&folder, &["recv", "--timeout", "200ms"]);
    assert_eq!((ended.code, ended.lines), (Some(3), turns(2)[1..].into()));
}

#[test]
fn a_timeout_counts_in_all_not_from_the_last_message() {
    let folder = Folder::new();
    let _sender = sending(&folder, &[]);
    let ended = run(&folder, &["recv", "--timeout", "300ms"]);
    assert_eq!(ended.code, Some(3));
    assert!(!ended.lines.is_empty());
}

#[test]
fn latest_samples_the_newest_again_and_again() {
    let folder = Folder::new();
    leave(&folder, b"CIEPLO\nZIMNO\n", &[]);
    let sample = ["recv", "--sample", "--interval", "80ms", "--count", "3"];
    let since = Instant::now();
    let ended = run(&folder, &sample);
    assert!(since.elapsed() >= Duration::from_millis(160));
    assert_eq!(
        (ended.code, ended.lines),
        (Some(0), vec!["Received: ZIMNO".into(); 3])
    );
    leave(&folder, b"else\n", &[]);
    let ended = run(&folder, &["recv", "--sample", "--count", "1"]);
    assert_eq!(ended.lines, ["Error: Invalid message"]);
    let ended = run(&folder, &["recv", "--sample", "--until-close", "--any"]);
    assert_eq!(
        (ended.code, ended.lines),
        (Some(0), vec!["Received: else".into()])
    );
}

#[test]
fn latest_lets_a_backpressure_sender_go_on() {
    let folder = Folder::new();
    let sample = ["recv", "--sample", "--interval", "1ms", "--until-close"];
    let receiver = folder.start(&sample);
    let send = [
        "send",
        "--backpressure",
        "--count",
        "500",
        "--interval",
        "0s",
    ];
    well(&folder, &[&send[..], &["-q"]].concat());
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.lines.last().unwrap(), "Received: ZIMNO");
    folder.assert_clean();
}

#[test]
fn new_passes_over_what_was_there() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--overwrite"]);
    sender.feed(b"old\n");
    until("the old message", || folder.sent() == Some(1));
    let mut receiver = folder.start(&["recv", "--any", "--from-now"]);
    let mut first = None;
    // It is not seen from outside when the receiver has begun, so it is called until it answers.
    until("an answer", || {
        sender.feed(b"new\n");
        first = receiver.line_within(Duration::from_millis(20));
        first.is_some()
    });
    assert_eq!(first.unwrap(), "Received: new");
}

#[test]
fn new_takes_everything_of_a_sender_that_comes_later() {
    let folder = Folder::new();
    let mut receiver = folder.start(&["recv", "--any", "--from-now"]);
    receiver.hear("waiting");
    for name in ["first", "second"] {
        let mut sender = folder.start(&["send", "--lines", "--overwrite"]);
        sender.feed(format!("{name}\n").as_bytes());
        assert_eq!(receiver.line(), format!("Received: {name}"));
        assert_eq!(sender.end().code, Some(0));
    }
}

#[test]
fn raw_is_byte_for_byte() {
    let folder = Folder::new();
    let mut input: Vec<u8> = (0..200_000u32).map(|at| (at * 7 % 256) as u8).collect();
    input.push(b'\n');
    std::fs::write(folder.path().join("input"), &input).unwrap();
    let lines = input
        .iter()
        .filter(|&&byte| byte == b'\n')
        .count()
        .to_string();
    let sender = folder.start(&["send", "--lines", "--backpressure", "-q"]);
    let mut sender = sender;
    let feeding = std::thread::scope(|scope| {
        scope.spawn(|| sender.feed(&input));
        bytes(&folder, &["recv", "--any", "--raw", "--count", &lines])
    });
    assert!(feeding == input, "it arrived changed");
    assert_eq!(sender.end().code, Some(0));
    folder.assert_clean();
}

#[test]
fn raw_keeps_what_is_invalid_out_of_the_data() {
    let folder = Folder::new();
    leave(&folder, b"CIEPLO\nelse\nZIMNO\n", &[]);
    let ended = run(&folder, &["recv", "--raw", "--until-close"]);
    assert_eq!(ended.lines, ["CIEPLO", "ZIMNO"]);
    assert_eq!(
        ended.errors,
        format!("{TAKES_ALL}host: Error: Invalid message\n")
    );
}
