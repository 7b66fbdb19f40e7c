//! Does a caller that never waits, call after call, learn what one that waits is told?

use std::time::{Duration, Instant};

use ramframe_host::sender::dead::DeadReceiver;
use ramframe_host::wait::rate::NAP_LIMIT;
use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Select, Sender, Start, Trust};

use crate::ends::ends;
use crate::scratch::{LIMIT, Peer, Scratch, given_key, say, told_to_end};

fn no_time() -> Limit {
    Limit::within(Duration::ZERO)
}

/// Whether there is a message within the limit; takes it.
fn takes(receiver: &mut Receiver, limit: &Limit) -> bool {
    match receiver.recv(&mut [0; 48], limit).unwrap() {
        Event::Message(_) => true,
        Event::Nothing => false,
        other => panic!("{other:?}"),
    }
}

/// A sender of 8 slots with two receivers: this one, and one in a process that is killed when it has received five messages.
/// Its slot is given up `after` so long. The receiver here has not taken any.
fn beside_a_dead_one(scratch: &Scratch, after: Duration) -> (Sender, Receiver) {
    let trust = Trust::current_user();
    let options = ChannelOptions {
        slots: Some(8),
        dead_receivers: DeadReceiver::DropAfter(after),
        ..ChannelOptions::backpressure(2)
    };
    let mut sender = Sender::open(scratch.key, &options, &trust).unwrap();
    let receiver = Receiver::open(scratch.key, Start::Oldest, &trust).unwrap();
    let mut peer = Peer::start("never_waits::receives_five", scratch.key);
    assert_eq!(peer.hear(), "ready");
    for _ in 0..5 {
        sender.try_send(b"CIEPLO").unwrap();
    }
    assert_eq!(peer.hear(), "received");
    drop(peer);
    (sender, receiver)
}

#[test]
#[ignore = "a role, run by the tests below"]
fn receives_five() {
    let Some(key) = given_key() else { return };
    let mut receiver = Receiver::open(key, Start::Oldest, &Trust::current_user()).unwrap();
    say("ready");
    for _ in 0..5 {
        assert!(takes(&mut receiver, &Limit::within(LIMIT)));
    }
    say("received");
    told_to_end();
}

#[test]
fn a_sender_learns_that_a_receiver_is_dead() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = beside_a_dead_one(&scratch, NAP_LIMIT);
    let since = Instant::now();
    // The dead one holds this up after eight messages.
    for _ in 0..16 {
        while sender.send(b"ZIMNO", &no_time()).is_err() {
            takes(&mut receiver, &no_time());
            assert!(since.elapsed() < LIMIT, "it never learned");
        }
    }
    assert!(since.elapsed() >= NAP_LIMIT);
    while sender.drain(&no_time()).is_err() {
        takes(&mut receiver, &no_time());
        assert!(since.elapsed() < LIMIT, "it never learned");
    }
    receiver.detach();
    sender.close().unwrap();
}

/// What it has not taken is for the next receiver in its place, as long as the sender has room beside it.
#[test]
fn a_dead_receiver_that_holds_nobody_up_loses_nothing() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = beside_a_dead_one(&scratch, Duration::ZERO);
    sender.set_spin(Some(Duration::ZERO));
    for _ in 0..3 {
        sender.try_send(b"ZIMNO").unwrap();
    }
    for left in 4..8 {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(NAP_LIMIT / 4);
                assert!(takes(&mut receiver, &no_time()));
            });
            sender.send(b"CIEPLO", &Limit::within(LIMIT)).unwrap();
        });
        assert_eq!(sender.pending_of(1), Some(left));
    }
    receiver.detach();
    sender.close().unwrap();
}

#[test]
fn a_receiver_learns_that_its_channel_is_gone() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = ends(&scratch, 2, Duration::ZERO);
    sender.try_send(b"CIEPLO").unwrap();
    sender.close().unwrap();
    let mut buffer = [0; 48];
    let mut next = || match receiver.recv(&mut buffer, &no_time()).unwrap() {
        Event::Message(_) => "a message",
        Event::Closed => "the end",
        Event::Gone => "gone",
        Event::Nothing => "",
        other => panic!("{other:?}"),
    };
    let since = Instant::now();
    for event in ["a message", "the end", "gone"] {
        let found = loop {
            assert!(since.elapsed() < LIMIT, "{event} was not told");
            match next() {
                "" => {}
                found => break found,
            }
        };
        assert_eq!(found, event);
    }
}

/// Also while other channels always have something.
#[test]
fn a_select_learns_that_a_channel_is_gone() {
    for busy in [0, 1, 2, 5] {
        let scratches: Vec<_> = (0..busy + 1).map(|_| Scratch::new()).collect();
        let pairs = scratches
            .iter()
            .map(|scratch| ends(scratch, 4, Duration::ZERO));
        let (mut senders, receivers): (Vec<_>, Vec<_>) = pairs.unzip();
        let mut select = Select::new();
        let tokens: Vec<_> = receivers.into_iter().map(|end| select.add(end)).collect();
        let mut gone = senders.pop().unwrap();
        gone.try_send(b"CIEPLO").unwrap();
        gone.close().unwrap();
        let since = Instant::now();
        loop {
            assert!(since.elapsed() < LIMIT, "it was not told beside {busy}");
            for sender in &mut senders {
                while sender.try_send(b"ZIMNO").is_ok() {}
            }
            let Some(found) = select.recv(&no_time()) else {
                continue;
            };
            if matches!(found.event.unwrap(), Event::Gone) {
                assert_eq!(Some(&found.token), tokens.last());
                break;
            }
        }
        for token in tokens {
            select.remove(token).unwrap().detach();
        }
        for sender in senders {
            sender.close().unwrap();
        }
    }
}
