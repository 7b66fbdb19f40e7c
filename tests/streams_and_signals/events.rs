//! Does each side end by the signal that asks it to, at once or after the time it has, with nothing left behind?

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::kinds::{RECEIVERS, SENDERS, make_ram};
use crate::processes::{Folder, until};
use crate::{Process, said};

const NOW: [Signal; 2] = [Signal::SIGTERM, Signal::SIGHUP];

/// Longer than a test takes.
const NEVER: [&str; 2] = ["--drain-timeout", "1h"];

#[test]
fn a_sender_without_a_receiver_ends_at_once_and_says_what_is_lost() {
    for sender in &SENDERS {
        for signal in NOW {
            let folder = Folder::new();
            let (process, _input) = sender.start(&folder, &NEVER);
            process.signal(signal);
            let ended = process.end(&folder);
            assert_eq!(ended.by, Some(signal), "{:?}: {ended:?}", sender.args);
            assert!(ended.said.ends_with(sender.lost), "{ended:?}");
            folder.assert_clean();
        }
    }
}

#[test]
fn the_first_interrupt_drains_for_as_long_as_it_may() {
    for sender in &SENDERS {
        let folder = Folder::new();
        let since = Instant::now();
        let (process, _input) = sender.start(&folder, &["--drain-timeout", "300ms"]);
        process.signal(Signal::SIGINT);
        let ended = process.end(&folder);
        assert_eq!(ended.by, Some(Signal::SIGINT), "{:?}", sender.args);
        let lost = sender.lost.lines().last().unwrap_or_default();
        assert!(ended.said.contains(lost), "{ended:?}");
        let drained = ended.said.contains("Ctrl-C again gives up");
        assert!(!drained || since.elapsed() >= Duration::from_millis(300));
        folder.assert_clean();
    }
}

#[test]
fn a_later_interrupt_ends_it_now() {
    for sender in &SENDERS {
        let folder = Folder::new();
        let (mut process, _input) = sender.start(&folder, &NEVER);
        let mut status = None;
        until("the end", || {
            process.signal(Signal::SIGINT);
            status = process.try_end();
            status.is_some()
        });
        let by = status.and_then(crate::processes::ended_by);
        assert_eq!(by, Some(Signal::SIGINT), "{:?}", sender.args);
        folder.assert_clean();
    }
}

#[test]
fn signals_that_merge_do_not_keep_it_alive() {
    let folder = Folder::new();
    let (process, _input) = SENDERS[0].start(&folder, &["--drain-timeout", "200ms"]);
    // While it is stopped, the second is no more than the first.
    process.signal(Signal::SIGSTOP);
    process.signal(Signal::SIGINT);
    process.signal(Signal::SIGINT);
    process.signal(Signal::SIGCONT);
    assert_eq!(process.end(&folder).by, Some(Signal::SIGINT));
    folder.assert_clean();
}

#[test]
fn what_receivers_take_while_it_drains_is_not_lost() {
    let folder = Folder::new();
    let (process, _input) = SENDERS[0].start(&folder, &NEVER);
    process.signal(Signal::SIGINT);
    until("it to drain", || {
        std::fs::read_to_string(said(&folder)).is_ok_and(|said| said.contains("Ctrl-C again"))
    });
    let receive = ["recv", "--any", "--raw", "--until-close"];
    let received = folder.start(&receive).end();
    assert_eq!((received.code, received.lines.len()), (Some(0), 8));
    assert_eq!(process.end(&folder).by, Some(Signal::SIGINT));
    folder.assert_clean();
}

#[test]
fn a_sender_gives_up_at_its_time_and_says_what_is_lost() {
    for sender in &SENDERS {
        let folder = Folder::new();
        make_ram(&folder);
        let (process, _input) = sender.start(&folder, &["--timeout", "2s"]);
        let ended = process.end(&folder);
        assert_eq!(ended.code, Some(3), "{:?}: {ended:?}", sender.args);
        assert!(ended.said.ends_with(sender.lost), "{ended:?}");
        folder.assert_clean();
    }
}

#[test]
fn a_receiver_that_waits_ends_by_the_signal_or_at_its_time() {
    for receiver in &RECEIVERS {
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
            let folder = Folder::new();
            make_ram(&folder);
            let process = Process::start(&folder, receiver.args, |command| command);
            until("it to wait", || {
                std::fs::read_to_string(said(&folder)).is_ok_and(|said| said.contains("waiting"))
            });
            process.signal(signal);
            let ended = process.end(&folder);
            assert_eq!(ended.by, Some(signal), "{:?}: {ended:?}", receiver.args);
        }
        let folder = Folder::new();
        make_ram(&folder);
        let args = [receiver.args, &["--timeout", "100ms"]].concat();
        let ended = Process::start(&folder, &args, |command| command).end(&folder);
        assert_eq!(ended.code, Some(3), "{:?}: {ended:?}", receiver.args);
    }
}

#[test]
fn a_sender_of_a_known_number_says_how_many_were_sent() {
    let folder = Folder::new();
    let args = ["send", "-q", "--count", "5", "--interval", "1h"];
    let process = Process::start(&folder, &args, |command| command);
    until("its message", || folder.sent() == Some(1));
    process.signal(Signal::SIGTERM);
    let ended = process.end(&folder);
    assert_eq!(ended.said, "host: gave up: sent 1 of 5 messages\n");
    folder.assert_clean();
}

#[test]
fn what_was_cut_short_does_not_look_whole() {
    for args in [
        &["send", "--lines", "--backpressure"][..],
        &[
            "send",
            "--backpressure",
            "--count",
            "1000",
            "--interval",
            "1h",
        ],
    ] {
        let folder = Folder::new();
        let mut sender = folder.start(args);
        let mut receiver = folder.start(&["recv", "--any", "--until-close"]);
        sender.feed(b"one\n");
        receiver.line();
        sender.signal(Signal::SIGTERM);
        assert_eq!(sender.end().by, Some(Signal::SIGTERM));
        receiver.hear("host: the segment was removed\n");
        receiver.signal(Signal::SIGTERM);
        assert_eq!(receiver.end().by, Some(Signal::SIGTERM));
    }
}
