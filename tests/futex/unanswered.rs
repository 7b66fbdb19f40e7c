//! Does a side that no notification reaches follow the pace of the other side, also after a long silence?

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::geometry::{RECEIVER_NOTIFIES, SENDER_NOTIFIES};
use ramframe_core::region::RegionMut;
use ramframe_host::sysv::segment::{ReadWrite, Segment};
use ramframe_host::wait::poll::MAX_SLEEP;
use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Sender, Start, Trust};

use crate::scratch::{LIMIT, Scratch, eventually};

const EXCHANGES: u64 = 50;

/// After it, a side that polls pauses for [`MAX_SLEEP`].
const SILENCE: Duration = MAX_SLEEP.saturating_mul(20);

/// Between two messages: a small part of [`MAX_SLEEP`], so that a pause of that length is seen, and longer than a spin.
const BETWEEN: Duration = MAX_SLEEP.checked_div(5).unwrap();

/// Both ends, of which none asks to be woken: each finds that the other one never notifies.
fn ends(scratch: &Scratch) -> (Sender, Receiver) {
    let trust = Trust::current_user();
    let options = ChannelOptions {
        slots: Some(2),
        ..ChannelOptions::backpressure(1)
    };
    let sender = Sender::open(scratch.key, &options, &trust).unwrap();
    let receiver = Receiver::open(scratch.key, Start::Oldest, &trust).unwrap();
    let geometry = *sender.geometry();
    let segment = Segment::<ReadWrite>::attach(scratch.key, &trust).unwrap();
    let never = |at| segment.memory().store(at, 0, Ordering::Relaxed);
    never(geometry.session_line() + SENDER_NOTIFIES);
    never(geometry.receiver_line(0) + RECEIVER_NOTIFIES);
    (sender, receiver)
}

/// Waits for something that is true soon, without a sleep.
fn at_once(what: impl Fn() -> bool) {
    let since = Instant::now();
    while !what() {
        assert!(since.elapsed() < LIMIT, "it never came true");
        thread::yield_now();
    }
}

/// Does `act` some time after the other side has `done` what came before, for each exchange; returns how late the other side was at
/// the least.
fn latenesses(done: &AtomicU64, mut act: impl FnMut()) -> Vec<Duration> {
    let late = |number| {
        eventually(|| done.load(Ordering::Acquire) == number);
        thread::sleep(if number == 1 { SILENCE } else { BETWEEN });
        let since = Instant::now();
        act();
        at_once(|| done.load(Ordering::Acquire) > number);
        since.elapsed()
    };
    let mut late: Vec<_> = (1..EXCHANGES).map(late).collect();
    late.sort();
    late
}

/// The other side was often late by less than a pause of the longest: a busy machine may hold it up now and then.
fn assert_followed(late: &[Duration]) {
    assert!(late[late.len() / 4] < MAX_SLEEP / 2, "{late:?}");
}

#[test]
fn a_receiver_keeps_up_with_a_sender_that_never_notifies() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = ends(&scratch);
    let (received, mut buffer) = (AtomicU64::new(0), [0; 48]);
    sender.try_send(b"CIEPLO").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..EXCHANGES {
                let event = receiver.recv(&mut buffer, &Limit::within(LIMIT)).unwrap();
                assert!(matches!(event, Event::Message(_)), "{event:?}");
                received.fetch_add(1, Ordering::Release);
            }
        });
        assert_followed(&latenesses(&received, || {
            sender.try_send(b"ZIMNO").unwrap();
        }));
    });
    receiver.detach();
    sender.close().unwrap();
}

#[test]
fn a_sender_keeps_up_with_a_receiver_that_never_notifies() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = ends(&scratch);
    let (sent, mut buffer) = (AtomicU64::new(0), [0; 48]);
    for _ in 0..2 {
        sender.try_send(b"CIEPLO").unwrap();
    }
    let mut take = || {
        let event = receiver.try_recv(&mut buffer).unwrap();
        assert!(matches!(event, Event::Message(_)), "{event:?}");
    };
    take();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..EXCHANGES {
                sender.send(b"ZIMNO", &Limit::within(LIMIT)).unwrap();
                sent.fetch_add(1, Ordering::Release);
            }
        });
        assert_followed(&latenesses(&sent, &mut take));
    });
    receiver.detach();
    sender.close().unwrap();
}
