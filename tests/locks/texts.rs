//! Does each error say what failed, on which key, and what to type?

use std::io;

use ramframe_host::cli::hints;
use ramframe_host::error::{Error, Kind, Object};
use ramframe_host::locks::Locks;
use ramframe_host::sysv::key::Key;
use ramframe_host::trust::Trust;

use crate::scratch::Scratch;
use crate::{me, open};

/// An error of `key` says all of `words`.
fn says(error: &Error, key: Key, words: &[&str]) {
    let text = hints::of(error);
    for word in words.iter().copied().chain([key.to_string().as_str()]) {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

fn of(key: Key, kind: Kind) -> Error {
    let object = Object::Locks(key);
    Error { object, kind }
}

/// One that the system gives when there is no room for another set.
fn full() -> io::Error {
    io::Error::from_raw_os_error(libc::ENOSPC)
}

#[test]
fn a_seat_that_is_held() {
    let scratch = Scratch::new();
    let locks = open(&scratch, 2).unwrap();
    let _seat = locks.try_receiver(1).unwrap();
    let error = locks.try_receiver(1).unwrap_err();
    let holder = format!("process {}", me());
    says(&error, scratch.key, &[&holder, "receiver 1", "stop it"]);
}

#[test]
fn a_seat_that_there_is_not() {
    let scratch = Scratch::new();
    let error = open(&scratch, 2).unwrap().try_receiver(2).unwrap_err();
    says(&error, scratch.key, &["no receiver 2", "made for 2"]);
}

#[test]
fn a_set_that_was_removed() {
    let scratch = Scratch::new();
    let locks = open(&scratch, 1).unwrap();
    locks.remove().unwrap();
    let error = locks.try_sender().unwrap_err();
    says(&error, scratch.key, &["was removed", "start again"]);
}

#[test]
fn a_set_that_there_is_not() {
    let scratch = Scratch::new();
    let error = Locks::open(scratch.key, &Trust::current_user()).unwrap_err();
    says(
        &error,
        scratch.key,
        &["no semaphores", "`host send`", "--ipc"],
    );
}

#[test]
fn a_set_that_there_is() {
    let key = Key::new(0x1234).unwrap();
    let rm = "`host rm --key 0x00001234`";
    let error = of(key, Kind::Exists { stat: None });
    says(&error, key, &["already", rm, "`--key`"]);
}

#[test]
fn no_room_for_another_set() {
    let key = Key::new(0x1234).unwrap();
    let error = of(key, Kind::NoRoom(full()));
    let words = ["No space left", "`ipcs -s`", "`sysctl kernel.sem`"];
    says(&error, key, &words);
}

#[test]
fn what_else_the_system_refused() {
    let key = Key::new(0x1234).unwrap();
    let error = of(key, Kind::System("semop", full()));
    says(&error, key, &["semop", "No space left"]);
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), full().to_string());
}

#[test]
fn a_process_that_has_no_name_here() {
    let key = Key::new(0x1234).unwrap();
    let error = Error {
        object: Object::Channel(key.into()),
        kind: Kind::SenderHeld(0),
    };
    says(&error, key, &["a process of another container"]);
}
