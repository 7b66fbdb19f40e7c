//! Is nothing lost under `--backpressure`, whoever is late or slow?

use nix::sys::signal::Signal;
use ramframe_core::frame::STAMP_LOW;
use ramframe_core::geometry::CONSUMED;

use crate::processes::{Folder, Running, until};
use crate::{run, status, turns, well};

/// A sender of the lines that the test feeds it.
pub(crate) fn lines(folder: &Folder, args: &[&str]) -> Running {
    folder.start(&[&["send", "--lines", "--backpressure"], args].concat())
}

pub(crate) fn hears(receiver: &mut Running, messages: &[&str]) {
    for message in messages {
        assert_eq!(receiver.line(), format!("Received: {message}"));
    }
}

#[test]
fn lines_wait_for_a_receiver_and_none_is_lost() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines"]);
    let numbers: String = (0..1000).map(|number| format!("{number}\n")).collect();
    sender.feed(numbers.as_bytes());
    sender.hear("waiting for receiver 0 on ");
    let ended = run(&folder, &["recv", "--any", "--raw", "--count", "1000"]);
    assert_eq!(ended.lines.join("\n") + "\n", numbers);
    assert_eq!(sender.end().code, Some(0));
    folder.assert_clean();
}

#[test]
fn lines_wait_for_as_many_receivers_as_are_asked_for() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--receivers", "2"]);
    let mut receivers = [0, 1].map(|_| folder.start(&["recv", "--any", "--until-close"]));
    sender.feed(b"one\n");
    for receiver in &mut receivers {
        hears(receiver, &["one"]);
    }
    assert_eq!(
        crate::fails(&folder, &["recv"]),
        "the channel on key KEY has no free receiver slot: 2 of 2 are in use; stop a receiver, or start the sender with a larger `--receivers`"
    );
    assert_eq!(sender.end().code, Some(0));
    for receiver in receivers {
        assert_eq!(receiver.end().code, Some(0));
    }
    folder.assert_clean();
}

#[test]
fn overwrite_does_not_wait() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--overwrite"]);
    sender.feed("line\n".repeat(1000).as_bytes());
    let ended = sender.end();
    assert_eq!(ended.code, Some(0));
    assert!(
        ended.errors.ends_with("no receiver was there\n"),
        "{ended:?}"
    );
    // What the tutorial does is no different by that.
    let said = crate::well(&folder, &["send", "--overwrite", "--count", "1"]);
    assert!(!said.contains("waiting for"), "{said}");
    folder.assert_clean();
}

#[test]
fn it_waits_for_a_receiver_and_says_so() {
    let folder = Folder::new();
    let sender = folder.start(&[
        "send",
        "--backpressure",
        "--count",
        "30",
        "--interval",
        "0s",
        "-q",
    ]);
    let loud = folder.start(&[
        "send",
        "--backpressure",
        "--count",
        "30",
        "--interval",
        "0s",
        "--id",
        "T",
    ]);
    loud.hear("host: waiting for receiver 0 on key ");
    loud.hear(" (path ., id T)\n");
    for id in ["S", "T"] {
        let ended = run(&folder, &["recv", "--until-close", "--id", id]);
        assert_eq!(
            (ended.code, ended.lines),
            (Some(0), turns(30)),
            "{}",
            ended.errors
        );
    }
    let quiet = sender.end();
    assert_eq!((quiet.code, &*quiet.errors), (Some(0), ""));
    assert_eq!(loud.end().code, Some(0));
    folder.assert_clean();
}

#[test]
fn it_says_so_again_when_a_receiver_has_left() {
    let folder = Folder::new();
    let sender = folder.start(&["send", "--backpressure", "--interval", "0s"]);
    let said = |times| {
        until("it to say that it waits", || {
            sender
                .errors()
                .matches("waiting for receiver 0 on key")
                .count()
                == times
        });
    };
    said(1);
    for times in [2, 3] {
        assert_eq!(
            run(&folder, &["recv", "--any", "--count", "3"]).lines.len(),
            3
        );
        said(times);
    }
    sender.signal(Signal::SIGINT);
    sender.signal(Signal::SIGTERM);
    assert_eq!(sender.end().by, Some(Signal::SIGTERM));
    folder.assert_clean();
}

