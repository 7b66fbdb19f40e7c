//! Which seat a receiver takes, so that nobody starves.

use std::process::{Command, Stdio};

use ramframe_core::channel::Start;
use ramframe_host::file::Window;
use ramframe_host::location::Location;
use ramframe_host::receiver::Receiver;
use ramframe_host::sender::{ChannelOptions, Sender};
use ramframe_host::trust::Trust;

use crate::processes::Folder;
use crate::run;
use crate::scratch::Scratch;

#[test]
fn receivers_one_after_the_other_take_the_messages_of_all_seats() {
    let folder = Folder::new();
    let send = [
        "send",
        "--backpressure",
        "--receivers",
        "2",
        "--interval",
        "0s",
    ];
    let sender = folder.start(&[&send[..], &["--count", "5", "-q"]].concat());
    for _ in 0..2 {
        let receive = ["recv", "--any", "--count", "5", "--timeout", "20s"];
        assert_eq!(run(&folder, &receive).lines.len(), 5);
    }
    assert_eq!(sender.end().code, Some(0));
    folder.assert_clean();
}

fn most_to_take_comes_first(location: Location) {
    let trust = Trust::current_user();
    let mut sender =
        Sender::open(location.clone(), &ChannelOptions::backpressure(3), &trust).unwrap();
    let open = || Receiver::open(location.clone(), Start::Oldest, &trust).unwrap();
    let mut buffer = [0; 48];
    for message in [b"one", b"two"] {
        sender.try_send(message).unwrap();
    }
    let mut receivers = [open(), open(), open()];
    for (receiver, takes) in receivers.iter_mut().zip([1, 0, 2]) {
        for _ in 0..takes {
            assert!(receiver.try_recv(&mut buffer).unwrap().message().is_some());
        }
    }
    receivers.into_iter().for_each(Receiver::detach);
    let next = [open(), open(), open()].map(|receiver| receiver.next_sequence());
    assert_eq!(next, [0, 1, 2]);
    sender.close().unwrap();
}

#[test]
fn the_seat_with_the_most_to_take_comes_first() {
    let scratch = Scratch::new();
    most_to_take_comes_first(scratch.key.into());
}

#[test]
fn so_it_does_in_a_map() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(4096).unwrap();
    let path = file.path().into();
    most_to_take_comes_first(
        Window {
            path,
            offset: 0,
            size: None,
            uio_map: 0,
        }
        .into(),
    );
}

#[test]
fn a_sender_that_ends_at_once_is_seen_by_who_waits_for_it() {
    let folder = Folder::new();
    let waiting = folder.start(&["recv", "--any", "--raw", "--until-close"]);
    waiting.hear("waiting for a sender on ");
    let path = folder.path().join("lines");
    std::fs::write(&path, "line\n".repeat(9999) + "last\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_host"));
    command
        .args(["send", "--lines", "--overwrite"])
        .current_dir(folder.path());
    command.stdin(std::fs::File::open(path).unwrap());
    let sent = command.stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&sent.stderr);
    assert!(
        sent.status.success() && !said.contains("no receiver"),
        "{said}"
    );
    let ended = waiting.end();
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.lines.last().unwrap(), "last");
}

#[test]
fn it_says_if_nobody_was_there() {
    let folder = Folder::new();
    let ended = run(&folder, &["send", "--count", "1"]);
    assert!(ended.errors.ends_with("host: no receiver was there\n"));
}
