//! Does a side that no notification reaches follow the pace of the other side, also after a long silence?
//!
//! No time is measured, which a busy machine would make longer: a side that pauses for long sleeps, and one that pauses for a moment
//! does not.

use std::fs;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ramframe_core::geometry::{RECEIVER_NOTIFIES, SENDER_NOTIFIES};
use ramframe_core::region::RegionMut;
use ramframe_host::sysv::segment::{ReadWrite, Segment};
use ramframe_host::wait::poll::{MAX_SLEEP, YIELD};
use ramframe_host::{ChannelOptions, Event, Limit, Receiver, SendError, Sender, Start, Trust};

use crate::scratch::Scratch;

const ROUNDS: u32 = 5;

/// After it, a side that polls pauses for [`MAX_SLEEP`].
const SILENCE: Duration = MAX_SLEEP.saturating_mul(20);

/// Both ends, of which none requests a notification: each finds that the other one never notifies.
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

/// How often this thread has slept. To let others run is no sleep.
fn sleeps() -> u64 {
    let status = fs::read_to_string("/proc/thread-self/status").unwrap();
    let mut lines = status.lines();
    let count = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    count.unwrap().trim().parse().unwrap()
}

/// Whether it sleeps.
fn does_sleep<T>(act: impl FnOnce() -> T) -> bool {
    let before = sleeps();
    let _ = act();
    sleeps() > before
}

fn take(receiver: &mut Receiver) {
    let mut buffer = [0; 48];
    let event = receiver.try_recv(&mut buffer).unwrap();
    assert!(matches!(event, Event::Message(_)), "{event:?}");
}

#[test]
fn a_receiver_keeps_up_with_a_sender_that_never_notifies() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = ends(&scratch);
    sender.try_send(b"CIEPLO").unwrap();
    take(&mut receiver);
    let slept = (0..ROUNDS).filter(|_| {
        let since = Instant::now();
        while since.elapsed() < SILENCE {
            receiver.wait(None);
        }
        assert!(
            does_sleep(|| receiver.wait(None)),
            "it never pauses for long"
        );
        sender.try_send(b"ZIMNO").unwrap();
        take(&mut receiver);
        does_sleep(|| receiver.wait(None))
    });
    assert!(
        slept.count() < ROUNDS as usize,
        "it pauses for long after a message"
    );
    receiver.detach();
    sender.close().unwrap();
}

#[test]
fn a_sender_keeps_up_with_a_receiver_that_never_notifies() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = ends(&scratch);
    for _ in 0..2 {
        sender.try_send(b"CIEPLO").unwrap();
    }
    // Shorter than what a side spends without a sleep, once there was news.
    let moment = YIELD / 2;
    let waits = |sender: &mut Sender, time| {
        let sent = sender.send(b"ZIMNO", &Limit::within(time));
        assert!(
            matches!(sent, Err(SendError::TimedOut { receiver: 0 })),
            "{sent:?}"
        );
    };
    let slept = (0..ROUNDS).filter(|_| {
        waits(&mut sender, SILENCE);
        assert!(
            does_sleep(|| waits(&mut sender, SILENCE)),
            "it never pauses for long"
        );
        take(&mut receiver);
        sender.try_send(b"CIEPLO").unwrap();
        does_sleep(|| waits(&mut sender, moment))
    });
    assert!(
        slept.count() < ROUNDS as usize,
        "it pauses for long after a message"
    );
    receiver.detach();
    sender.close().unwrap();
}
