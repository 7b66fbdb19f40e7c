//! What does a receiver find when one sender follows another on a channel that was kept?

use std::thread;
use std::time::Duration;

use ramframe_host::receiver::Follower;
use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Sender, Start, Trust};

use crate::scratch::{LIMIT, Scratch};

fn open(scratch: &Scratch) -> Sender {
    let options = ChannelOptions {
        slots: Some(64),
        ..ChannelOptions::overwrite()
    };
    Sender::open(scratch.key, &options, &Trust::current_user()).unwrap()
}

/// A channel that a sender has left, with messages.
fn kept() -> Scratch {
    let scratch = Scratch::new();
    let mut sender = open(&scratch);
    for _ in 0..8 {
        sender.try_send(b"old").unwrap();
    }
    sender.close_keeping().unwrap();
    scratch
}

fn within_limit() -> Limit {
    Limit::within(LIMIT)
}

/// Two ends, of one sender after the other. The second may be there before the first end is told, or after.
fn each_end_is_told(is_early: bool) {
    let scratch = kept();
    let trust = Trust::current_user();
    let mut receiver = Receiver::open(scratch.key, Start::Oldest, &trust).unwrap();
    let mut buffer = [0; 48];
    for _ in 0..8 {
        let event = receiver.recv(&mut buffer, &within_limit()).unwrap();
        assert!(matches!(event, Event::Message(_)), "{event:?}");
    }
    let early = is_early.then(|| open(&scratch));
    let event = receiver.recv(&mut buffer, &within_limit()).unwrap();
    assert!(matches!(event, Event::Closed), "{event:?}");
    let mut sender = early.unwrap_or_else(|| open(&scratch));
    sender.try_send(b"CIEPLO").unwrap();
    loop {
        match receiver.try_recv(&mut buffer).unwrap() {
            Event::Message(_) => break,
            Event::SenderRestarted => {}
            other => panic!("{other:?}"),
        }
    }
    sender.close_keeping().unwrap();
    let event = receiver.recv(&mut buffer, &within_limit()).unwrap();
    assert!(matches!(event, Event::Closed), "{event:?}");
    let again = Limit::within(Duration::from_millis(1));
    let event = receiver.recv(&mut buffer, &again).unwrap();
    assert!(matches!(event, Event::Nothing), "{event:?}");
    open(&scratch).close().unwrap();
}

#[test]
fn each_end_is_told_however_the_messages_before_were_taken() {
    each_end_is_told(false);
    each_end_is_told(true);
}

/// What comes after the first look is new, so all of it is for the follower.
#[test]
fn a_follower_that_was_there_first_misses_nothing() {
    let scratch = Scratch::new();
    let mut follower = Follower::new(scratch.key, Start::Next, &Trust::current_user());
    let event = follower.recv(&Limit::within(Duration::ZERO)).unwrap();
    assert!(matches!(event, Event::Nothing), "{event:?}");
    let mut sender = open(&scratch);
    sender.try_send(b"first").unwrap();
    let first = follower.messages(&within_limit()).next().unwrap().unwrap();
    assert_eq!(first.payload, b"first");
    follower.detach();
    sender.close().unwrap();
}

#[test]
fn a_follower_begins_where_it_was_told_however_often_it_is_asked() {
    let scratch = kept();
    let trust = Trust::current_user();
    let mut follower = Follower::new(scratch.key, Start::Next, &trust);
    for _ in 0..3 {
        let event = follower.recv(&Limit::within(Duration::ZERO)).unwrap();
        assert!(matches!(event, Event::Nothing), "{event:?}");
    }
    let mut sender = open(&scratch);
    let event = follower.recv(&within_limit()).unwrap();
    assert!(matches!(event, Event::Opened), "{event:?}");
    sender.try_send(b"CIEPLO").unwrap();
    let first = follower.messages(&within_limit()).next().unwrap().unwrap();
    assert_eq!(first.payload, b"CIEPLO");
    follower.detach();
    sender.close().unwrap();
}

#[test]
fn who_waits_for_a_sender_gets_its_first_message() {
    for _ in 0..10 {
        let scratch = kept();
        let trust = Trust::current_user();
        let limit = within_limit();
        let wait = || Receiver::wait_open(scratch.key, Start::Next, &trust, &limit).unwrap();
        let (sender, mut receiver) = thread::scope(|scope| {
            let waiting = scope.spawn(wait);
            // It has found the channel by then, or it begins after the messages.
            thread::sleep(Duration::from_millis(20));
            let mut sender = open(&scratch);
            sender.try_send(b"first").unwrap();
            sender.try_send(b"second").unwrap();
            (sender, waiting.join().unwrap())
        });
        let first = receiver.messages(&Limit::within(Duration::ZERO)).next();
        let is_first = first.is_some_and(|first| first.unwrap().payload == b"first");
        receiver.detach();
        sender.close().unwrap();
        if is_first {
            return;
        }
    }
    panic!("it never got it");
}

/// An overwrite channel keeps no account of its receivers, so the next sender may ask for as many as the one before.
#[test]
fn the_same_options_open_the_same_channel() {
    let scratch = Scratch::new();
    let options = ChannelOptions {
        receivers: 3,
        ..ChannelOptions::overwrite()
    };
    for keeps in [true, false] {
        let sender = Sender::open(scratch.key, &options, &Trust::current_user()).unwrap();
        match keeps {
            true => sender.close_keeping().unwrap(),
            false => sender.close().unwrap(),
        }
    }
}
