//! What tasks cost while nothing comes, and without `futex_waitv`: each in a process of its own.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use futures_lite::future::block_on;
use ramframe_host::Receiver;

use crate::no_waitv::refuse_the_call;
use crate::scratch::{Peer, Scratch, eventually, given_key, say};
use crate::{backpressure, number, overwrite, pair};

#[test]
fn idle_tasks_let_their_threads_sleep() {
    let scratch = Scratch::new();
    let mut peer = Peer::start("roles::idle", scratch.key);
    let [threads, slept]: [u64; 2] = [(); 2].map(|()| peer.hear().parse().unwrap());
    assert_eq!(peer.hear(), "no thread is left");
    peer.end();
    // 200 tasks look around 1,000 times a second at most, many of them together.
    assert_eq!(threads, 2);
    assert!((10..600).contains(&slept), "{slept} sleeps");
}

#[test]
fn tasks_wake_without_the_call() {
    let scratch = Scratch::new();
    let mut peer = Peer::start("roles::without_the_call", scratch.key);
    assert_eq!(peer.hear(), "all came");
    peer.end();
}

/// The threads of the library, each with how often it has gone to sleep.
fn threads() -> Vec<u64> {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let status = |task: fs::DirEntry| fs::read_to_string(task.path().join("status")).ok();
    let all = tasks.filter_map(|task| status(task.unwrap()));
    let of = |status: String| {
        let value = |name| status.lines().find_map(|line| line.strip_prefix(name));
        let is_ours = value("Name:").unwrap().trim() == "ramframe-wait";
        let sleeps = value("voluntary_ctxt_switches:").unwrap().trim();
        is_ours.then(|| sleeps.parse().unwrap())
    };
    all.filter_map(of).collect()
}

#[test]
#[ignore = "a role, run by the test above"]
fn idle() {
    if given_key().is_none() {
        return;
    }
    assert!(threads().is_empty());
    let scratches: Vec<_> = (0..200).map(|_| Scratch::new()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let mut senders = Vec::new();
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for scratch in &scratches {
            let (sender, mut receiver) = pair(scratch, &overwrite(4));
            senders.push(sender);
            tasks.push(tokio::spawn(async move { number(&mut receiver).await }));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        let before: u64 = threads().iter().sum();
        tokio::time::sleep(Duration::from_secs(2)).await;
        say(&threads().len().to_string());
        say(&(threads().iter().sum::<u64>() - before).to_string());
        for (number, sender) in (0_u32..).zip(&mut senders) {
            sender.try_send(&number.to_le_bytes()).unwrap();
        }
        for (number, task) in (0..).zip(tasks) {
            assert_eq!(task.await.unwrap(), number);
        }
    });
    eventually(|| threads().is_empty());
    say("no thread is left");
}

#[test]
#[ignore = "a role, run by the test above"]
fn without_the_call() {
    if given_key().is_none() {
        return;
    }
    refuse_the_call();
    let scratches = [Scratch::new(), Scratch::new()];
    let (mut first, mut receiver) = pair(&scratches[0], &backpressure());
    let (mut second, other) = pair(&scratches[1], &overwrite(64));
    let receive = |mut receiver: Receiver| move || block_on(number(&mut receiver));
    let begun = Instant::now();
    let other = thread::spawn(receive(other));
    for round in 0..20_u32 {
        let first = &mut first;
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(5));
                first.try_send(&round.to_le_bytes()).unwrap();
            });
            assert_eq!(block_on(number(&mut receiver)), round);
        });
    }
    second.try_send(&7_u32.to_le_bytes()).unwrap();
    assert_eq!(other.join().unwrap(), 7);
    assert!(begun.elapsed() < Duration::from_secs(30));
    say("all came");
}
