//! Does each option of `host send` do what it says?

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant};

use crate::processes::{Folder, Running, until};
use crate::{bytes, leave, run, sending, status, turns, well};

#[test]
fn cieplo_and_zimno_in_turn_once_a_second() {
    let folder = Folder::new();
    let since = Instant::now();
    let ended = run(&folder, &["send", "--count", "3"]);
    assert!(since.elapsed() >= Duration::from_secs(2));
    assert_eq!((ended.code, ended.lines.len()), (Some(0), 0));
    let greeting = format!("host: sending on key {} (path ., id S)\n", folder.key);
    assert_eq!(
        ended.errors,
        greeting + "Sent: CIEPLO\nSent: ZIMNO\nSent: CIEPLO\nhost: no receiver was there\n"
    );
    folder.assert_clean();
}

#[test]
fn an_interval_is_kept() {
    let folder = Folder::new();
    let since = Instant::now();
    well(&folder, &["send", "--count", "4", "--interval", "70ms"]);
    assert!(since.elapsed() >= Duration::from_millis(210));
    folder.assert_clean();
}

#[test]
fn without_an_interval_it_does_not_pause() {
    let folder = Folder::new();
    let said = well(&folder, &["send", "--count", "5000", "--interval", "0s"]);
    assert_eq!(said.lines().count(), 5002);
    folder.assert_clean();
}

#[test]
fn none_are_sent_if_none_are_asked_for() {
    let folder = Folder::new();
    for policy in [&["--count", "0"][..], &["--count", "0", "--backpressure"]] {
        let said = well(&folder, &[&["send"], policy].concat());
        assert!(!said.contains("Sent"), "{said}");
    }
    folder.assert_clean();
}

#[test]
fn quiet_says_nothing() {
    let folder = Folder::new();
    let send = ["send", "-q", "--count", "2", "--interval", "1ms"];
    assert_eq!(well(&folder, &send), "");
    assert_eq!(well(&folder, &["send", "--quiet", "--count", "1"]), "");
}

#[test]
fn the_given_messages_go_round_and_fit_without_tuning() {
    let folder = Folder::new();
    let long = "ż".repeat(20_000);
    let fixed = ["--keep", "--count", "4", "--interval", "1ms", "-q"];
    well(&folder, &[&["send", "a", "", &long], &fixed[..]].concat());
    let received = bytes(&folder, &["recv", "--any", "--raw", "--until-close"]);
    assert_eq!(received, format!("a\n\n{long}\na\n").as_bytes());
}

#[test]
fn a_message_of_any_text_arrives_and_cannot_command_the_terminal() {
    let folder = Folder::new();
    let message = "zażółć 🦀\ttwo\nlines \x1b[2J";
    well(
        &folder,
        &["send", "--keep", "--count", "1", "-q", "--", message],
    );
    let ended = run(&folder, &["recv", "--any", "--count", "1"]);
    assert_eq!(ended.lines, ["Received: zażółć 🦀\ttwo\\nlines \\u{1b}[2J"]);
    let raw = bytes(&folder, &["recv", "--any", "--count", "1", "--raw"]);
    assert_eq!(raw, format!("{message}\n").as_bytes());
}

#[test]
fn a_message_may_be_any_bytes() {
    let folder = Folder::new();
    let bytes = OsStr::from_bytes(b"\xff\xfe");
    let mut command = folder.host(&["send", "--keep", "--count", "1"]);
    command.arg(bytes);
    let sent = Running::start(command).end();
    assert!(sent.errors.ends_with("Sent: \\xff\\xfe\n"), "{sent:?}");
    let mut command = folder.host(&["recv", "--until-close", "--expect"]);
    command.arg(bytes);
    let received = Running::start(command).end();
    assert_eq!(received.lines, ["Received: \\xff\\xfe"]);
    let raw = ["recv", "--any", "--count", "1", "--raw"];
    assert_eq!(crate::bytes(&folder, &raw), b"\xff\xfe\n");
}

#[test]
fn what_is_sent_cannot_command_the_terminal_either() {
    let folder = Folder::new();
    let said = well(&folder, &["send", "--count", "1", "bell\x07"]);
    assert!(said.contains("\nSent: bell\\u{7}\n"), "{said}");
}

