//! Is nothing taken for shown that was not, and is nobody kept by a reader that is slow or gone?

use std::fs;
use std::io::{Read, pipe};
use std::thread;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::kinds::{RECEIVERS, Receiver, SENDERS, make_ram};
use crate::processes::{Folder, until};
use crate::{Process, dev_full, full_pipe, set_nonblocking, shell};

/// The messages that a receiver with this output has taken come to so many, and the next one begins behind them.
fn assert_nothing_taken(folder: &Folder, receiver: &Receiver) {
    let Some(next) = receiver.next else { return };
    let ended = folder.start(next).end();
    let message: Value = serde_json::from_str(&ended.lines[0]).unwrap();
    assert_eq!(message["sequence"], 0, "{:?}", receiver.args);
}

#[test]
fn a_full_disk_is_named_and_nothing_is_taken() {
    for receiver in &RECEIVERS {
        let folder = Folder::new();
        let _sender = receiver.sender(&folder);
        let process = Process::start(&folder, receiver.args, |command| command.stdout(dev_full()));
        let ended = process.end(&folder);
        assert_eq!(ended.code, Some(1), "{:?}: {ended:?}", receiver.args);
        let why = "standard output: No space left on device";
        assert!(ended.said.contains(why), "{ended:?}");
        assert_nothing_taken(&folder, receiver);
    }
}

#[test]
fn a_reader_that_does_not_read_keeps_nobody() {
    for receiver in &RECEIVERS {
        for (blocks, signal) in [
            (true, Some(Signal::SIGTERM)),
            (false, Some(Signal::SIGINT)),
            (true, None),
            (false, None),
        ] {
            let folder = Folder::new();
            let _sender = receiver.sender(&folder);
            let (_unread, full) = full_pipe(blocks);
            let limit = [receiver.args, &["--timeout", "500ms"]].concat();
            let args = if signal.is_some() {
                receiver.args
            } else {
                &limit
            };
            let process = Process::start(&folder, args, |command| command.stdout(full));
            if let Some(signal) = signal {
                // Whether it has come to print does not matter, but most often it has.
                thread::sleep(Duration::from_millis(300));
                process.signal(signal);
            }
            let ended = process.end(&folder);
            assert_eq!(ended.by, signal, "{:?}: {ended:?}", receiver.args);
            assert!(signal.is_some() || ended.code == Some(3), "{ended:?}");
            assert_nothing_taken(&folder, receiver);
        }
    }
}

#[test]
fn a_slow_reader_of_a_non_blocking_pipe_gets_everything() {
    let lines: String = (0..20_000)
        .map(|line| format!("{line} padding\n"))
        .collect();
    let kinds: [[&[&str]; 2]; 2] = [
        [
            &["send", "--lines", "--backpressure", "-q"],
            &["recv", "--any", "--raw", "--until-close"],
        ],
        [&["send", "--stream", "-q"], &["recv", "--stream"]],
    ];
    for [send, recv] in kinds {
        let folder = Folder::new();
        fs::write(folder.path().join("input"), &lines).unwrap();
        let (mut reader, writer) = pipe().unwrap();
        set_nonblocking(&writer);
        let receiver = Process::start(&folder, recv, |command| command.stdout(writer));
        let input = fs::File::open(folder.path().join("input")).unwrap();
        let sender = Process::start(&folder, send, |command| command.stdin(input));
        thread::sleep(Duration::from_millis(200));
        let mut received = String::new();
        reader.read_to_string(&mut received).unwrap();
        assert!(received == lines, "other bytes: {}", received.len());
        assert_eq!(sender.end(&folder).code, Some(0));
        assert_eq!(receiver.end(&folder).code, Some(0));
        folder.assert_clean();
    }
}

