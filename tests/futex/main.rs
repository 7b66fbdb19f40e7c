//! Does a sleeper wake when it is rung for, on whatever mapping, and never sleep longer than it should? Does it spin before?

mod busy;
mod cores;
mod ends;
#[path = "../asked/filter.rs"]
mod filter;
mod kernel;
mod limits;
mod never_waits;
mod next_sender;
mod pace;
#[path = "../segment/scratch.rs"]
mod scratch;
mod spin;
#[path = "../support/mod.rs"]
mod support;
mod unanswered;
mod unasked;
mod unfenced;

use std::ptr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ramframe_core::memory::{Memory, ReadOnlyMemory};
use ramframe_core::region::{Region, RegionMut};
use ramframe_core::wait::{Due, Notify, Wait};
use ramframe_host::sysv::segment::{ReadOnly, ReadWrite, Segment};
use ramframe_host::trust::Trust;
use ramframe_host::wait::rate::NAP_LIMIT;
use ramframe_host::wait::{Both, OnRequest, RateLimited};

use crate::scratch::{Peer, Scratch, given_key, say};

/// The words that the two sides of a game count up in turn.
const PING: usize = 0;
const PONGS: [usize; 2] = [64, 128];
const ROUNDS: u32 = 200;

/// Far less than the naps would take if rings were lost, and far more than a busy machine needs.
const SOON: Duration = NAP_LIMIT.saturating_mul(ROUNDS / 2);

fn put(ram: Memory<'_>, at: usize, value: u32) {
    ram.store(at, value, Ordering::Release);
    OnRequest::new().notify(ram.address(at), true);
}

fn until(ram: ReadOnlyMemory<'_>, at: usize, value: u32) {
    let start = Instant::now();
    let mut wait = OnRequest::new();
    loop {
        let seen = ram.load(at);
        ram.fence(Ordering::Acquire);
        if seen == value {
            return;
        }
        assert!(start.elapsed() < SOON, "{value} has not come at {at}");
        wait.wait(ram.address(at), seen.to_le());
    }
}

/// One side of the game against all who answer, that sees the segment read-only wherever it waits.
fn play(scratch: &Scratch, pongs: &[usize]) -> Duration {
    let write = Segment::<ReadWrite>::attach(scratch.key, &Trust::current_user()).unwrap();
    let read = Segment::<ReadOnly>::attach(scratch.key, &Trust::current_user()).unwrap();
    let start = Instant::now();
    for round in 1..=ROUNDS {
        put(write.memory(), PING, round);
        for pong in pongs {
            until(read.memory(), *pong, round);
        }
    }
    start.elapsed()
}

fn answer(segment: &Segment, pong: usize) {
    for round in 1..=ROUNDS {
        until(segment.memory().read_only(), PING, round);
        put(segment.memory(), pong, round);
    }
}

#[test]
fn two_mappings_of_one_process_wake_each_other() {
    let scratch = Scratch::new();
    let segment = Segment::create(scratch.key, 4096, 0o600).unwrap();
    let took = std::thread::scope(|scope| {
        scope.spawn(|| answer(&segment, PONGS[0]));
        play(&scratch, &PONGS[..1])
    });
    assert!(took < SOON, "{ROUNDS} rounds took {took:?}: rings are lost");
}

#[test]
fn one_ring_wakes_all_who_sleep() {
    let scratch = Scratch::new();
    let segment = Segment::create(scratch.key, 4096, 0o600).unwrap();
    let took = std::thread::scope(|scope| {
        for pong in PONGS {
            let segment = &segment;
            scope.spawn(move || answer(segment, pong));
        }
        play(&scratch, &PONGS)
    });
    assert!(took < SOON, "{ROUNDS} rounds took {took:?}: rings are lost");
}

#[test]
fn two_processes_wake_each_other() {
    let scratch = Scratch::new();
    let _segment = Segment::create(scratch.key, 4096, 0o600).unwrap();
    let mut peer = Peer::start("answers", scratch.key);
    assert_eq!(peer.hear(), "ready");
    let took = play(&scratch, &PONGS[..1]);
    assert!(took < SOON, "{ROUNDS} rounds took {took:?}: rings are lost");
    peer.end();
}

#[test]
#[ignore = "a role, run by the test above"]
fn answers() {
    let Some(key) = given_key() else { return };
    let segment = Segment::attach(key, &Trust::current_user()).unwrap();
    say("ready");
    answer(&segment, PONGS[0]);
}

#[test]
fn a_word_that_has_changed_is_not_slept_on() {
    let scratch = Scratch::new();
    let segment = Segment::create(scratch.key, 64, 0o600).unwrap();
    let start = Instant::now();
    for _ in 0..ROUNDS {
        OnRequest::new().wait(segment.memory().address(0), 1);
    }
    assert!(start.elapsed() < SOON);
}

#[test]
fn a_word_that_nobody_changes_is_not_slept_on_for_ever() {
    let scratch = Scratch::new();
    let segment = Segment::create(scratch.key, 64, 0o600).unwrap();
    OnRequest::new().wait(segment.memory().address(0), 0);
    RateLimited::new().wait(segment.memory().address(0), 0);
    OnRequest::new().wait(ptr::null(), 0);
}

#[test]
fn a_deadline_ends_every_nap() {
    let scratch = Scratch::new();
    let segment = Segment::create(scratch.key, 64, 0o600).unwrap();
    let mut wait = OnRequest::new();
    let start = Instant::now();
    wait.set_deadline(Some(start));
    for word in [segment.memory().address(0), ptr::null()] {
        for _ in 0..ROUNDS {
            wait.wait(word, 0);
        }
    }
    assert!(start.elapsed() < SOON);
}

#[test]
fn each_kind_rings_as_it_says() {
    assert_eq!(OnRequest::NOTIFY, Notify::OnRequest);
    assert_eq!(RateLimited::NOTIFY, Notify::Always);
    assert_eq!(Both::NOTIFY, Notify::AlwaysAndOnRequest);
    let (notify, again) = (true, 1);
    assert_eq!(RateLimited::new().due(), Due { notify, again });
}

#[test]
fn ringing_where_nobody_sleeps_is_harmless() {
    let scratch = Scratch::new();
    let segment = Segment::create(scratch.key, 64, 0o600).unwrap();
    OnRequest::new().notify(segment.memory().address(0), true);
    OnRequest::new().notify(ptr::null(), true);
    OnRequest::new().notify(ptr::dangling(), true);
}