#[test]
fn lines_may_be_empty_and_the_last_one_unfinished() {
    let folder = Folder::new();
    leave(&folder, b"first\n\n third\r\nlast", &[]);
    let received = bytes(&folder, &["recv", "--any", "--raw", "--until-close"]);
    assert_eq!(received, b"first\n\n third\r\nlast\n");
}

#[test]
fn no_input_is_no_message() {
    let folder = Folder::new();
    leave(&folder, b"", &[]);
    assert_eq!(status(&folder)["sent"], 0);
    let mut empty = folder.start(&["send", "--lines", "--backpressure", "--id", "T"]);
    empty.feed(b"");
    assert_eq!(empty.end().code, Some(0));
}

#[test]
fn lines_are_counted_and_paced() {
    let folder = Folder::new();
    let since = Instant::now();
    leave(
        &folder,
        b"1\n2\n3\n4\n",
        &["--count", "3", "--interval", "60ms"],
    );
    assert!(since.elapsed() >= Duration::from_millis(120));
    let received = bytes(&folder, &["recv", "--any", "--raw", "--until-close"]);
    assert_eq!(received, b"1\n2\n3\n");
}

#[test]
fn a_line_is_sent_when_it_comes() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines"]);
    let mut receiver = folder.start(&["recv", "--any"]);
    for line in ["one", "two", "three"] {
        sender.feed(format!("{line}\n").as_bytes());
        assert_eq!(receiver.line(), format!("Received: {line}"));
    }
}

#[test]
fn the_segment_has_the_size_and_the_slots_asked_for() {
    let folder = Folder::new();
    leave(&folder, b"", &["--size", "65536", "--slot", "1000"]);
    let status = status(&folder);
    assert_eq!(status["bytes"], 65536);
    assert_eq!(status["capacity"], 1000);
}

#[test]
fn the_default_segment_is_the_originals() {
    let folder = Folder::new();
    well(&folder, &["send", "--keep", "--count", "1", "-q"]);
    let status = status(&folder);
    assert_eq!(status["bytes"], 1024);
    assert_eq!(status["mode"], "0600");
    assert_eq!(status["policy"], "overwrite");
}

#[test]
fn a_slot_holds_what_it_says_and_not_a_byte_more() {
    let folder = Folder::new();
    let (fits, long) = ("x".repeat(77), "x".repeat(78));
    let slot = ["--slot", "77", "--count", "1", "--keep", "-q"];
    well(&folder, &[&["send", &fits], &slot[..]].concat());
    let ended = run(&folder, &[&["send", &long], &slot[..]].concat());
    assert_eq!(ended.code, Some(1));
    assert_eq!(status(&folder)["sent"], 1);
}

#[test]
fn a_slot_may_hold_16_mib() {
    let folder = Folder::new();
    let mut line: Vec<u8> = (0u32..16 << 20).map(|at| b' ' + (at % 89) as u8).collect();
    leave(&folder, &line, &["--slot", "16777216"]);
    line.push(b'\n');
    let received = bytes(&folder, &["recv", "--any", "--raw", "--count", "1"]);
    assert!(received == line, "it arrived changed");
}

#[test]
fn the_mode_is_the_segments() {
    let folder = Folder::new();
    let _sender = sending(&folder, &["--mode", "0640"]);
    assert_eq!(status(&folder)["mode"], "0640");
}

#[test]
fn kept_is_there_for_a_later_receiver() {
    let folder = Folder::new();
    let send = ["send", "--keep", "--count", "4", "--interval", "1ms"];
    well(&folder, &send);
    let ended = run(&folder, &["recv", "--until-close"]);
    assert_eq!((ended.code, ended.lines), (Some(0), turns(4)));
    assert!(folder.has_segment());
}

#[test]
fn a_single_message_is_there_long_enough_for_a_receiver_that_waits() {
    let folder = Folder::new();
    let mut receiver = folder.start(&["recv", "--any"]);
    receiver.hear("waiting");
    let mut heard = None;
    // Four looks long; on a busy machine not each receiver gets to look in that time.
    until("a receiver that looks in time", || {
        let since = Instant::now();
        well(&folder, &["send", "--count", "1", "hello"]);
        assert!(since.elapsed() >= Duration::from_millis(200));
        heard = receiver.line_within(Duration::from_millis(100));
        heard.is_some()
    });
    assert_eq!(heard.unwrap(), "Received: hello");
    folder.assert_clean();
}
