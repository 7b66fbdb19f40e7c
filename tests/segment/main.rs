//! Is a segment what its key names, as large as it says, ours, and gone when it is over?

mod keys;
mod listing;
mod others;
mod scratch;
mod texts;

use std::sync::atomic::Ordering;

use ramframe_core::region::{Region, RegionMut};
use ramframe_host::cli::hints;
use ramframe_host::error::{Error, Kind};
use ramframe_host::sysv::segment::{self, ReadOnly, ReadWrite, Segment, State};
use ramframe_host::trust::{Trust, TrustError};

use crate::scratch::{Scratch, eventually};

fn attach(scratch: &Scratch) -> Result<Segment<ReadOnly>, Error> {
    Segment::attach(scratch.key, &Trust::current_user())
}

#[test]
fn one_side_reads_what_the_other_stores() {
    let scratch = Scratch::new();
    let one = Segment::create(scratch.key, 4096, 0o600).unwrap();
    let two = Segment::<ReadWrite>::attach(scratch.key, &Trust::current_user()).unwrap();
    assert_eq!(two.memory().load(64), 0);
    one.memory().store(64, 7, Ordering::Release);
    assert_eq!(two.memory().load(64), 7);
    assert_eq!(attach(&scratch).unwrap().memory().load(64), 7);
}

#[test]
fn the_memory_ends_where_the_segment_does_and_not_with_its_page() {
    let scratch = Scratch::new();
    let made = Segment::create(scratch.key, 1001, 0o600).unwrap();
    assert_eq!(made.memory().len(), 1001);
    assert_eq!(made.stat().unwrap().size, 1001);
    let found = attach(&scratch).unwrap();
    assert_eq!(found.memory().len(), 1001);
    assert_eq!(found.memory().load(1000), 0);
}

#[test]
fn creating_never_opens_what_is_there() {
    let scratch = Scratch::new();
    let first = Segment::create(scratch.key, 64, 0o600).unwrap();
    let error = Segment::create(scratch.key, 64, 0o600).unwrap_err();
    assert!(matches!(&error.kind, Kind::Exists { stat: Some(stat) } if stat.id == first.id()));
    let text = hints::of(&error);
    let key = scratch.key;
    assert!(
        text.starts_with(&format!(
            "the segment of key {key} is there already: segment {} of uid ",
            first.id()
        )),
        "{text}"
    );
    assert!(
        text.ends_with(&format!(
            "mode 0600, 64 bytes; remove it with `host rm --key {key}`, or use another `--id`"
        )),
        "{text}"
    );
}

#[test]
fn sizes_that_no_segment_has_are_refused() {
    let scratch = Scratch::new();
    for size in [0, usize::MAX] {
        let error = Segment::create(scratch.key, size, 0o600).unwrap_err();
        assert!(
            matches!(error.kind, Kind::Size(_) | Kind::NoRoom(_)),
            "{size}: {error}"
        );
    }
}

#[test]
fn an_absent_segment_is_said_with_what_makes_it() {
    let scratch = Scratch::new();
    let text = hints::of(&attach(&scratch).unwrap_err());
    assert_eq!(
        text,
        format!(
            "no segment has key {key}; start `host send` with the same `--path` and `--id`, or `--key {key}`; \
         between containers, share the IPC namespace (`docker run --ipc`)",
            key = scratch.key
        )
    );
}

#[test]
fn removing_and_making_anew_is_noticed() {
    let scratch = Scratch::new();
    let old = Segment::create(scratch.key, 64, 0o600).unwrap();
    assert_eq!(old.name().state(), State::Same);
    old.remove().unwrap();
    assert_eq!(old.name().state(), State::Removed);
    assert!(old.stat().unwrap().removed());
    let new = Segment::create(scratch.key, 64, 0o600).unwrap();
    assert_eq!(old.name().state(), State::Replaced { id: new.id() });
    old.memory().store(0, 1, Ordering::Release);
    assert_eq!(attach(&scratch).unwrap().id(), new.id());
    assert_eq!(new.memory().load(0), 0);
}

#[test]
fn a_removed_segment_is_not_attached() {
    let scratch = Scratch::new();
    let old = Segment::create(scratch.key, 64, 0o600).unwrap();
    old.remove().unwrap();
    let by_id = Segment::<ReadOnly>::attach_id(old.id(), &Trust::current_user());
    assert!(matches!(by_id.unwrap_err().kind, Kind::Removed));
    assert!(matches!(attach(&scratch).unwrap_err().kind, Kind::Absent));
}

#[test]
fn every_mapping_is_undone() {
    let scratch = Scratch::new();
    let made = Segment::create(scratch.key, 64, 0o600).unwrap();
    let mappings = || made.stat().unwrap().attached;
    let more: Vec<_> = (0..5).map(|_| attach(&scratch).unwrap()).collect();
    eventually(|| mappings() == 6);
    drop(more);
    eventually(|| mappings() == 1);
    let id = made.id();
    made.remove().unwrap();
    drop(made);
    eventually(|| segment::stat(id).is_err_and(|error| matches!(error.kind, Kind::Removed)));
}

#[test]
fn what_others_may_write_is_not_believed_unless_said() {
    let scratch = Scratch::new();
    let _made = Segment::create(scratch.key, 64, 0o620).unwrap();
    let error = attach(&scratch).unwrap_err();
    assert!(matches!(
        error.kind,
        Kind::Untrusted(TrustError::Writable { .. })
    ));
    assert!(
        hints::of(&error).contains("mode 0620, so other users may write to it"),
        "{error}"
    );
    let trust = Trust::current_user().allow_mode(0o620);
    Segment::<ReadOnly>::attach(scratch.key, &trust).unwrap();
}

#[test]
fn a_mapping_is_used_from_any_thread() {
    let scratch = Scratch::new();
    let made = Segment::create(scratch.key, 64, 0o600).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| made.memory().store(0, 3, Ordering::Release));
    });
    assert_eq!(made.memory().load(0), 3);
}
