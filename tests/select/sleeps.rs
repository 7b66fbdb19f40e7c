//! Channels on which nothing comes cost next to nothing.

use std::time::Duration;

use ramframe_host::Limit;
use ramframe_host::select::Select;

use crate::scratch::{Peer, Scratch, given_key, say};
use crate::{overwrite, pair, sleeps};

/// More than one call of the kernel takes.
const CHANNELS: usize = 200;

/// In a process of its own, whose threads are counted.
#[test]
fn idle_channels_let_their_threads_sleep() {
    for role in ["sleeps::many_idle", "sleeps::few_idle"] {
        let scratch = Scratch::new();
        let mut peer = Peer::start(role, scratch.key);
        let slept: u64 = peer.hear().parse().unwrap();
        peer.end();
        // Some ten naps a second for each of three threads; a side that polls has 500.
        assert!((10..200).contains(&slept), "{role}: {slept} sleeps");
    }
}

#[test]
#[ignore = "a role, run by the test above"]
fn many_idle() {
    idle(CHANNELS);
}

#[test]
#[ignore = "a role, run by the test above"]
fn few_idle() {
    idle(20);
}

fn idle(channels: usize) {
    if given_key().is_none() {
        return;
    }
    let scratches: Vec<_> = (0..channels).map(|_| Scratch::new()).collect();
    let mut select = Select::new();
    let mut senders = Vec::new();
    for scratch in &scratches {
        let (sender, receiver) = pair(scratch.key, &overwrite(4));
        select.add(receiver);
        senders.push(sender);
    }
    // The naps of receivers that cannot ask grow with the silence.
    assert!(
        select
            .recv(&Limit::within(Duration::from_millis(500)))
            .is_none()
    );
    let before = sleeps();
    assert!(
        select
            .recv(&Limit::within(Duration::from_secs(2)))
            .is_none()
    );
    say(&(sleeps() - before).to_string());
}
