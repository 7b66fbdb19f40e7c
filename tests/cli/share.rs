//! Each message of `host send --share` comes to one of the workers, whoever dies, stops or is late.

use std::collections::BTreeMap;

use nix::sys::signal::Signal;
use ramframe_host::locks;
use ramframe_host::share::place;
use ramframe_host::sysv::segment;
use ramframe_host::trust::Trust;
use serde_json::Value;

use crate::documented;
use crate::processes::{Ended, Folder, Running};
use crate::{fails, run};

/// More places than any test has.
const PLACES: u32 = 5;

/// A folder whose key is the base of a share; its places are removed in the end.
struct Base(Folder);

impl Base {
    fn new() -> Self {
        Self(Folder::new())
    }

    fn sender(&self, workers: &str, args: &[&str]) -> Running {
        self.0
            .start(&[&["send", "--lines", "--share", workers], args].concat())
    }

    /// A worker that is there already.
    fn worker(&self, args: &[&str]) -> Running {
        let worker = self.0.start(&[&["recv", "--share"], args].concat());
        worker.hear("host: receiving as worker ");
        worker
    }

    fn assert_clean(&self) {
        for number in 0..PLACES {
            let key = place(self.0.key, number).unwrap();
            assert!(segment::find(key).is_err(), "a segment is left");
            let locks = locks::Locks::open(key, &Trust::current_user());
            assert!(locks.is_err_and(|error| error.is_absent()));
        }
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        for number in 0..PLACES {
            let key = place(self.0.key, number).unwrap();
            let _ = segment::find(key).and_then(segment::remove);
            let _ = locks::remove(key);
        }
    }
}

fn numbers(count: u32) -> Vec<u8> {
    let lines = (0..count).map(|number| format!("{number}\n"));
    lines.collect::<String>().into_bytes()
}