#[test]
fn what_was_received_and_not_shown_is_counted() {
    let folder = Folder::new();
    let overwrite = &RECEIVERS[1];
    let _sender = overwrite.sender(&folder);
    let (_unread, full) = full_pipe(true);
    let args = [overwrite.args, &["--timeout", "500ms"]].concat();
    let process = Process::start(&folder, &args, |command| command.stdout(full));
    let ended = process.end(&folder);
    let told = " bytes were not written to standard output\n";
    assert!(ended.said.ends_with(told), "{ended:?}");
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_anything_is_taken() {
    for receiver in &RECEIVERS {
        for (output, why) in [
            (">&-", "standard output is closed"),
            ("1<said", "standard output is not open for writing"),
        ] {
            let folder = Folder::new();
            let _sender = receiver.sender(&folder);
            let script = format!("exec \"$HOST\" {} {output}", receiver.args.join(" "));
            let ended = shell(&folder, &script);
            assert_eq!(ended.code, Some(1), "{script}: {ended:?}");
            assert_eq!(ended.errors, format!("host: {why}\n"));
            assert_nothing_taken(&folder, receiver);
        }
    }
}

#[test]
fn tables_and_helps_that_cannot_be_written_are_failures() {
    let folder = Folder::new();
    for command in [
        "",
        "--help",
        "--version",
        "send --help",
        "list",
        "bench --help",
    ] {
        for output in [">/dev/full", ">&-", "1<."] {
            let ended = shell(&folder, &format!("\"$HOST\" {command} {output}"));
            assert_eq!(ended.code, Some(1), "{command} {output}: {ended:?}");
            assert!(ended.errors.contains("standard output"), "{ended:?}");
        }
    }
}

#[test]
fn a_full_log_does_not_stop_a_sender() {
    let folder = Folder::new();
    let args = [
        "send",
        "--backpressure",
        "--count",
        "5",
        "--interval",
        "1ms",
    ];
    let sender = Process::start(&folder, &args, |command| command.stderr(dev_full()));
    let received = folder.start(&["recv", "--any", "--until-close"]).end();
    assert_eq!((received.code, received.lines.len()), (Some(0), 5));
    assert_eq!(sender.end(&folder).code, Some(0));
    folder.assert_clean();
}

#[test]
fn a_log_that_nobody_reads_does_not_stop_a_sender_of_a_known_number() {
    let folder = Folder::new();
    let (reader, log) = pipe().unwrap();
    drop(reader);
    let args = [
        "send",
        "--backpressure",
        "--count",
        "5",
        "--interval",
        "1ms",
    ];
    let sender = Process::start(&folder, &args, |command| command.stderr(log));
    let received = folder.start(&["recv", "--any", "--until-close"]).end();
    assert_eq!((received.code, received.lines.len()), (Some(0), 5));
    assert_eq!(sender.end(&folder).code, Some(0));
    folder.assert_clean();
}

#[test]
fn a_log_that_is_not_read_on_keeps_no_sender() {
    for sender in &SENDERS {
        for (blocks, limit) in [
            (true, None),
            (false, None),
            (true, Some("300ms")),
            (false, Some("300ms")),
        ] {
            let folder = Folder::new();
            make_ram(&folder);
            let (_unread, full) = full_pipe(blocks);
            let mut args = sender.args.to_vec();
            args.extend(limit.iter().flat_map(|limit| ["--timeout", limit]));
            let (input, _input) = pipe().unwrap();
            let process =
                Process::start(&folder, &args, |command| command.stdin(input).stderr(full));
            if limit.is_none() {
                until("it to begin", || {
                    folder.has_segment() || sender.args.contains(&"--map")
                });
                thread::sleep(Duration::from_millis(100));
                process.signal(Signal::SIGTERM);
            }
            let ended = process.end(&folder);
            let by = limit.map_or(Some(Signal::SIGTERM), |_| None);
            assert_eq!(ended.by, by, "{args:?}: {ended:?}");
            assert_eq!(ended.code, limit.map(|_| 3), "{args:?}");
            folder.assert_clean();
        }
    }
}
