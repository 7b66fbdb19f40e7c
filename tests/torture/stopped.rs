//! A side that is stopped and continued is not dead: nobody takes its place, nothing of its is dropped.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::line::{line, place};
use crate::processes::Folder;
use crate::{an_instant, chance, rounds};

#[test]
fn a_stopped_sender_is_still_the_sender() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--backpressure"]);
    let mut receiver = folder.start(&["recv", "--any", "--raw", "--until-close"]);
    sender.feed(b"one\n");
    assert_eq!(receiver.line(), "one");
    sender.signal(Signal::SIGSTOP);
    let other = folder.start(&["send", "--lines", "--backpressure"]).end();
    assert_eq!(other.code, Some(1));
    let says = format!("process {} already sends", sender.pid());
    assert!(other.errors.contains(&says), "{other:?}");
    sender.feed(b"two\n");
    sender.signal(Signal::SIGCONT);
    assert_eq!(receiver.line(), "two");
    assert_eq!(sender.end().code, Some(0));
    let ended = receiver.end();
    assert_eq!(
        (ended.code, ended.errors.contains("without closing")),
        (Some(0), false)
    );
    folder.assert_clean();
}

/// How often each of the two must have been stopped before it is over.
const OFTEN: u32 = 10;

/// How often each of the two was stopped so far.
type Times = [AtomicU32; 2];

/// Stops and continues each of the two at random instants, until `done`.
fn stop_and_go(test: &str, pids: [u32; 2], times: &Times, done: &AtomicBool) {
    let chance = chance(test);
    while !done.load(Ordering::Relaxed) {
        let one = chance.below(2);
        let pid = Pid::from_raw(i32::try_from(pids[one]).unwrap());
        // The sender may have ended: then it is all over.
        if kill(pid, Signal::SIGSTOP).is_err() {
            break;
        }
        an_instant(&chance, Duration::from_millis(2));
        let _ = kill(pid, Signal::SIGCONT);
        an_instant(&chance, Duration::from_millis(1));
        times[one].fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn whoever_stops_loses_nothing() {
    const NAME: &str = "stopped and continued";
    let folder = Folder::new();
    // A stopped receiver holds the sender up, but it is alive: this must not drop anything.
    let options = [
        "send",
        "--lines",
        "--backpressure",
        "--reclaim-after",
        "1ms",
    ];
    let mut sender = folder.start(&options);
    let receiver = folder.start(&["recv", "--any", "--raw", "--until-close"]);
    let least = u64::from(rounds(20_000, 500_000));
    let (pids, done) = ([sender.pid(), receiver.pid()], AtomicBool::new(false));
    let times = Times::default();
    let often = || {
        times
            .iter()
            .all(|times| times.load(Ordering::Relaxed) >= OFTEN)
    };
    let (count, ended) = thread::scope(|scope| {
        let stopper = scope.spawn(|| stop_and_go(NAME, pids, &times, &done));
        let mut count = 0;
        while count < least || !often() {
            let mut line = line((0, count));
            line.push(b'\n');
            sender.feed(&line);
            count += 1;
        }
        done.store(true, Ordering::Relaxed);
        stopper.join().unwrap();
        assert_eq!(sender.end().code, Some(0));
        (count, receiver.end())
    });
    println!("{NAME}: {times:?} times, {count} messages");
    check(&ended.lines, count);
    assert!(!ended.errors.contains("missed"), "{}", ended.errors);
    folder.assert_clean();
}

fn check(lines: &[String], count: u64) {
    assert_eq!(lines.len() as u64, count);
    for (index, received) in (0..).zip(lines) {
        match place(received.as_bytes()) {
            Some(place) => assert_eq!(place, (0, index)),
            None => assert!(line((0, index)).is_empty(), "line {index} is empty"),
        }
    }
}

/// The other kind of receiver and sender: see `with_overwrite` of the killed ones for what they have to say.
#[test]
fn a_stopped_receiver_learns_what_it_missed() {
    let folder = Folder::new();
    let mut sender = folder.start(&["send", "--lines", "--overwrite"]);
    let mut receiver = folder.start(&["recv", "--any", "--raw", "--until-close"]);
    sender.feed(b"first\n");
    assert_eq!(receiver.line(), "first");
    receiver.signal(Signal::SIGSTOP);
    for index in 0..10_000 {
        sender.feed(format!("{index}\n").as_bytes());
    }
    assert_eq!(sender.end().code, Some(0), "it waits for nobody");
    receiver.signal(Signal::SIGCONT);
    let ended = receiver.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let missed = 10_000 - ended.lines.len();
    assert!(
        ended.errors.contains(&format!("missed {missed} messages")),
        "{ended:?}"
    );
    let all: Vec<_> = (missed..10_000).map(|index| index.to_string()).collect();
    assert_eq!(ended.lines, all);
}
