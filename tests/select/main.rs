//! One call waits for many channels, fairly, at no cost while nothing comes, and whatever becomes of one of them.

mod ends;
#[path = "../asked/no_waitv.rs"]
mod no_waitv;
mod refused;
#[path = "../segment/scratch.rs"]
mod scratch;
mod sleeps;

use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::channel::Start;
use ramframe_host::file::Window;
use ramframe_host::select::{Select, Token};
use ramframe_host::{ChannelOptions, Event, Limit, Location, Receiver, Sender, StopToken, Trust};

use crate::scratch::{LIMIT, Scratch};

/// A sender, and a receiver of its channel.
fn pair(location: impl Into<Location>, options: &ChannelOptions) -> (Sender, Receiver) {
    let location = location.into();
    let trust = Trust::current_user();
    let sender = Sender::open(location.clone(), options, &trust).unwrap();
    let receiver = Receiver::open(location, Start::Oldest, &trust).unwrap();
    (sender, receiver)
}

fn backpressure() -> ChannelOptions {
    ChannelOptions::backpressure(1)
}

/// So large that no message of a test is overtaken.
fn overwrite(slots: u32) -> ChannelOptions {
    ChannelOptions {
        slots: Some(slots),
        ..ChannelOptions::overwrite()
    }
}

/// The next message, as a number.
fn number(select: &mut Select) -> (Token, u32) {
    let limit = Limit::within(LIMIT);
    let found = select.recv(&limit).expect("nothing came");
    let payload = found.event.unwrap().message().unwrap().payload;
    (found.token, u32::from_le_bytes(payload.try_into().unwrap()))
}

#[test]
fn receivers_that_are_all_busy_take_turns() {
    let scratches: Vec<_> = (0..8).map(|_| Scratch::new()).collect();
    let mut select = Select::new();
    let mut senders = Vec::new();
    for scratch in &scratches {
        let (mut sender, receiver) = pair(scratch.key, &backpressure());
        for number in 0..8_u32 {
            sender.send(&number.to_le_bytes(), &Limit::NEVER).unwrap();
        }
        select.add(receiver);
        senders.push(sender);
    }
    let tokens: Vec<_> = select.tokens().collect();
    for round in 0..8 {
        for token in &tokens {
            assert_eq!(number(&mut select), (*token, round));
        }
    }
    assert!(select.recv(&Limit::within(Duration::ZERO)).is_none());
}

/// Eight threads send, both policies, on segments and a map; one receives.
#[test]
fn nothing_of_eight_busy_channels_is_lost() {
    const MESSAGES: u32 = 10_000;
    let scratches: Vec<_> = (0..7).map(|_| Scratch::new()).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(1 << 16).unwrap();
    let window = Window {
        path: file.path().into(),
        offset: 0,
        size: None,
        uio_map: 0,
    };
    let mut places: Vec<Location> = scratches.iter().map(|own| own.key.into()).collect();
    places.push(window.into());
    let options = |index| match index % 2 {
        0 => overwrite(MESSAGES.next_power_of_two()),
        _ => backpressure(),
    };
    let mut select = Select::new();
    let mut next: BTreeMap<Token, u32> = BTreeMap::new();
    thread::scope(|scope| {
        for (index, place) in places.into_iter().enumerate() {
            let (mut sender, receiver) = pair(place, &options(index));
            next.insert(select.add(receiver), 0);
            scope.spawn(move || {
                for number in 0..MESSAGES {
                    sender
                        .send(&number.to_le_bytes(), &Limit::within(LIMIT))
                        .unwrap();
                    if number % 1000 == 0 {
                        thread::sleep(Duration::from_millis(1));
                    }
                }
                sender.drain(&Limit::within(LIMIT)).unwrap();
                sender.close_keeping().unwrap();
            });
        }
        let mut closed = 0;
        while closed < next.len() {
            let found = select.recv(&Limit::within(LIMIT)).expect("nothing came");
            match found.event.unwrap() {
                Event::Message(message) => {
                    let expected = next.get_mut(&found.token).unwrap();
                    assert_eq!(message.payload, expected.to_le_bytes());
                    *expected += 1;
                }
                Event::Closed => closed += 1,
                other => panic!("{other:?}"),
            }
        }
    });
    assert!(next.values().all(|count| *count == MESSAGES));
}

/// Both where it waits itself, and where threads wait for it.
#[test]
fn a_message_ends_a_sleep() {
    for count in [1, 3, 130] {
        let scratches: Vec<_> = (0..count).map(|_| Scratch::new()).collect();
        let mut select = Select::new();
        select.set_spin(Some(Duration::ZERO));
        let mut senders = BTreeMap::new();
        for scratch in &scratches {
            let (sender, receiver) = pair(scratch.key, &backpressure());
            senders.insert(select.add(receiver), sender);
        }
        let begun = Instant::now();
        let tokens: Vec<_> = senders.keys().copied().collect();
        for (round, token) in (0..100_u32).zip(tokens.iter().cycle()) {
            let sender = senders.get_mut(token).unwrap();
            thread::scope(|scope| {
                scope.spawn(move || {
                    thread::sleep(Duration::from_millis(1));
                    sender.try_send(&round.to_le_bytes()).unwrap();
                });
                assert_eq!(number(&mut select), (*token, round));
            });
        }
        // If the notifications were lost, each round would take a nap of 100 ms.
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(8), "{count}: {took:?}");
    }
}

#[test]
fn it_ends_at_its_limit() {
    let scratch = Scratch::new();
    let (_sender, receiver) = pair(scratch.key, &backpressure());
    let mut select = Select::new();
    assert!(select.recv(&Limit::NEVER).is_none(), "there is nobody");
    let token = select.add(receiver);
    assert!(
        select
            .recv(&Limit::within(Duration::from_millis(5)))
            .is_none()
    );
    let stop = StopToken::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(20));
            stop.stop();
        });
        assert!(select.recv(&Limit::NEVER.or_stopped(&stop)).is_none());
    });
    assert_eq!((select.len(), select.is_empty()), (1, false));
    select.remove(token).unwrap().detach();
    assert!(select.remove(token).is_none() && select.receiver(token).is_none());
}

/// A message that the handler refuses stays, for the next call and for the next program.
#[test]
fn what_is_not_taken_stays() {
    let scratch = Scratch::new();
    let (mut sender, receiver) = pair(scratch.key, &backpressure());
    sender.try_send(&7_u32.to_le_bytes()).unwrap();
    let mut select = Select::new();
    let token = select.add(receiver);
    let refused = select.recv_with(&Limit::within(LIMIT), |_, _| Err::<(), _>("not now"));
    let Some((from, Ok(Err("not now")))) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(from, token);
    drop(select);
    let receiver = Receiver::open(scratch.key, Start::Oldest, &Trust::current_user()).unwrap();
    let mut select = Select::new();
    let token = select.add(receiver);
    assert_eq!(number(&mut select), (token, 7));
}

/// How often the threads of this process have gone to sleep.
fn sleeps() -> u64 {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let status = |task: fs::DirEntry| fs::read_to_string(task.path().join("status")).ok();
    let of = |status: String| {
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        line.unwrap().trim().parse::<u64>().unwrap()
    };
    tasks.filter_map(|task| status(task.unwrap())).map(of).sum()
}
