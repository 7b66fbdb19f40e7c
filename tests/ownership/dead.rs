//! Receivers that died, however many at once.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::processes::{Folder, Running};
use crate::{lines, receiver};

const SEATS: usize = 6;

fn seated(folder: &Folder, sender: &mut Running) -> Vec<Running> {
    let mut receivers: Vec<_> = (0..SEATS).map(|_| receiver(folder, &[])).collect();
    sender.feed(b"first\n");
    for receiver in &mut receivers {
        assert_eq!(receiver.line(), "first");
    }
    receivers
}

#[test]
fn all_are_timed_at_once_and_told_in_a_line_each() {
    let folder = Folder::new();
    let seats = SEATS.to_string();
    let options = [
        "--receivers",
        &seats,
        "--reclaim-after",
        "1s",
        "--slot",
        "48",
    ];
    let mut sender = lines(&folder, &options);
    for receiver in seated(&folder, &mut sender) {
        receiver.signal(Signal::SIGKILL);
        receiver.end();
    }
    let since = Instant::now();
    for line in 0..1000 {
        sender.feed(format!("{line}\n").as_bytes());
    }
    let ended = sender.end();
    // One after the other they would hold it up for a second each.
    assert!(since.elapsed() < Duration::from_secs(4), "{since:?}");
    assert_eq!(ended.code, Some(0));
    let counts = ["died; dropped ", "in all that nobody received"];
    let counts = counts.map(|what| ended.errors.matches(what).count());
    assert_eq!(counts, [SEATS; 2], "{}", ended.errors);
    // All that were sent, and perhaps the one that a receiver had printed and not taken yet.
    assert_eq!(
        ended.errors.matches(" dropped 100").count(),
        SEATS,
        "{}",
        ended.errors
    );
    folder.assert_clean();
}
