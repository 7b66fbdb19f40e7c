//! What other programs made: left alone, and not even attached.

use ramframe_core::geometry::Geometry;
use ramframe_host::locks::Locks;
use ramframe_host::sysv::segment::{self, Segment};
use ramframe_host::trust::Trust;

use crate::processes::Folder;
use crate::run;

#[test]
fn a_segment_that_another_program_has_just_made_is_left_alone() {
    let folder = Folder::new();
    drop(Segment::create(folder.key, 1 << 20, 0o640).unwrap());
    let made = segment::find(folder.key).unwrap();
    let ended = run(&folder, &["send", "--count", "1"]);
    assert_eq!(ended.code, Some(1), "{}", ended.errors);
    assert_eq!(segment::find(folder.key).unwrap(), made);
    assert!(
        Locks::open(folder.key, &Trust::current_user()).is_err(),
        "it left locks"
    );
}

#[test]
fn one_that_was_made_writable_afterwards_is_not_believed() {
    let folder = Folder::new();
    Locks::open_or_create(folder.key, 0, 0o600, &Trust::current_user()).unwrap();
    let segment = Segment::create(folder.key, 4096, 0o666).unwrap();
    let channel = Geometry::overwrite(4, 48);
    channel.format(&segment.memory(), 1).unwrap();
    for command in ["recv", "status"] {
        let ended = run(&folder, &[command]);
        assert_eq!(ended.code, Some(1));
        assert!(
            ended.errors.contains("was not created so"),
            "{}",
            ended.errors
        );
    }
}

#[test]
fn a_list_attaches_only_what_has_our_locks() {
    let folder = Folder::new();
    drop(Segment::create(folder.key, 4096, 0o600).unwrap());
    let id = segment::find(folder.key).unwrap();
    let before = segment::stat(id).unwrap();
    assert_eq!(run(&folder, &["list"]).code, Some(0));
    let after = segment::stat(id).unwrap();
    let pid = i32::try_from(std::process::id()).unwrap();
    assert_eq!((before.last_pid, after.last_pid), (pid, pid));
}
