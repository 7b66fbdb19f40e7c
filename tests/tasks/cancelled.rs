//! A future that is dropped after any number of polls has lost nothing.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use ramframe_host::{ChannelOptions, Limit};

use crate::scratch::{LIMIT, Scratch};
use crate::{backpressure, number, pair};

/// Polls so often, and drops the future then.
fn polled<T>(future: impl Future<Output = T>, polls: u32) -> Option<T> {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        if let Poll::Ready(done) = future.as_mut().poll(&mut cx) {
            return Some(done);
        }
    }
    None
}

#[test]
fn a_receive_that_is_dropped_takes_nothing() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = pair(&scratch, &backpressure());
    receiver.set_spin(Some(Duration::ZERO));
    for polls in 0..8 {
        // Dropped before the message is there, and after it is there.
        assert_eq!(polled(number(&mut receiver), polls), None);
        sender.try_send(&polls.to_le_bytes()).unwrap();
        assert_eq!(polled(number(&mut receiver), 0), None);
        assert_eq!(polled(number(&mut receiver), 1), Some(polls));
    }
}

#[test]
fn a_send_that_is_dropped_has_sent_nothing() {
    let scratch = Scratch::new();
    let options = ChannelOptions {
        slots: Some(2),
        ..backpressure()
    };
    let (mut sender, mut receiver) = pair(&scratch, &options);
    sender.set_spin(Some(Duration::ZERO));
    sender.try_send(&0_u32.to_le_bytes()).unwrap();
    for polls in 0..8_u32 {
        let next = polls + 1;
        sender.try_send(&next.to_le_bytes()).unwrap();
        // Full now.
        let sent = polled(sender.send_async(b"dropped"), polls);
        assert!(sent.is_none());
        let sent = polled(sender.drain_async(), polls);
        assert!(sent.is_none());
        assert_eq!(polled(number(&mut receiver), 1), Some(polls));
    }
    assert_eq!(sender.pending_of(0), Some(1));
}

/// Both sides drop their futures while the other one works.
#[test]
fn nothing_is_lost_or_sent_twice_between_sides_that_drop_futures() {
    const MESSAGES: u32 = 20_000;
    let scratch = Scratch::new();
    let options = ChannelOptions {
        slots: Some(4),
        ..backpressure()
    };
    let (mut sender, mut receiver) = pair(&scratch, &options);
    let begun = Instant::now();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut polls = 0;
            for number in 0..MESSAGES {
                loop {
                    polls = (polls + 1) % 4;
                    let sent = polled(sender.send_async(&number.to_le_bytes()), polls);
                    if let Some(sequence) = sent {
                        assert_eq!(sequence.unwrap(), u64::from(number));
                        break;
                    }
                    thread::yield_now();
                    assert!(begun.elapsed() < LIMIT);
                }
            }
            sender.drain(&Limit::within(LIMIT)).unwrap();
        });
        let mut polls = 0;
        for expected in 0..MESSAGES {
            loop {
                polls = (polls + 1) % 5;
                if let Some(received) = polled(number(&mut receiver), polls) {
                    assert_eq!(received, expected);
                    break;
                }
                thread::yield_now();
                assert!(begun.elapsed() < LIMIT);
            }
        }
    });
}
