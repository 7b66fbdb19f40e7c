//! Workers are killed at any instant, and every message is handled.

use std::collections::{HashMap, HashSet};
use std::thread;
use std::time::{Duration, Instant};

use ramframe_host::share::LOOK;

use super::ledger::{Entry, Ledger};
use super::mortal::Mortal;
use super::xorshift::Xorshift;
use super::{Base, limit, until};

const MESSAGES: u64 = 10_000;
const KILLS: u64 = 100;

struct Crew<'t> {
    base: &'t Base,
    ledger: &'t Ledger,
    workers: Vec<Mortal>,
    chance: Xorshift,
}

impl<'t> Crew<'t> {
    fn of(base: &'t Base, ledger: &'t Ledger, workers: u32) -> Self {
        let workers = (0..workers).map(|_| ledger.worker(base.key())).collect();
        let chance = Xorshift::new(7);
        Self {
            base,
            ledger,
            workers,
            chance,
        }
    }

    fn kill_one(&mut self) {
        let at = self.chance.below(self.workers.len());
        self.workers[at].die();
        self.workers[at] = self.ledger.worker(self.base.key());
    }
}

#[test]
fn no_message_is_lost_by_workers_that_die() {
    let (base, ledger) = (Base::new(), Ledger::new());
    let mut share = base.share(3, 16);
    let mut crew = Crew::of(&base, &ledger, 3);
    until("all workers", || share.workers() == 3);
    let mut sent = HashSet::new();
    for message in 0..MESSAGES {
        assert!(sent.insert(share.send(&message.to_le_bytes(), &limit()).unwrap()));
        if message % (MESSAGES / KILLS) == 99 {
            if message % 400 == 399 {
                // Then it is killed while it waits.
                share.drain(&limit()).unwrap();
            }
            thread::sleep(Duration::from_micros(crew.chance.below(1500) as u64));
            crew.kill_one();
        }
    }
    share.drain(&limit()).unwrap();
    // So that none comes after the end. The last one that was killed counts until the share has looked again.
    let since = Instant::now();
    until("all workers", || {
        share.redistribute().unwrap();
        since.elapsed() > 2 * LOOK && share.workers() == 3
    });
    share.close().unwrap();
    for worker in &mut crew.workers {
        until("a worker's end", || worker.try_wait().unwrap().is_some());
        assert!(worker.wait().unwrap().success());
    }
    base.assert_clean();
    let entries = ledger.entries();
    let repeats = check(&entries);
    println!("{KILLS} kills, {repeats} repeats");
    let ids: HashSet<_> = entries.iter().map(|entry| entry.id).collect();
    assert_eq!(ids, sent);
}

/// Checks that every message was handled, and that only those came again that were in flight. Says how many did.
fn check(entries: &[Entry]) -> usize {
    let mut begun: HashMap<u64, Vec<Entry>> = HashMap::new();
    let mut done = HashSet::new();
    for entry in entries {
        match entry.is_done {
            true => drop(done.insert(entry.message)),
            false => begun.entry(entry.message).or_default().push(*entry),
        }
    }
    assert_eq!(done.len() as u64, MESSAGES, "some were not handled");
    for (message, begun) in &begun {
        let (first, again) = begun.split_first().unwrap();
        let known = again
            .iter()
            .all(|again| again.attempts > 0 && again.id == first.id && again.by != first.by);
        assert!(known, "message {message} came again unknown: {begun:?}");
    }
    let repeats: usize = begun.values().map(|begun| begun.len() - 1).sum();
    assert!(repeats as u64 <= KILLS, "{repeats} repeats");
    repeats
}
