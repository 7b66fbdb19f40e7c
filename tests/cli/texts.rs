//! Does `--wire text` work between two of ours? With the tutorial's C programs, see `tests/tutorial`.

use crate::processes::Folder;
use crate::{fails, leave, run, well};

#[test]
fn a_text_is_seen_when_it_changes() {
    let folder = Folder::new();
    let receiver = folder.start(&[
        "recv",
        "--wire",
        "text",
        "--interval",
        "1ms",
        "--until-close",
    ]);
    receiver.hear("waiting");
    let send = [
        "send",
        "--wire",
        "text",
        "--interval",
        "300ms",
        "--count",
        "3",
    ];
    well(&folder, &send);
    let ended = receiver.end();
    assert_eq!((ended.code, ended.lines), (Some(0), crate::turns(3)));
    folder.assert_clean();
}

#[test]
fn a_channel_is_no_place_for_texts() {
    let folder = Folder::new();
    leave(&folder, b"", &[]);
    for command in ["send", "recv"] {
        assert_eq!(
            fails(&folder, &[command, "--wire", "text"]),
            "key KEY holds a ramframe channel; use it without `--wire text`, or another `--id`"
        );
    }
}

#[test]
fn no_texts_are_received_if_none_are_asked_for() {
    let folder = Folder::new();
    let ended = run(&folder, &["recv", "--wire", "text", "--count", "0"]);
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""));
}
