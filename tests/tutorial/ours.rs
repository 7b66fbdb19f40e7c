//! Do the options mean with `--wire text` what they mean with frames?

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::processes::{Folder, Running};

const SEND: [&str; 5] = ["send", "--wire", "text", "--interval", "0ms"];

/// A sender of lines and a receiver. A line is shown only if it is looked at in time, so each must be before the next.
fn pair(folder: &Folder, options: &[&str]) -> (Running, Running) {
    let sender = folder.start(&[&SEND[..], &["--lines"]].concat());
    let receive = ["recv", "--wire", "text", "--interval", "1ms"];
    (sender, folder.start(&[&receive[..], options].concat()))
}

#[test]
fn lines_are_texts() {
    let folder = Folder::new();
    let (mut sender, mut receiver) = pair(&folder, &["--any", "--raw", "--until-close"]);
    let long = "y".repeat(1023);
    for line in ["one", "zażółć gęślą jaźń", long.as_str(), " "] {
        sender.feed(format!("{line}\n").as_bytes());
        assert_eq!(receiver.line(), line);
    }
    assert_eq!(sender.end().code, Some(0));
    let ended = receiver.end();
    assert_eq!((ended.code, ended.lines.len()), (Some(0), 0));
    assert!(ended.errors.contains("the segment was removed"));
    folder.assert_clean();
}

#[test]
fn each_is_judged() {
    let folder = Folder::new();
    let (mut sender, mut receiver) = pair(&folder, &["--json", "--count", "3"]);
    let mut objects = Vec::new();
    for line in ["CIEPLO", "ZIMNO", "LETNIO"] {
        sender.feed(format!("{line}\n").as_bytes());
        objects.push(serde_json::from_str::<Value>(&receiver.line()).unwrap());
    }
    let object = |sequence: u64, verdict: &str, payload: &str| {
        json!({
            "version": 1, "channel": null, "event": "message", "sequence": sequence, "epoch": 0, "verdict": verdict,
            "worker": null, "generation": null, "attempts": null, "expected": null, "encoding": "utf8", "payload": payload,
        })
    };
    let expected = [
        object(0, "received", "CIEPLO"),
        object(1, "received", "ZIMNO"),
        object(2, "invalid", "LETNIO"),
    ];
    assert_eq!(objects, expected);
    assert_eq!(receiver.end().code, Some(0));
}

#[test]
fn a_count_of_texts_ends_the_sender() {
    let folder = Folder::new();
    let ended = folder.start(&[&SEND[..], &["--count", "3"]].concat()).end();
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.errors, "Sent: CIEPLO\nSent: ZIMNO\nSent: CIEPLO\n");
    folder.assert_clean();
    let quiet = [&SEND[..], &["--count", "3", "--quiet", "--keep"]].concat();
    assert_eq!(folder.start(&quiet).end().errors, "");
    assert!(folder.has_segment());
}

#[test]
fn another_text_can_be_expected() {
    let folder = Folder::new();
    let keep = [&SEND[..], &["--count", "1", "--keep", "TAK"]].concat();
    assert_eq!(folder.start(&keep).end().code, Some(0));
    let receive = ["recv", "--wire", "text", "--count", "1"];
    let expect = |text| [&receive[..], &["--expect", text]].concat();
    let lines = |text| folder.start(&expect(text)).end().lines;
    assert_eq!(lines("TAK"), ["Received: TAK"]);
    assert_eq!(lines("NIE"), ["Error: Invalid message"]);
}

#[test]
fn a_receiver_waits_for_a_sender_and_follows_the_next() {
    let folder = Folder::new();
    let mut receiver = folder.start(&["recv", "--wire", "text", "--any"]);
    receiver.hear("waiting for a sender on key");
    for text in ["one", "two"] {
        let sender = folder.start(&["send", "--wire", "text", text]);
        assert_eq!(receiver.line(), format!("Received: {text}"));
        sender.signal(Signal::SIGINT);
        assert_eq!(sender.end().by, Some(Signal::SIGINT));
    }
    receiver.signal(Signal::SIGINT);
    assert_eq!(receiver.end().by, Some(Signal::SIGINT));
    folder.assert_clean();
}

#[test]
fn time_is_limited() {
    let folder = Folder::new();
    let receive = ["recv", "--wire", "text", "--timeout", "200ms"];
    assert_eq!(folder.start(&receive).end().code, Some(3));
    let _sender = folder.start(&["send", "--wire", "text"]);
    let ended = folder.start(&receive).end();
    assert_eq!(ended.code, Some(3), "{ended:?}");
}
