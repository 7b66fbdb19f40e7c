//! Is a standard input that is silent, non-blocking, closed or not to be read taken for what it is?

use std::io::{Write, pipe};
use std::thread;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::kinds::make_ram;
use crate::processes::Folder;
use crate::{Process, set_nonblocking, shell};

/// What reads standard input.
const READERS: [&str; 6] = [
    "send --lines",
    "send --lines --backpressure",
    "send --delimited --backpressure",
    "send --null",
    "send --stream",
    "send --lines --wire text",
];

#[test]
fn a_non_blocking_input_is_waited_for() {
    let kinds: [[&[&str]; 2]; 3] = [
        [
            &["send", "--lines", "--backpressure", "-q"],
            &["recv", "--any", "--raw", "--until-close"],
        ],
        [&["send", "--stream", "-q"], &["recv", "--stream"]],
        [
            &[
                "send",
                "--lines",
                "--wire",
                "text",
                "-q",
                "--interval",
                "300ms",
            ],
            &["recv", "--any", "--raw", "--wire", "text", "--until-close"],
        ],
    ];
    for [send, recv] in kinds {
        let folder = Folder::new();
        let (from, mut to) = pipe().unwrap();
        set_nonblocking(&from);
        let sender = Process::start(&folder, send, |command| command.stdin(from));
        let receiver = folder.start(recv);
        for line in ["one\n", "two\n"] {
            thread::sleep(Duration::from_millis(100));
            to.write_all(line.as_bytes()).unwrap();
        }
        drop(to);
        let ended = sender.end(&folder);
        assert_eq!(ended.code, Some(0), "{send:?}: {ended:?}");
        assert_eq!(receiver.end().lines, ["one", "two"], "{send:?}");
        folder.assert_clean();
    }
}

#[test]
fn an_input_that_is_silent_keeps_nobody() {
    for reader in READERS {
        let folder = Folder::new();
        let (from, _silent) = pipe().unwrap();
        let args: Vec<&str> = reader.split(' ').chain(["--timeout", "300ms"]).collect();
        let sender = Process::start(&folder, &args, |command| command.stdin(from));
        assert_eq!(sender.end(&folder).code, Some(3), "{reader}");
        folder.assert_clean();
    }
}

#[test]
fn an_input_that_cannot_be_read_is_no_empty_one() {
    for reader in READERS {
        for (input, why) in [
            ("<&-", "standard input is closed"),
            ("0>other", "standard input is not open for reading"),
            ("<.", "standard input: Is a directory (os error 21)"),
        ] {
            let folder = Folder::new();
            let ended = shell(&folder, &format!("\"$HOST\" {reader} -q {input}"));
            assert_eq!(ended.code, Some(1), "{reader} {input}: {ended:?}");
            assert!(
                ended.errors.ends_with(&format!("host: {why}\n")),
                "{ended:?}"
            );
            folder.assert_clean();
        }
    }
}

#[test]
fn who_reads_no_input_does_not_mind() {
    let folder = Folder::new();
    make_ram(&folder);
    for sender in ["send", "send --wire text", "send --map ram"] {
        let line = format!("\"$HOST\" {sender} -q --count 1 --interval 1ms <&-");
        assert_eq!(shell(&folder, &line).code, Some(0), "{sender}");
    }
}

#[test]
fn a_sender_that_fails_does_not_leave_in_good_order() {
    let folder = Folder::new();
    let receiver = folder.start(&["recv", "--any", "--until-close"]);
    let mut sender = folder.start(&["send", "--lines", "--backpressure", "--slot", "3"]);
    sender.feed(b"a\nlong\nb\n");
    assert_eq!(sender.end().code, Some(1));
    receiver.hear("host: the segment was removed\n");
    receiver.signal(Signal::SIGTERM);
    let ended = receiver.end();
    assert_eq!(
        (ended.by, ended.lines),
        (Some(Signal::SIGTERM), vec!["Received: a".into()])
    );
    folder.assert_clean();
}
