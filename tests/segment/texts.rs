//! Does each error say what failed, on which key or file, and what to type? Here those that no command comes to by itself.

use std::io;

use ramframe_host::cli::hints;
use ramframe_host::error::{Error, Kind, Object};
use ramframe_host::file::Window;
use ramframe_host::sender::ChannelOptions;
use ramframe_host::sysv::key;
use ramframe_host::sysv::segment::{ReadOnly, Segment};
use ramframe_host::trust::{Trust, TrustError};

use crate::scratch::Scratch;

/// One without a key.
const SEGMENT: Object = Object::Segment {
    key: None,
    id: Some(7),
};

fn says(error: &(impl std::error::Error + 'static), words: &[&str]) {
    let text = hints::of(error);
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

fn refused() -> io::Error {
    io::Error::from_raw_os_error(libc::EPERM)
}

#[test]
fn a_path_whose_key_is_reserved() {
    let error = key::Error::PathReserved {
        path: "some/file".into(),
        id: b'S',
    };
    says(&error, &["some/file", "'S'", "reserved", "another `--id`"]);
}

#[test]
fn a_segment_that_was_removed() {
    let scratch = Scratch::new();
    let made = Segment::create(scratch.key, 64, 0o600).unwrap();
    made.remove().unwrap();
    let error = Segment::<ReadOnly>::attach_id(made.id(), &Trust::current_user()).unwrap_err();
    let id = format!("segment {} was removed", made.id());
    says(&error, &[&id, "start again"]);
}

#[test]
fn a_segment_of_whoever_it_may_be() {
    let error = Error {
        object: SEGMENT,
        kind: Kind::NotOwner(None),
    };
    says(&error, &["segment 7", "not yours to remove", "`ipcs -m`"]);
}

#[test]
fn what_else_the_system_refused() {
    let error = Error {
        object: SEGMENT,
        kind: Kind::System("shmat", refused()),
    };
    says(&error, &["shmat", "Operation not permitted"]);
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), refused().to_string());
}

#[test]
fn a_file_that_may_not_be_opened() {
    let window = Window {
        path: "some/file".into(),
        offset: 0,
        size: None,
        uio_map: 0,
    };
    let error = Error {
        object: Object::File(window),
        kind: Kind::Untrusted(TrustError::Denied { owner: None }),
    };
    says(&error, &["some/file", "may not be opened by you"]);
}

#[test]
fn a_channel_that_cannot_be() {
    let wanted = ChannelOptions {
        slots: Some(3),
        ..ChannelOptions::overwrite()
    };
    let error = wanted.geometry().unwrap_err();
    assert!(matches!(error.kind, Kind::Impossible(_)));
    says(
        &error,
        &["is not possible", "Slots cannot be 3", "`--slot`"],
    );
}
