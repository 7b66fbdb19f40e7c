//! Does the tour leave nothing behind when it is stopped anywhere?

use std::fs;

use nix::sys::signal::Signal;

use crate::processes::{Folder, Running, until};
use crate::shown::{is_free, keys};

/// Lines of a tour after which it is stopped: between two stores, with a segment that stays, after a process was killed.
const MOMENTS: [(&str, &str); 4] = [
    ("torn", "was stopped there"),
    ("stays", "(the sender ended)"),
    ("crash", "(the sender was killed)"),
    ("crash", "senders follow"),
];

/// Starts a tour, and lets it go on to a moment.
fn started(folder: &Folder, (fault, moment): (&str, &str)) -> (Running, Vec<String>) {
    let mut tour = folder.start(&["tour", fault]);
    let mut lines = Vec::new();
    while !lines
        .last()
        .is_some_and(|line: &String| line.contains(moment))
    {
        lines.push(tour.line());
    }
    (tour, lines)
}

/// The processes on this key.
fn processes(key: &str) -> usize {
    let is_one = |line: &[u8]| {
        let mut words = line.split(|&byte| byte == 0);
        words.any(|word| word == b"tour-peer") && words.any(|word| word == key.as_bytes())
    };
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.map(|entry| fs::read(entry.path().join("cmdline")).unwrap_or_default());
    lines.filter(|line| is_one(line)).count()
}

fn nothing_is_left(lines: &[String]) {
    let keys = keys(lines);
    assert!(!keys.is_empty());
    for key in keys {
        until("the tour's processes to end", || {
            processes(&key.to_string()) == 0
        });
        assert!(is_free(key), "{key} is not free");
    }
}

fn stopped_by(signal: Signal) {
    let folder = Folder::new();
    for moment in MOMENTS {
        let (tour, mut lines) = started(&folder, moment);
        tour.signal(signal);
        let ended = tour.end();
        assert_eq!(ended.by, Some(signal), "{ended:?}");
        lines.extend(ended.lines);
        nothing_is_left(&lines);
    }
}

#[test]
fn by_ctrl_c() {
    stopped_by(Signal::SIGINT);
}

#[test]
fn by_a_supervisor() {
    stopped_by(Signal::SIGTERM);
}

#[test]
fn by_a_kill_that_it_cannot_notice() {
    stopped_by(Signal::SIGKILL);
}

/// `host tour | head -3`.
#[test]
fn by_a_reader_that_goes() {
    let folder = Folder::new();
    let mut tour = folder.host(&["tour", "stays"]);
    tour.stdout(std::process::Stdio::piped());
    let mut tour = tour.spawn().unwrap();
    let output = tour.stdout.take().unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(output));
    let lines: Vec<_> = lines.take(9).map(Result::unwrap).collect();
    let mut status = None;
    until("the end of the tour", || {
        status = tour.try_wait().unwrap();
        status.is_some()
    });
    assert_eq!(status.unwrap().code(), Some(0));
    nothing_is_left(&lines);
}
