//! Is a segment that is not ramframe's, or not whole, named and left as it is?

use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::region::{Region, RegionMut};
use ramframe_host::lock::Locks;
use ramframe_host::segment::{ReadWrite, Segment};
use ramframe_host::trust::Trust;

use crate::processes::Folder;
use crate::{fails, run, well};

/// A segment of another program.
fn made(folder: &Folder, size: usize, words: &[(usize, u32)]) -> Segment<ReadWrite> {
    let segment = Segment::create(folder.key, size, 0o600).unwrap();
    for &(at, word) in words {
        segment.ram().store(at, word, Relaxed);
    }
    segment
}

fn words(segment: &Segment<ReadWrite>) -> Vec<u32> {
    let ram = segment.ram();
    let offsets = (0..ram.len() / 4).map(|word| word * 4);
    offsets.map(|at| ram.load(at, Relaxed)).collect()
}

/// Asks all commands, each of which must refuse with its text, and finds the segment as it was.
fn refused(folder: &Folder, segment: &Segment<ReadWrite>, why: &str, rm: &str) {
    let before = words(segment);
    for command in ["send", "recv", "status"] {
        assert_eq!(fails(folder, &[command]), why, "{command}");
    }
    assert_eq!(fails(folder, &["rm"]), rm);
    assert_eq!(words(segment), before, "it was touched");
    assert!(folder.has_segment());
    well(folder, &["rm", "--force"]);
    folder.assert_clean();
}

#[test]
fn another_programs_segment_is_left_alone() {
    let folder = Folder::new();
    let segment = made(&folder, 1024, &[(0, 0x4C45_4943), (4, 0x4F50)]);
    refused(
        &folder,
        &segment,
        "the segment of key KEY is not a ramframe channel (first word 0x4c454943): it belongs to another program and is left alone; use another `--id`, read it with `--wire text`, or remove it with `host rm --key KEY --force`",
        "the segment of key KEY is not a ramframe channel (first word 0x4c454943): it may belong to another program; if it is yours to remove, use `--force`",
    );
}

#[test]
fn a_segment_too_small_to_tell_is_left_alone() {
    let folder = Folder::new();
    let segment = made(&folder, 16, &[(0, 7)]);
    refused(
        &folder,
        &segment,
        "the segment of key KEY is too small for what it should hold: it may belong to another program and is left alone; use another `--id`, or remove it with `host rm --key KEY --force`",
        "the segment of key KEY is too small for what it should hold: it may belong to another program; if it is yours to remove, use `--force`",
    );
}

#[test]
fn a_segment_without_magic_that_is_not_empty_is_left_alone() {
    let folder = Folder::new();
    let segment = made(&folder, 1024, &[(512, 1)]);
    let why = "the segment of key KEY is not formatted, or being formatted now; if this stays so, remove it with `host rm --key KEY --force`, or use another `--id`";
    for command in ["send", "status"] {
        assert_eq!(fails(&folder, &[command]), why, "{command}");
    }
    assert_eq!(
        fails(&folder, &["rm"]),
        "the segment of key KEY is not formatted, or being formatted now: it may belong to another program; if it is yours to remove, use `--force`"
    );
    // It may be a channel in a moment, so a receiver waits; after a while it says for what.
    let receiver = folder.start(&["recv"]);
    let key = folder.key.to_string();
    receiver.hear(&format!("host: {}; waiting\n", why.replace("KEY", &key)));
    assert_eq!(words(&segment).iter().sum::<u32>(), 1, "it was touched");
}

#[test]
fn an_empty_segment_is_what_a_killed_sender_left() {
    let folder = Folder::new();
    drop(made(&folder, 1024, &[]));
    well(&folder, &["send", "--count", "1"]);
    folder.assert_clean();
}

#[test]
fn a_channel_of_another_version_is_named() {
    let folder = Folder::new();
    let magic = u32::from_le_bytes(*b"RAMF");
    let _segment = made(&folder, 1024, &[(0, magic), (4, 2)]);
    for command in ["send", "recv", "status"] {
        assert_eq!(
            fails(&folder, &[command]),
            "the channel on key KEY: layout version 2, not 1; remove it with `host rm --key KEY`, or use another `--id`"
        );
    }
    well(&folder, &["rm"]);
    folder.assert_clean();
}

#[test]
fn a_channel_that_contradicts_itself_is_named() {
    let folder = Folder::new();
    well(&folder, &["send", "--count", "1", "--keep"]);
    let segment = Segment::<ReadWrite>::attach(folder.key, &Trust::mine()).unwrap();
    segment.ram().store(16, 3, Relaxed);
    for command in ["send", "recv", "status"] {
        assert_eq!(
            fails(&folder, &[command]),
            "the channel on key KEY: control block: Slots cannot be 3; remove it with `host rm --key KEY`, or use another `--id`"
        );
    }
    assert!(run(&folder, &["list"]).code == Some(0));
    well(&folder, &["rm"]);
    folder.assert_clean();
}

#[test]
fn semaphores_alone_may_be_another_programs() {
    let folder = Folder::new();
    Locks::open_or_create(folder.key, 3, 0o600, &Trust::mine()).unwrap();
    assert_eq!(
        fails(&folder, &["rm"]),
        "no segment has key KEY (path ., id S), but a set of semaphores has: it may belong to another program; if it is yours to remove, use `--force`"
    );
    Locks::open(folder.key, &Trust::mine()).unwrap();
    well(&folder, &["rm", "--force"]);
    folder.assert_clean();
}

#[test]
fn a_segment_that_others_may_write_is_not_sent_to() {
    let folder = Folder::new();
    well(
        &folder,
        &["send", "--count", "1", "--keep", "--mode", "0622"],
    );
    let said = fails(&folder, &["send"]);
    assert!(
        said.contains("mode 0622, so that others may write it: nothing in it is believed; remove it with `host rm`, or `--mode 0622` to accept that"),
        "{said}"
    );
    let ended = run(&folder, &["recv", "--count", "1"]);
    assert_eq!(ended.lines, ["Received: CIEPLO"]);
    assert_eq!(
        ended.errors,
        "host: others may write into this segment (mode 0622)\n"
    );
    well(&folder, &["send", "--count", "1", "--mode", "0622"]);
    well(&folder, &["rm"]);
    folder.assert_clean();
}
