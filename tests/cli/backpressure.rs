//! Is nothing lost under `--backpressure`, whoever is late or slow?

use crate::processes::{Folder, Running, until};
use crate::{run, turns, well};

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
fn it_ends_only_when_everything_was_taken() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &[]);
    sender.feed(b"1\n2\n3\n");
    let ended = std::thread::scope(|scope| {
        let ended = scope.spawn(|| sender.end());
        until("three messages to take", || {
            folder.has_segment()
                && run(&folder, &["status"])
                    .lines
                    .join("\n")
                    .contains("receiver   0: nobody yet, 3 messages to take")
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
    let mut sender = lines(&folder, &["--dead-after", "1ms"]);
    sender.feed(b"1\n2\n3\n");
    let receive = ["recv", "--any", "--count", "1"];
    for message in ["1", "2", "3"] {
        let ended = run(&folder, &receive);
        assert_eq!(ended.lines, [format!("Received: {message}")]);
    }
    assert_eq!(sender.end().code, Some(0));
    folder.assert_clean();
}
