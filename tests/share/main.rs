//! What a share promises to its workers, and what becomes of the messages when workers and senders come, go and die.

mod descriptor;
mod killed;
mod ledger;
#[path = "../torture/mortal.rs"]
mod mortal;
mod moves;
#[allow(dead_code, reason = "each test uses its own part")]
#[path = "../own_key/mod.rs"]
mod own_key;
mod refused;
mod stopped;
#[allow(dead_code, reason = "each test uses its own part")]
#[path = "../regions/xorshift.rs"]
mod xorshift;

use std::convert::Infallible;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_host::share::{self, Message, MessageId, Share, Worker};
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment;
use ramframe_host::{ChannelOptions, Event, Limit, Trust, locks};
use tempfile::TempDir;

use own_key::OwnKey;

/// Past it, something hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// More places than any test has.
const PLACES: u32 = 6;

/// A share of its own. Whatever is left of it is removed in the end.
struct Base {
    own: OwnKey<TempDir>,
}

impl Base {
    fn new() -> Self {
        let own = OwnKey::of(|| TempDir::new().unwrap());
        Self { own }
    }

    fn key(&self) -> Key {
        self.own.key
    }

    fn place(&self, number: u32) -> Key {
        share::place(self.key(), number).unwrap()
    }

    /// Places with room for `slots` messages each.
    fn share(&self, workers: u32, slots: u32) -> Share {
        let options = ChannelOptions {
            slots: Some(slots),
            ..ChannelOptions::backpressure(1)
        };
        Share::open(self.key(), workers, &options, &Trust::current_user()).unwrap()
    }

    fn worker(&self) -> Worker {
        Worker::open(self.key(), &Trust::current_user()).unwrap()
    }

    fn assert_clean(&self) {
        for number in 0..PLACES {
            let key = self.place(number);
            assert!(segment::find(key).is_err(), "a segment is left");
            let locks = locks::Locks::open(key, &Trust::current_user());
            let absent = locks.is_err_and(|error| error.is_absent());
            assert!(absent, "semaphores are left");
        }
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        for number in 0..PLACES {
            let _ = segment::find(self.place(number)).and_then(segment::remove);
            let _ = locks::remove(self.place(number));
        }
    }
}

fn limit() -> Limit {
    Limit::within(PATIENCE)
}

/// Waits until `done`; fails the test, with `what` it waited for, if that takes beyond all reason.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let since = Instant::now();
    while !done() {
        assert!(since.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// A message as a test remembers it.
type Got = (MessageId, u32, Vec<u8>);

fn got(message: Message<'_>) -> Result<Got, Infallible> {
    Ok((message.id, message.attempts, message.payload.to_vec()))
}

/// Everything that `worker` can take now.
fn take_all(worker: &mut Worker) -> Vec<Got> {
    let now = Limit::within(Duration::ZERO);
    let mut taken = Vec::new();
    loop {
        match worker.recv_with(&now, got).unwrap() {
            Ok(Event::Message(message)) => taken.push(message),
            Ok(Event::Nothing | Event::Closed | Event::Gone) => return taken,
            Ok(_) => {}
        }
    }
}

fn payloads(taken: &[Got]) -> Vec<u8> {
    taken.iter().map(|(_, _, payload)| payload[0]).collect()
}

fn attempts(taken: &[Got]) -> Vec<u32> {
    taken.iter().map(|&(_, attempts, _)| attempts).collect()
}

fn ids(taken: &[Got]) -> Vec<MessageId> {
    taken.iter().map(|&(id, ..)| id).collect()
}
