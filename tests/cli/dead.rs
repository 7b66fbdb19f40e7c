//! Is nothing lost under `--backpressure` when one side is killed, and nobody held up for ever?

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::backpressure::{hears, lines};
use crate::processes::{Folder, until};
use crate::{run, status};

#[test]
fn a_receiver_that_was_killed_loses_nothing_that_it_had_not_taken() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &["--reclaim-after", "1h"]);
    let mut killed = folder.start(&["recv", "--any"]);
    sender.feed(b"1\n2\n");
    hears(&mut killed, &["1", "2"]);
    // What was printed and not taken yet comes again.
    until("all to be taken", || {
        status(&folder)["receivers"][0]["pending"] == 0
    });
    killed.signal(Signal::SIGKILL);
    killed.end();
    sender.feed(b"3\n4\n");
    let mut next = folder.start(&["recv", "--any", "--until-close"]);
    hears(&mut next, &["3", "4"]);
    sender.feed(b"5");
    assert_eq!(sender.end().code, Some(0));
    let ended = next.end();
    assert_eq!(
        (ended.lines, &*ended.errors),
        (vec!["Received: 5".into()], "")
    );
    folder.assert_clean();
}

#[test]
fn receivers_killed_at_any_moment_lose_nothing() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &["--reclaim-after", "1h"]);
    let mut shown = Vec::new();
    let over = AtomicBool::new(false);
    let sent = std::thread::scope(|scope| {
        let feeding = scope.spawn(|| {
            let mut sent = 0;
            while !over.load(Relaxed) {
                sender.feed(format!("{sent}\n").as_bytes());
                sent += 1;
            }
            assert_eq!(sender.end().code, Some(0));
            sent
        });
        for delay in 0..10 {
            let mut killed = folder.start(&["recv", "--any", "--raw"]);
            shown.push(killed.line());
            std::thread::sleep(Duration::from_millis(delay));
            killed.signal(Signal::SIGKILL);
            shown.extend(killed.end().lines);
        }
        over.store(true, Relaxed);
        let last = ["recv", "--any", "--raw", "--until-close"];
        shown.extend(run(&folder, &last).lines);
        feeding.join().unwrap()
    });
    let mut expected = 0;
    for line in &shown {
        let line: u64 = line.parse().unwrap();
        // Whoever was killed between printing and taking a message leaves it to the next one.
        assert!(
            line == expected || line + 1 == expected,
            "{line}, not {expected}"
        );
        expected = line + 1;
    }
    assert_eq!(expected, sent);
}

#[test]
fn a_dead_receiver_does_not_hold_the_sender_for_ever() {
    let folder = Folder::new();
    let mut sender = lines(&folder, &["--reclaim-after", "300ms", "--keep"]);
    let mut dead = folder.start(&["recv", "--any"]);
    sender.feed(b"1\n");
    hears(&mut dead, &["1"]);
    until("all to be taken", || {
        status(&folder)["receivers"][0]["pending"] == 0
    });
    dead.signal(Signal::SIGKILL);
    dead.end();
    sender.feed(b"2\n3\n4\n");
    let ended = sender.end();
    assert_eq!(ended.code, Some(0));
    assert!(
        ended
            .errors
            .ends_with("host: receiver 0 died; dropped 3 messages that it had not received\n"),
        "{}",
        ended.errors
    );
    let next = run(&folder, &["recv", "--any", "--until-close"]);
    assert_eq!((next.code, next.lines.len()), (Some(0), 0));
    assert_eq!(next.errors, "host: missed 3 messages\n");
}

#[test]
fn a_full_channel_goes_on_when_its_dead_receiver_is_dropped() {
    let folder = Folder::new();
    let mut dead = folder.start(&["recv"]);
    let sender = folder.start(&[
        "send",
        "--backpressure",
        "--interval",
        "0s",
        "--count",
        "100000",
        "--reclaim-after",
        "200ms",
        "-q",
    ]);
    dead.line();
    dead.signal(Signal::SIGKILL);
    let ended = sender.end();
    assert_eq!(ended.code, Some(0));
    // One line for its death, and one for all that came after it.
    let said: Vec<_> = ended.errors.lines().collect();
    let [died, all] = said[..] else {
        panic!("{said:?}");
    };
    assert!(
        died.starts_with("host: receiver 0 died; dropped "),
        "{died}"
    );
    assert!(
        all.starts_with("host: receiver 0: dropped ")
            && all.ends_with(" in all that nobody received"),
        "{all}"
    );
    folder.assert_clean();
}

#[test]
fn a_killed_sender_loses_nothing_that_it_sent() {
    let folder = Folder::new();
    let mut first = lines(&folder, &[]);
    first.feed(b"1\n2\n");
    until("two messages", || folder.sent() == Some(2));
    first.signal(Signal::SIGKILL);
    first.end();
    let mut second = lines(&folder, &[]);
    second.feed(b"3\n");
    let mut receiver = folder.start(&["recv", "--any", "--until-close"]);
    hears(&mut receiver, &["1", "2", "3"]);
    assert_eq!(second.end().code, Some(0));
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0));
    // It may have come before the second sender, and then says that the first is gone.
    let last = ended.errors.lines().last();
    assert_eq!(last, Some("host: the sender restarted"));
    folder.assert_clean();
}
