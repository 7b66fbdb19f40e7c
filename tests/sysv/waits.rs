//! The calls that wait end at their limit, and go on by themselves until then.

use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::channel::Start;
use ramframe_host::error::Kind;
use ramframe_host::{
    ChannelOptions, Event, Follower, Limit, Message, Receiver, SendError, Sender, StopToken, Trust,
    remove,
};

use crate::scratch::Scratch;

/// Long enough for whatever happens at once.
const LONG: Duration = Duration::from_secs(60);

/// Far more than a stopped call takes, which is 100 ms.
const SOON: Duration = Duration::from_secs(10);

fn sender(scratch: &Scratch) -> Sender {
    let options = ChannelOptions::backpressure(1);
    Sender::open(scratch.key, &options, &Trust::current_user()).unwrap()
}

fn receiver(scratch: &Scratch) -> Receiver {
    Receiver::open(scratch.key, Start::Oldest, &Trust::current_user()).unwrap()
}

/// Stops a token while `wait` waits with it, and sees that it ends.
fn stopped<T>(wait: impl FnOnce(&Limit) -> T) -> T {
    let token = StopToken::new();
    let limit = Limit::within(LONG).or_stopped(&token);
    let since = Instant::now();
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(20));
            token.stop();
        });
        wait(&limit)
    });
    assert!(since.elapsed() < SOON);
    result
}

#[test]
fn a_send_ends_at_its_limit() {
    let scratch = Scratch::new();
    let mut sender = sender(&scratch);
    let slots = sender.geometry().slots();
    for _ in 0..slots {
        sender.send(b"CIEPLO", &Limit::NEVER).unwrap();
    }
    let late = sender.send(b"CIEPLO", &Limit::within(Duration::from_millis(5)));
    assert!(
        matches!(late, Err(SendError::TimedOut { receiver: 0 })),
        "{late:?}"
    );
    let late = stopped(|limit| sender.send(b"CIEPLO", limit));
    assert!(
        matches!(late, Err(SendError::Stopped { receiver: 0 })),
        "{late:?}"
    );
    let late = stopped(|limit| sender.drain(limit));
    assert!(
        matches!(late, Err(SendError::Stopped { receiver: 0 })),
        "{late:?}"
    );
    // Who is behind, while the sender does something else.
    for (receiver, left) in sender.pending() {
        assert_eq!((receiver, left), (0, Some(slots)));
        sender.notify();
    }
    let mut taken = receiver(&scratch);
    assert_eq!(
        taken
            .messages(&Limit::within(LONG))
            .take(slots as usize)
            .count(),
        slots as usize
    );
    sender.drain(&Limit::within(LONG)).unwrap();
    taken.detach();
    sender.close().unwrap();
}

#[test]
fn a_receive_ends_at_its_limit_and_tells_an_end_once() {
    let scratch = Scratch::new();
    let sender = sender(&scratch);
    let mut receiver = receiver(&scratch);
    let mut buffer = [0; 48];
    let nothing = stopped(|limit| receiver.recv(&mut buffer, limit));
    assert!(matches!(nothing, Ok(Event::Nothing)), "{nothing:?}");
    sender.close_keeping().unwrap();
    for (time, found) in [
        (LONG, Event::Closed),
        (Duration::from_millis(5), Event::Nothing),
    ] {
        let limit = Limit::within(time);
        assert_eq!(receiver.recv(&mut buffer, &limit).unwrap(), found);
    }
    receiver.detach();
}

#[test]
fn who_waits_for_a_channel_learns_why_there_is_none() {
    let scratch = Scratch::new();
    let trust = Trust::current_user();
    let open = |limit: &Limit| Receiver::wait_open(scratch.key, Start::Oldest, &trust, limit);
    assert!(stopped(open).unwrap_err().is_absent());
    thread::scope(|scope| {
        let opened = scope.spawn(|| open(&Limit::within(LONG)).unwrap().detach());
        let sender = sender(&scratch);
        opened.join().unwrap();
        sender.close().unwrap();
    });
}

#[test]
fn a_follower_goes_from_one_channel_to_the_next() {
    let scratch = Scratch::new();
    let limit = Limit::within(LONG);
    let mut follower = Follower::new(scratch.key, Start::Oldest, &Trust::current_user());
    for message in [b"one", b"two"] {
        let mut sender = sender(&scratch);
        sender.send(message, &limit).unwrap();
        let received = follower.messages(&limit).next().unwrap().unwrap();
        assert_eq!(received.payload, message);
        sender.drain(&limit).unwrap();
        sender.close().unwrap();
        assert_eq!(follower.recv(&limit).unwrap(), Event::Closed);
        assert_eq!(follower.recv(&limit).unwrap(), Event::Gone);
    }
    let nothing = stopped(|limit| follower.recv(limit));
    assert!(matches!(nothing, Ok(Event::Nothing)), "{nothing:?}");
}

#[test]
fn a_closed_channel_is_waited_for_until_there_is_more_of_it() {
    let (scratch, limit) = (Scratch::new(), Limit::within(LONG));
    let trust = Trust::current_user();
    let wait_open = |limit: &Limit| Receiver::wait_open(scratch.key, Start::Oldest, &trust, limit);
    let (mut first, mut taken, mut buffer) = (sender(&scratch), receiver(&scratch), [0; 48]);
    first.send(b"one", &limit).unwrap();
    assert!(taken.try_recv(&mut buffer).unwrap().message().is_some());
    taken.detach();
    first.close_keeping().unwrap();
    let error = stopped(wait_open).unwrap_err();
    assert!(
        matches!(error.kind, Kind::Closed) && error.is_absent(),
        "{error}"
    );
    // Whoever means what is there opens that.
    let mut closed = receiver(&scratch);
    assert_eq!(closed.try_recv(&mut buffer).unwrap(), Event::Closed);
    closed.detach();
    thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let mut late = wait_open(&limit).unwrap();
            let mut buffer = [0; 48];
            let found = late.recv(&mut buffer, &limit).unwrap();
            assert_eq!(found.message().unwrap().payload, b"two");
            late.detach();
        });
        let mut second = sender(&scratch);
        second.send(b"two", &limit).unwrap();
        waits.join().unwrap();
        second.send(b"three", &limit).unwrap();
        second.close_keeping().unwrap();
    });
    // What was kept is there to be received.
    let mut last = wait_open(&limit).unwrap();
    let found = last.recv(&mut buffer, &limit).unwrap();
    assert_eq!(found.message().unwrap().payload, b"three");
    last.detach();
    remove(scratch.key, &trust).unwrap();
}

#[test]
fn a_follower_keeps_a_message_that_its_handler_refused() {
    let (scratch, limit) = (Scratch::new(), Limit::within(LONG));
    let mut follower = Follower::new(scratch.key, Start::Oldest, &Trust::current_user());
    let mut sender = sender(&scratch);
    sender.send(b"one", &limit).unwrap();
    assert_eq!(follower.recv(&limit).unwrap(), Event::Opened);
    for refuses in [true, true, false] {
        let take = |message: Message<'_>| match refuses {
            true => Err(message.sequence),
            false => Ok(message.payload.to_vec()),
        };
        let found = follower.recv_with(&limit, take).unwrap();
        let expected = match refuses {
            true => Err(0),
            false => Ok(Event::Message(b"one".to_vec())),
        };
        assert_eq!(found, expected);
        assert_eq!(sender.pending().next().is_some(), refuses);
    }
    follower.detach();
    sender.close().unwrap();
}
