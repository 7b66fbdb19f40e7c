//! Is a segment that is not ramframe's, or not whole, named and left as it is?

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::geometry::{Geometry, SLOTS};
use ramframe_core::region::{Region, RegionMut};
use ramframe_host::locks::{self, Locks};
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment::{self, ReadWrite, Segment};
use ramframe_host::trust::Trust;

use crate::processes::Folder;
use crate::{fails, run, well};

/// A segment of another program.
fn made(folder: &Folder, size: usize, words: &[(usize, u32)]) -> Segment<ReadWrite> {
    let segment = Segment::create(folder.key, size, 0o600).unwrap();
    for &(at, word) in words {
        segment.memory().store(at, word, Relaxed);
    }
    segment
}

fn words(segment: &Segment<ReadWrite>) -> Vec<u32> {
    let ram = segment.memory();
    let offsets = (0..ram.len() / 4).map(|word| word * 4);
    offsets.map(|at| ram.load(at)).collect()
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
        "the segment of key KEY is too small for the channel; it may belong to another program: use another `--id`, or remove it with `host rm --key KEY --force`",
        "the segment of key KEY is too small for a channel: it may belong to another program; if it is yours to remove, use `--force`",
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
    for options in [
        &[][..],
        &["--size", "4096"],
        &["--slot", "10000"],
        &["--size", "448"],
    ] {
        // A sender makes its locks first.
        Locks::open_or_create(folder.key, 0, 0o600, &Trust::current_user()).unwrap();
        drop(made(&folder, 1024, &[]));
        well(&folder, &[&["send", "--count", "1"], options].concat());
        folder.assert_clean();
    }
}

#[test]
fn a_channel_of_another_version_is_named() {
    let folder = Folder::new();
    let magic = u32::from_le_bytes(*b"RAMF");
    let _segment = made(&folder, 1024, &[(0, magic), (4, 1)]);
    for command in ["send", "recv", "status"] {
        assert_eq!(
            fails(&folder, &[command]),
            "the channel on key KEY: wire version 1, not 2; remove it with `host rm --key KEY`, or use another `--id`"
        );
    }
    well(&folder, &["rm"]);
    folder.assert_clean();
}

#[test]
fn a_channel_that_contradicts_itself_is_named() {
    let folder = Folder::new();
    well(&folder, &["send", "--count", "1", "--keep"]);
    let segment = Segment::<ReadWrite>::attach(folder.key, &Trust::current_user()).unwrap();
    segment.memory().store(SLOTS, 3, Relaxed);
    for command in ["send", "recv", "status"] {
        assert_eq!(
            fails(&folder, &[command]),
            "the channel on key KEY: constants: Slots cannot be 3; remove it with `host rm --key KEY`, or use another `--id`"
        );
    }
    assert!(run(&folder, &["list"]).code == Some(0));
    well(&folder, &["rm"]);
    folder.assert_clean();
}

/// A set of semaphores of another program, removed in the end.
struct Foreign {
    id: String,
    key: Key,
}

impl Foreign {
    fn make(count: &str, mode: &str) -> Self {
        let mut ipcmk = Command::new("ipcmk");
        let made = ipcmk.args(["-S", count, "-p", mode]).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let said = String::from_utf8(made.stdout).unwrap();
        let id = said.split_whitespace().last().unwrap();
        let key = described(id).split_whitespace().next().unwrap().to_owned();
        Self {
            id: id.into(),
            key: key.parse().unwrap(),
        }
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = locks::remove(self.key);
    }
}

/// All that the kernel tells of the set `id`.
fn described(id: &str) -> String {
    let table = fs::read_to_string("/proc/sysvipc/sem").unwrap();
    let line = table
        .lines()
        .find(|line| line.split_whitespace().nth(1) == Some(id));
    line.unwrap_or_default().into()
}