/// The numbers that workers printed, sorted.
fn received(ended: &[Ended]) -> Vec<u32> {
    let lines = ended.iter().flat_map(|ended| &ended.lines);
    let mut numbers: Vec<_> = lines.map(|line| line.parse().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn each_line_goes_to_one_worker() {
    let base = Base::new();
    let mut sender = base.sender("2", &[]);
    let workers = [0, 1].map(|_| base.worker(&["--raw", "--until-close"]));
    sender.feed(&numbers(1000));
    assert_eq!(sender.end().code, Some(0));
    let ended = workers.map(Running::end);
    assert!(ended.iter().all(|ended| ended.code == Some(0)));
    assert!(ended.iter().all(|ended| !ended.lines.is_empty()));
    assert_eq!(received(&ended), (0..1000).collect::<Vec<_>>());
    base.assert_clean();
}

#[test]
fn the_messages_of_the_command_line_are_shared_too() {
    let base = Base::new();
    let send = ["send", "--share", "1", "-n", "3", "-i", "0s", "a", "b"];
    let sender = base.0.start(&send);
    let ended = run(&base.0, &["recv", "--share", "--until-close"]);
    assert_eq!(ended.lines, ["Received: a", "Received: b", "Received: a"]);
    assert_eq!(sender.end().code, Some(0));
    base.assert_clean();
}

#[test]
fn a_worker_that_comes_late_gets_work_beside_one_that_is_stopped() {
    let base = Base::new();
    let mut sender = base.sender("2", &[]);
    let stopped = base.worker(&["--raw", "--until-close"]);
    stopped.signal(Signal::SIGSTOP);
    sender.feed(&numbers(500));
    // The stopped one has room for 64 of them.
    let mut late = base.worker(&["--raw", "--until-close"]);
    let mut lines: Vec<_> = (0..400).map(|_| late.line()).collect();
    stopped.signal(Signal::SIGCONT);
    assert_eq!(sender.end().code, Some(0));
    let mut ended = [stopped.end(), late.end()];
    ended[1].lines.append(&mut lines);
    assert_eq!(received(&ended), (0..500).collect::<Vec<_>>());
    base.assert_clean();
}

/// Notes what was printed of each payload.
fn count(lines: &[String], seen: &mut BTreeMap<u32, Vec<Value>>) {
    for line in lines {
        let object = documented::event(line);
        if object["event"] == "message" {
            let number = object["payload"].as_str().unwrap().parse().unwrap();
            seen.entry(number).or_default().push(object);
        }
    }
}

#[test]
fn workers_that_are_killed_lose_nothing_and_repeats_are_known() {
    let base = Base::new();
    let mut sender = base.sender("2", &[]);
    let json = ["--json", "--until-close"];
    let stays = base.worker(&json);
    sender.feed(&numbers(600));
    let mut seen = BTreeMap::new();
    let mut fed = 600;
    for _ in 0..20 {
        let mut killed = base.worker(&json);
        let more: String = (fed..fed + 200)
            .map(|number| format!("{number}\n"))
            .collect();
        fed += 200;
        sender.feed(more.as_bytes());
        let first = killed.line();
        killed.signal(Signal::SIGKILL);
        count(&[&[first], &killed.end().lines[..]].concat(), &mut seen);
    }
    assert_eq!(sender.end().code, Some(0));
    let ended = stays.end();
    assert_eq!(ended.code, Some(0));
    count(&ended.lines, &mut seen);
    assert_eq!(seen.len(), fed as usize, "some are lost");
    for (number, times) in seen {
        let unknown = times.iter().filter(|object| object["attempts"] == 0);
        assert!(unknown.count() <= 1, "{number}: {times:?}");
        for field in ["worker", "generation", "epoch", "sequence"] {
            assert!(times.iter().all(|object| object[field] == times[0][field]));
        }
    }
    base.assert_clean();
}

#[test]
fn a_worker_more_than_there_are_places_stands_by() {
    let base = Base::new();
    let mut sender = base.sender("1", &[]);
    let first = base.worker(&["--raw", "--until-close"]);
    let second = base.0.start(&["recv", "--share", "--raw", "--until-close"]);
    second.hear("no place for one more; waiting until one ends\n");
    first.signal(Signal::SIGTERM);
    first.end();
    second.hear("host: receiving as worker 0 of ");
    sender.feed(b"7\n");
    assert_eq!(sender.end().code, Some(0));
    assert_eq!(second.end().lines, ["7"]);
    base.assert_clean();
}

#[test]
fn without_a_worker_the_sender_says_what_it_waits_for() {
    let base = Base::new();
    let mut sender = base.sender("3", &["--timeout", "2s"]);
    sender.hear("among 3 workers\n");
    sender.feed(b"7\n");
    sender.hear("waiting for a worker on ");
    let ended = sender.end();
    assert_eq!(ended.code, Some(3));
    assert!(
        ended.errors.contains("gave up: line 1 was not sent\n"),
        "{ended:?}"
    );
    base.assert_clean();
}

#[test]
fn what_is_left_stays_for_the_next_sender_if_it_is_kept() {
    let base = Base::new();
    let mut sender = base.sender("2", &["--keep", "--drain-timeout", "100ms"]);
    let stopped = base.worker(&["--raw"]);
    stopped.signal(Signal::SIGSTOP);
    sender.feed(&numbers(5));
    sender.hear("sharing on ");
    while !sender_has_sent(&base, 5) {
        std::thread::yield_now();
    }
    sender.signal(Signal::SIGINT);
    let ended = sender.end();
    assert_eq!(ended.by, Some(Signal::SIGINT));
    let left = "gave up: workers have not received 5 messages\n";
    assert!(ended.errors.contains(left), "{ended:?}");
    stopped.signal(Signal::SIGKILL);
    stopped.end();
    let mut next = base.sender("2", &[]);
    let worker = base.worker(&["--raw", "--until-close"]);
    next.feed(b"5\n");
    assert_eq!(next.end().code, Some(0));
    assert_eq!(received(&[worker.end()]), [0, 1, 2, 3, 4, 5]);
    base.assert_clean();
}

/// Whether the first place has so many messages.
fn sender_has_sent(base: &Base, count: u64) -> bool {
    let key = place(base.0.key, 0).unwrap().to_string();
    let ended = run(&base.0, &["status", "--json", "--key", &key]);
    documented::object("channel", &ended.lines[0])["sent"] == count
}

#[test]
fn a_command_without_share_says_how_to_take_part() {
    let base = Base::new();
    let sender = base.sender("1", &[]);
    sender.hear("host: sharing on");
    let receiver = base.0.start(&["recv", "--any"]);
    receiver.hear("host: still waiting; its sender shares the messages among workers: receive as a worker with `host recv --share --key ");
    let see = "`host status --name KEY/0`";
    assert!(fails(&base.0, &["status"]).contains(see));
    assert!(fails(&base.0, &["rm"]).contains(see));
}