#[test]
fn it_ends_only_when_everything_was_taken() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &[]);
    sender.feed(b"1\n2\n3\n");
    let ended = std::thread::scope(|scope| {
        let ended = scope.spawn(|| sender.end());
        until("three messages to receive", || {
            folder.has_segment()
                && run(&folder, &["status"])
                    .lines
                    .join("\n")
                    .contains("receiver   0: nobody yet, 3 messages to receive")
        });
        let received = run(&folder, &["recv", "--any", "--until-close"]);
        assert_eq!(
            received.lines,
            ["Received: 1", "Received: 2", "Received: 3"]
        );
        ended.join().unwrap()
    });
    assert_eq!(ended.code, Some(0), "{ended:?}");
    folder.assert_clean();
}

#[test]
fn two_receivers_each_take_everything() {
    let folder = Folder::new();
    let until_close = ["recv", "--until-close"];
    let receivers = [folder.start(&until_close), folder.start(&until_close)];
    let send = [
        "send",
        "--backpressure",
        "--receivers",
        "2",
        "--interval",
        "0s",
    ];
    well(&folder, &[&send[..], &["--count", "300", "-q"]].concat());
    for receiver in receivers {
        let ended = receiver.end();
        assert_eq!((ended.code, ended.lines), (Some(0), turns(300)));
    }
    folder.assert_clean();
}

#[test]
fn one_that_left_in_good_order_may_come_back() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &["--reclaim-after", "1ms"]);
    sender.feed(b"1\n2\n3\n");
    let receive = ["recv", "--any", "--count", "1"];
    for message in ["1", "2", "3"] {
        let ended = run(&folder, &receive);
        assert_eq!(ended.lines, [format!("Received: {message}")]);
    }
    assert_eq!(sender.end().code, Some(0));
    folder.assert_clean();
}

#[test]
fn why_it_ends_is_said_before_it_waits() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &[]);
    sender.feed(format!("ok\n{:05000}\n", 0).as_bytes());
    let why = "host: line 2 is longer than the 4096 bytes of a slot; make them larger with `--slot BYTES`\n";
    sender.hear(why);
    assert_eq!(
        run(&folder, &["recv", "--any", "--count", "1"]).lines,
        ["Received: ok"]
    );
    let ended = sender.end();
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.errors.matches(why).count(), 1, "{}", ended.errors);
    folder.assert_clean();
}

#[test]
fn a_receiver_that_makes_no_sense_is_not_waited_for() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &[]);
    sender.feed(b"1\n");
    until("its message", || folder.sent() == Some(1));
    folder.spoil(|geometry| geometry.receiver_line(0) + CONSUMED);
    let ended = sender.end();
    assert_eq!(ended.code, Some(1));
    let why = "receiver 0 claims messages that are not in the channel; remove it with ";
    assert!(ended.errors.contains(why), "{}", ended.errors);
    folder.assert_clean();
}

#[test]
fn a_channel_in_which_it_cannot_stand_in_is_removed_all_the_same() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &["--reclaim-after", "1ms"]);
    let mut dead = folder.start(&["recv", "--any"]);
    sender.feed(b"1\n");
    hears(&mut dead, &["1"]);
    dead.signal(Signal::SIGKILL);
    dead.end();
    sender.feed(b"2\n");
    until("two messages", || status(&folder)["sent"] == 2);
    folder.spoil(|geometry| geometry.head_line() + STAMP_LOW);
    let ended = sender.end();
    assert_eq!(ended.code, Some(1), "{}", ended.errors);
    folder.assert_clean();
}
