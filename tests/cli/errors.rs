//! Does each failure say what failed, on which key, and what to type next?

use nix::sys::signal::Signal;

use crate::processes::Folder;
use crate::{fails, leave, run, sending, status};

#[test]
fn where_nothing_is_there_is_nothing_to_show() {
    let folder = Folder::new();
    assert_eq!(
        fails(&folder, &["status"]),
        "no segment has key KEY; start `host send` with the same `--path` and `--id`, or `--key KEY`; between containers, share the IPC namespace (`docker run --ipc`)"
    );
}

#[test]
fn a_message_too_long_for_its_slot_names_the_option() {
    let folder = Folder::new();
    let ended = run(&folder, &["send", "--slot", "4", "five5"]);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.errors.ends_with(
            "\nhost: the message is longer than the 4 bytes of a slot; make them larger with `--slot BYTES`\n"
        ),
        "{}",
        ended.errors
    );
    folder.assert_clean();
}

#[test]
fn a_line_too_long_names_the_option_and_loses_nothing_before_it() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--backpressure"]);
    let receiver = folder.start(&["recv", "--any", "--until-close"]);
    let (fits, long) = ("x".repeat(4096), "y".repeat(4097));
    sender.feed(format!("first\n{fits}\n{long}\nafter\n").as_bytes());
    let ended = sender.end();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.errors.contains(
            "host: line 3 is longer than the 4096 bytes of a slot; make them larger with `--slot BYTES`\n"
        ),
        "{}",
        ended.errors
    );
    receiver.hear("waiting for a sender");
    receiver.signal(Signal::SIGTERM);
    let received = receiver.end();
    assert_eq!(
        received.lines,
        ["Received: first".into(), format!("Received: {fits}")]
    );
    // It did not take the beginning for all there was to send.
    assert_eq!(received.by, Some(Signal::SIGTERM));
    folder.assert_clean();
}

#[test]
fn a_size_too_small_says_what_would_do() {
    let folder = Folder::new();
    for size in ["0", "447"] {
        assert_eq!(
            fails(&folder, &["send", "--size", size]),
            format!(
                "the requested channel does not fit {size} bytes: two slots for messages of 48 bytes need 448; use `--size 448` or more, or a smaller `--slot`"
            )
        );
    }
    let ended = run(
        &folder,
        &["send", "--size", "448", "--count", "2", "--interval", "1ms"],
    );
    assert_eq!(ended.code, Some(0), "{ended:?}");
    folder.assert_clean();
}

#[test]
fn a_size_beyond_the_machine_is_refused() {
    let folder = Folder::new();
    for size in ["999999999999999", "18446744073709551615"] {
        let said = fails(&folder, &["send", "--size", size]);
        let limit = said.starts_with("there is no room for the segment of key KEY: ");
        let size = said.starts_with(&format!(
            "the segment of key KEY cannot have {size} bytes; `--size` goes from"
        ));
        assert!(limit || size, "{said}");
    }
    folder.assert_clean();
}

#[test]
fn standard_input_that_cannot_be_read_is_named() {
    let folder = Folder::new();
    let ended = crate::shell(&folder, "\"$HOST\" send -q --lines < .");
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        ended.errors,
        "host: standard input: Is a directory (os error 21)\n"
    );
    folder.assert_clean();
}

#[test]
fn a_second_sender_is_told_who_is_the_first() {
    let folder = Folder::new();
    let first = sending(&folder, &[]);
    let second = format!(
        "process {} already sends on key KEY; stop it, or use another `--id`",
        first.pid()
    );
    assert_eq!(fails(&folder, &["send"]), second);
    assert_eq!(status(&folder)["sender_pid"], first.pid());
    first.signal(Signal::SIGTERM);
    assert_eq!(first.end().by, Some(Signal::SIGTERM));
    folder.assert_clean();
}

#[test]
fn one_receiver_too_many_is_refused() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--backpressure"]);
    let mut first = folder.start(&["recv", "--any"]);
    sender.feed(b"here\n");
    assert_eq!(first.line(), "Received: here");
    assert_eq!(
        fails(&folder, &["recv"]),
        "the channel on key KEY has no free receiver slot: 1 of 1 are in use; stop a receiver, or start the sender with a larger `--receivers`"
    );
}

#[test]
fn another_channel_is_not_taken_over() {
    let folder = Folder::new();
    leave(&folder, b"", &["--slot", "100", "--size", "4096"]);
    let cases = [
        (
            &["send", "--backpressure"][..],
            "the channel on key KEY has the overwrite policy; send with `--overwrite` and without `--stream`, remove it with `host rm --key KEY`, or use another `--id`",
        ),
        (
            &["send", "--stream"],
            "the channel on key KEY has the overwrite policy; send with `--overwrite` and without `--stream`, remove it with `host rm --key KEY`, or use another `--id`",
        ),
        (
            &["send", "--slot", "99"],
            "the channel on key KEY has slots of 100 bytes, not 99; use `--slot 100`, remove it with `host rm --key KEY`, or use another `--id`",
        ),
        (
            &["send", "--size", "8192"],
            "the channel on key KEY has 4096 bytes, not 8192; use `--size 4096`, remove it with `host rm --key KEY`, or use another `--id`",
        ),
    ];
    for (args, told) in cases {
        assert_eq!(fails(&folder, args), told);
    }
    let long = "x".repeat(101);
    assert_eq!(
        fails(&folder, &["send", &long]),
        "the channel on key KEY has slots of 100 bytes, and a message has 101; remove it with `host rm --key KEY`, or use another `--id`"
    );
}

#[test]
fn a_backpressure_channel_is_not_taken_over_for_other_receivers() {
    let folder = Folder::new();
    leave(&folder, b"", &["--backpressure", "--receivers", "2"]);
    assert_eq!(
        fails(&folder, &["send"]),
        "the channel on key KEY has the backpressure policy; send with `--backpressure`, remove it with `host rm --key KEY`, or use another `--id`"
    );
    assert_eq!(
        fails(&folder, &["send", "--backpressure"]),
        "the channel on key KEY has 2 receivers, not 1; use `--receivers 2`, remove it with `host rm --key KEY`, or use another `--id`"
    );
}
