//! What becomes of a stream when one side leaves, dies or lies in the middle of it, and of the next one?

use nix::sys::signal::Signal;
use ramframe_core::geometry::CONSUMED;

use crate::processes::{Folder, until};
use crate::{assert_done, assert_same, bytes, file, receiver, receiver_0, sender};

#[test]
fn a_sender_that_dies_is_an_error_with_the_byte_count() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream"]);
    let mut receiver = folder.start(&["recv", "--stream"]);
    sender.feed(b"half\n");
    assert_eq!(receiver.line(), "half");
    sender.signal(Signal::SIGKILL);
    let ended = receiver.end();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .errors
            .contains("broke after 5 bytes: its sender died"),
        "{}",
        ended.errors
    );
}

#[test]
fn a_sender_that_is_interrupted_has_not_sent_it_all() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream"]);
    let mut receiver = folder.start(&["recv", "--stream"]);
    sender.feed(b"half\n");
    assert_eq!(receiver.line(), "half");
    sender.signal(Signal::SIGINT);
    let ended = receiver.end();
    assert_eq!(ended.code, Some(1), "{}", ended.errors);
    let ended = sender.end();
    assert_eq!(ended.by, Some(Signal::SIGINT));
    assert!(
        ended.errors.contains("gave up after 5 bytes"),
        "{}",
        ended.errors
    );
    folder.assert_clean();
}

#[test]
fn what_a_dead_sender_left_is_no_part_of_the_next_stream() {
    let folder = Folder::new();
    let mut dead = folder.start(&["send", "--stream"]);
    dead.feed(&bytes(10_000));
    until("its bytes are in the channel", || folder.sent() == Some(1));
    dead.signal(Signal::SIGKILL);
    dead.end();
    let sent = bytes(1234);
    file(&folder, "input", &sent);
    let sender = sender(&folder, "input", &[]);
    sender.hear("waiting for");
    let (receiver, received) = receiver(&folder, &[]);
    assert_done(&sender.end());
    assert_done(&receiver.end());
    assert_same(&received, &sent);
    folder.assert_clean();
}

#[test]
fn a_receiver_that_ends_or_dies_breaks_the_stream() {
    for signal in [Signal::SIGINT, Signal::SIGKILL] {
        let folder = Folder::new();
        file(&folder, "input", &bytes(1));
        let mut sender = folder.start(&["send", "--stream", "--reclaim-after", "100ms"]);
        let mut receiver = folder.start(&["recv", "--stream"]);
        sender.feed(b"half\n");
        assert_eq!(receiver.line(), "half");
        receiver.signal(signal);
        receiver.end();
        sender.feed(&bytes(60_000));
        let ended = sender.end();
        assert_eq!(ended.code, Some(1), "{}", ended.errors);
        assert!(ended.errors.contains("broke after"), "{}", ended.errors);
        folder.assert_clean();
    }
}

#[test]
fn a_second_receiver_does_not_take_the_tail_for_the_whole() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream", "--reclaim-after", "1h"]);
    let mut first = folder.start(&["recv", "--stream"]);
    sender.feed(b"beginning\n");
    assert_eq!(first.line(), "beginning");
    until("it to be taken", || receiver_0(&folder)["pending"] == 0);
    first.signal(Signal::SIGKILL);
    first.end();
    let second = folder.start(&["recv", "--stream"]);
    until("another to come", || {
        receiver_0(&folder)["attach_count"] == 2
    });
    sender.feed(b"end\n");
    for (ended, why) in [
        (sender.end(), "receiver 0 ended"),
        (second.end(), "another receiver has had its beginning"),
    ] {
        assert_eq!((ended.code, ended.lines.len()), (Some(1), 0), "{ended:?}");
        assert!(ended.errors.contains(why), "{}", ended.errors);
    }
    folder.assert_clean();
}

#[test]
fn one_that_left_before_the_first_byte_is_no_end_of_the_stream() {
    for sent in ["all", ""] {
        let folder = Folder::new();
        let mut sender = folder.start(&["send", "--stream"]);
        let first = folder.start(&["recv", "--stream"]);
        until("it to come", || receiver_0(&folder)["attach_count"] == 1);
        first.signal(Signal::SIGINT);
        assert_eq!(first.end().by, Some(Signal::SIGINT));
        sender.feed(sent.as_bytes());
        let ended = std::thread::scope(|scope| {
            let ended = scope.spawn(|| sender.end());
            let second = folder.start(&["recv", "--stream"]).end();
            assert_done(&second);
            assert_eq!(second.lines.concat(), sent);
            ended.join().unwrap()
        });
        assert_done(&ended);
        folder.assert_clean();
    }
}

#[test]
fn what_is_kept_is_no_part_of_the_next_stream() {
    let folder = Folder::new();
    for sent in [bytes(100_000), Vec::new(), bytes(1000)] {
        file(&folder, "input", &sent);
        let sender = sender(&folder, "input", &["--keep"]);
        sender.hear("waiting for");
        let (receiver, received) = receiver(&folder, &[]);
        assert_done(&sender.end());
        assert_done(&receiver.end());
        assert_same(&received, &sent);
    }
    // All of it was taken, so this one waits for the next stream.
    let (receiver, received) = receiver(&folder, &[]);
    receiver.hear("waiting for a sender");
    let sent = bytes(5);
    file(&folder, "input", &sent);
    assert_done(&sender(&folder, "input", &[]).end());
    assert_done(&receiver.end());
    assert_same(&received, &sent);
    folder.assert_clean();
}

#[test]
fn a_receiver_that_makes_no_sense_breaks_the_stream() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--stream"]);
    sender.feed(b"half");
    until("its bytes", || folder.sent() == Some(1));
    folder.spoil(|geometry| geometry.receiver_line(0) + CONSUMED);
    let ended = sender.end();
    assert_eq!(ended.code, Some(1));
    let why = "broke after 4 bytes: receiver 0 claims messages";
    assert!(ended.errors.contains(why), "{}", ended.errors);
    folder.assert_clean();
}
