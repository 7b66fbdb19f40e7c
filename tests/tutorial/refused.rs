//! What does each wire say of a segment that is the other's, or not as it was asked for?

use crate::compiled::Programs;
use crate::processes::{Folder, Running};

/// Runs `host` to its end, which must be a failure that says `what`.
fn refused(folder: &Folder, args: &[&str], what: &[&str]) {
    let ended = folder.start(args).end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for what in what {
        assert!(ended.errors.contains(what), "{ended:?} without {what:?}");
    }
    assert_eq!(ended.lines, Vec::<String>::new());
}

#[test]
fn frames_are_not_looked_for_in_the_c_segment() {
    let Some(programs) = Programs::compiled() else {
        return;
    };
    let folder = Folder::new();
    let mut sender = Running::start(folder.program(&programs.sender, &["1000000"]));
    assert_eq!(sender.line(), "Sent: CIEPLO");
    let says = ["belongs to another program", "`--wire text`", "`host rm"];
    refused(&folder, &["recv", "--timeout", "60s"], &says);
    refused(&folder, &["send", "--mode", "0666"], &says);
    let says = [
        "mode 0666",
        "is not ramframe's",
        "`--wire text`",
        "--force`",
    ];
    refused(&folder, &["send"], &says);
    let mut receiver = folder.start(&["recv", "--wire", "text"]);
    assert_eq!(receiver.line(), "Received: CIEPLO", "it is as it was");
}

#[test]
fn a_c_segment_of_another_size_is_refused() {
    let Some(programs) = Programs::compiled() else {
        return;
    };
    let folder = Folder::new();
    let mut receiver = Running::start(folder.program(&programs.receiver, &["5"]));
    receiver.line();
    let says = ["has 1024 bytes, not 512", "`--size 1024`"];
    refused(&folder, &["send", "--wire", "text", "--size", "512"], &says);
    refused(
        &folder,
        &["send", "--wire", "text", "--size", "4096"],
        &["not 4096"],
    );
}

#[test]
fn the_c_program_cannot_use_a_segment_that_is_too_small() {
    let Some(programs) = Programs::compiled() else {
        return;
    };
    let folder = Folder::new();
    let sender = folder.start(&["send", "--wire", "text", "--size", "512"]);
    sender.hear("Sent: CIEPLO");
    let ended = Running::start(folder.program(&programs.receiver, &[])).end();
    assert_eq!(ended.code, Some(1));
    assert!(ended.errors.contains("shmget"), "{ended:?}");
}

#[test]
fn texts_are_not_looked_for_in_a_channel() {
    let folder = Folder::new();
    let sender = folder.start(&["send", "--mode", "0666"]);
    sender.hear("Sent: CIEPLO");
    let says = ["holds a ramframe channel", "without `--wire text`"];
    refused(
        &folder,
        &["recv", "--wire", "text", "--timeout", "60s"],
        &says,
    );
    refused(&folder, &["send", "--wire", "text"], &says);
    let mut receiver = folder.start(&["recv"]);
    assert_eq!(receiver.line(), "Received: CIEPLO", "it is as it was");
}

#[test]
fn a_text_too_long_names_the_option() {
    let folder = Folder::new();
    let long = "x".repeat(1024);
    refused(
        &folder,
        &["send", "--wire", "text", &long],
        &["1023 bytes", "`--size`"],
    );
    folder.assert_clean();
}

#[test]
fn a_line_too_long_names_the_option() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--wire", "text", "--lines", "--interval", "0ms"]);
    sender.feed("x".repeat(2000).as_bytes());
    let ended = sender.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.errors.contains("`--size BYTES`"), "{ended:?}");
    folder.assert_clean();
}

#[test]
fn a_text_that_nobody_would_see_whole_is_refused() {
    let folder = Folder::new();
    let text = ["send", "--wire", "text", "--quiet"];
    let empty = [&text[..], &["--count", "1", ""]].concat();
    let says = ["message 1 is empty", "without `--wire text`"];
    refused(&folder, &empty, &says);
    let mut sender = folder.start(&[&text[..], &["--lines", "--interval", "0s"]].concat());
    sender.feed(b"a\na\0b\n");
    let ended = sender.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(
        ended.errors,
        "host: message 2 has a NUL at byte 1, where `--wire text` ends; send it without `--wire text`\n"
    );
    folder.assert_clean();
}
