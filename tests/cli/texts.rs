//! Does `--wire text` work between two of ours? With the tutorial's C programs, see `tests/tutorial`.

use crate::processes::Folder;
use crate::{fails, leave, run};

#[test]
fn a_text_is_seen_when_it_changes() {
    let folder = Folder::new();
    let text = ["--wire", "text", "--interval", "1ms"];
    let mut receiver = folder.start(&[&["recv", "--until-close"], &text[..]].concat());
    receiver.hear("waiting");
    let mut sender = folder.start(&[&["send", "--lines"], &text[..]].concat());
    // Each stands there until the next one does, and so until it was seen.
    for text in ["CIEPLO", "ZIMNO", "CIEPLO"] {
        sender.feed(format!("{text}\n").as_bytes());
        assert_eq!(receiver.line(), format!("Received: {text}"));
    }
    assert_eq!(sender.end().code, Some(0));
    let ended = receiver.end();
    assert_eq!((ended.code, ended.lines.len()), (Some(0), 0));
    folder.assert_clean();
}

#[test]
fn lines_stand_for_a_second_as_the_help_says() {
    let folder = Folder::new();
    let mut receiver = folder.start(&["recv", "--wire", "text", "--any"]);
    receiver.hear("waiting");
    let mut sender = folder.start(&["send", "--wire", "text", "--lines"]);
    sender.feed(b"one\ntwo\n");
    assert_eq!(sender.end().code, Some(0));
    assert_eq!(receiver.line(), "Received: one");
    assert_eq!(receiver.line(), "Received: two");
    let help = run(&folder, &["send", "--help"]).lines.join(" ");
    let told = "With `--wire text` the default is 1s for lines too";
    assert!(help.contains(told), "{help}");
}

#[test]
fn a_channel_is_no_place_for_texts() {
    let folder = Folder::new();
    leave(&folder, b"", &[]);
    for command in ["send", "recv"] {
        assert_eq!(
            fails(&folder, &[command, "--wire", "text"]),
            "key KEY holds a ramframe channel; use it without `--wire text`, or use another `--id`"
        );
    }
}

#[test]
fn no_texts_are_received_if_none_are_asked_for() {
    let folder = Folder::new();
    let ended = run(&folder, &["recv", "--wire", "text", "--count", "0"]);
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""));
}