#[test]
fn another_programs_semaphores_are_left_alone() {
    let folder = Folder::new();
    for (count, mode) in [("1", "0644"), ("2", "0600"), ("3", "0666"), ("2", "0777")] {
        let foreign = Foreign::make(count, mode);
        let (id, key) = (&foreign.id, foreign.key.to_string());
        let before = described(id);
        let send = ["send", "--count", "1", "--key", &key];
        let why = format!(
            "the set of semaphores of key {key} is not ramframe's: set {id} of uid {}, mode {mode} belongs to another program and is left alone; use another `--key`, or remove it with `ipcrm -s {id}` or `host rm --key {key} --force`",
            fs::metadata("/proc/self").unwrap().uid()
        );
        for args in [
            &send[..],
            &[&send[..], &["--backpressure"]].concat(),
            &["rm", "--key", &key],
        ] {
            assert_eq!(fails(&folder, args), why, "{args:?}");
        }
        assert_eq!(described(id), before, "it was touched");
        well(&folder, &["rm", "--key", &key, "--force"]);
        assert_eq!(described(id), "");
    }
}

#[test]
fn semaphores_of_a_sender_that_was_killed_before_it_took_one_are_taken_over() {
    let folder = Folder::new();
    for receivers in [0, 3] {
        Locks::open_or_create(folder.key, receivers, 0o600, &Trust::current_user()).unwrap();
        well(&folder, &["send", "--count", "1"]);
        folder.assert_clean();
    }
    Locks::open_or_create(folder.key, 3, 0o600, &Trust::current_user()).unwrap();
    well(&folder, &["rm"]);
    folder.assert_clean();
}

#[test]
fn a_segment_is_removed_though_the_semaphores_beside_it_are_another_programs() {
    let folder = Folder::new();
    let foreign = Foreign::make("1", "0600");
    let key = foreign.key.to_string();
    let segment = Segment::create(foreign.key, 1024, 0o600).unwrap();
    Geometry::overwrite(8, 48)
        .format(&segment.memory(), 0)
        .unwrap();
    drop(segment);
    let said = well(&folder, &["rm", "--key", &key]);
    assert!(said.contains("is not ramframe's"), "{said}");
    assert!(
        said.ends_with(&format!("host: removed key {key}\n")),
        "{said}"
    );
    assert!(segment::find(foreign.key).is_err());
    assert_ne!(described(&foreign.id), "");
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
        said.contains("mode 0622, so other users may write to it: it is not used; remove it with `host rm --key KEY`, or accept that with `--mode 0622`"),
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

#[test]
fn what_a_tutorial_left_is_named_with_advice_that_helps() {
    let folder = Folder::new();
    let segment = Segment::create(folder.key, 1024, 0o666).unwrap();
    ramframe_core::text::write(&segment.memory(), b"CIEPLO").unwrap();
    for send in [
        &["send"][..],
        &["send", "--backpressure"],
        &["send", "--stream"],
    ] {
        let said = fails(&folder, send);
        assert!(
            said.ends_with("and is not ramframe's: another program made it; read or write it with `--wire text`, use another `--id`, or remove it with `host rm --key KEY --force`"),
            "{said}"
        );
    }
    let text = ["recv", "--wire", "text", "--count", "1"];
    assert_eq!(run(&folder, &text).lines, ["Received: CIEPLO"]);
    let text = ["send", "--wire", "text", "--count", "1", "--interval", "0s"];
    well(&folder, &text);
    let key = folder.key.to_string();
    well(&folder, &["rm", "--key", &key, "--force"]);
    well(&folder, &["send", "--count", "1"]);
    folder.assert_clean();
}

#[test]
fn list_tells_of_what_is_in_the_way_of_a_sender_here() {
    let folder = Folder::new();
    assert!(!run(&folder, &["list"]).errors.contains("in this folder"));
    let segment = made(&folder, 1024, &[(0, 7)]);
    let told = format!(
        "host: segment {} of key {} belongs to ",
        segment.id(),
        folder.key
    );
    for list in [&["list"][..], &["list", "--json"]] {
        let ended = run(&folder, list);
        assert_eq!(ended.code, Some(0));
        assert!(ended.errors.contains(&told), "{ended:?}");
        assert!(ended.errors.contains("in this folder"), "{ended:?}");
    }
    well(&folder, &["rm", "--force"]);
    well(&folder, &["send", "--keep", "--count", "1"]);
    assert!(!run(&folder, &["list"]).errors.contains("in this folder"));
}
