//! The descriptor of a receiver is readable when there may be something to receive, and not else.

use std::os::fd::AsRawFd;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_host::wait::rate::NAP_LIMIT;
use ramframe_host::{Event, Receiver, Trust, remove};
use rustix::event::{PollFd, PollFlags, Timespec, epoll, poll};

use crate::scratch::{LIMIT, Scratch};
use crate::{backpressure, overwrite, pair};

fn is_readable(receiver: &mut Receiver, limit: Duration) -> bool {
    let fd = receiver.as_fd().unwrap();
    let mut fds = [PollFd::new(&fd, PollFlags::IN)];
    let limit = Timespec::try_from(limit).unwrap();
    poll(&mut fds, Some(&limit)).unwrap() == 1
}

/// The next event that comes, waited for by the descriptor; every message read until there is none.
fn next(receiver: &mut Receiver) -> (Event<u32>, u32) {
    let mut wakes = 0;
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < LIMIT && is_readable(receiver, LIMIT));
        wakes += 1;
        let mut buffer = [0; 64];
        let found = receiver.recv_now(&mut buffer).unwrap();
        let number = |payload: &[u8]| u32::from_le_bytes(payload.try_into().unwrap());
        match found.map(|message| number(message.payload)) {
            Event::Nothing => {}
            event => return (event, wakes),
        }
    }
}

/// However long it spins where it waits: who waits by the descriptor does not spin.
#[test]
fn a_receiver_that_spins_is_as_quiet_as_any() {
    let scratch = Scratch::new();
    let (sender, mut receiver) = pair(&scratch, &backpressure());
    receiver.set_spin(Some(NAP_LIMIT));
    assert!(is_readable(&mut receiver, LIMIT));
    // Now and then it is readable for a look around, and not in each half of that time.
    let begun = Instant::now();
    loop {
        let mut buffer = [0; 64];
        let found = receiver.recv_now(&mut buffer).unwrap();
        assert_eq!(found.map(drop), Event::Nothing);
        if !is_readable(&mut receiver, NAP_LIMIT / 2) {
            break;
        }
        assert!(begun.elapsed() < LIMIT, "it is always readable");
    }
    receiver.detach();
    sender.close().unwrap();
}

#[test]
fn a_message_makes_it_readable_until_nothing_is_left() {
    for options in [backpressure(), overwrite(256)] {
        let scratch = Scratch::new();
        let (mut sender, mut receiver) = pair(&scratch, &options);
        let begun = Instant::now();
        for round in 0..100_u32 {
            let sender = &mut sender;
            thread::scope(|scope| {
                scope.spawn(move || {
                    thread::sleep(Duration::from_millis(1));
                    for number in [2 * round, 2 * round + 1] {
                        sender.try_send(&number.to_le_bytes()).unwrap();
                    }
                    sender.notify();
                });
                assert_eq!(next(&mut receiver).0, Event::Message(2 * round));
                // It is a level: the second message needs no second change.
                assert!(is_readable(&mut receiver, Duration::ZERO));
                assert_eq!(next(&mut receiver).0, Event::Message(2 * round + 1));
            });
        }
        // If the notifications were lost, each round would take a nap of 100 ms.
        assert!(begun.elapsed() < Duration::from_secs(8));
    }
}

/// A receive that finds nothing, also by `try_recv`, makes it unreadable.
#[test]
fn it_is_not_readable_while_there_is_nothing() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = pair(&scratch, &backpressure());
    let mut buffer = [0; 64];
    assert!(
        is_readable(&mut receiver, Duration::ZERO),
        "nobody has looked yet"
    );
    let mut quiet = 0;
    // A look that is due may come in between.
    for _ in 0..20 {
        assert_eq!(receiver.try_recv(&mut buffer).unwrap(), Event::Nothing);
        quiet += u32::from(!is_readable(&mut receiver, Duration::from_millis(10)));
    }
    assert!(quiet >= 10, "{quiet}");
    // What is sent while it is not readable makes it so at once.
    sender.try_send(&1_u32.to_le_bytes()).unwrap();
    assert_eq!(next(&mut receiver).0, Event::Message(1));
}

#[test]
fn epoll_waits_for_many_on_edges() {
    const CHANNELS: u32 = 10;
    let scratches: Vec<_> = (0..CHANNELS).map(|_| Scratch::new()).collect();
    let waits = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
    let mut ends = Vec::new();
    for (index, scratch) in (0..).zip(&scratches) {
        let (sender, mut receiver) = pair(scratch, &backpressure());
        let flags = epoll::EventFlags::IN | epoll::EventFlags::ET;
        let fd = receiver.as_fd().unwrap();
        epoll::add(&waits, fd, epoll::EventData::new_u64(index), flags).unwrap();
        ends.push((sender, receiver));
    }
    let mut received = 0;
    for round in 0..50_u32 {
        ends[(round * 3 % CHANNELS) as usize]
            .0
            .try_send(&round.to_le_bytes())
            .unwrap();
        let begun = Instant::now();
        while received <= round {
            assert!(begun.elapsed() < LIMIT);
            let mut events = Vec::with_capacity(16);
            let limit = Timespec::try_from(LIMIT).unwrap();
            let spare = rustix::buffer::spare_capacity(&mut events);
            epoll::wait(&waits, spare, Some(&limit)).unwrap();
            for event in events {
                let (_, receiver) = &mut ends[event.data.u64() as usize];
                let mut buffer = [0; 64];
                while let Event::Message(message) = receiver.recv_now(&mut buffer).unwrap() {
                    assert_eq!(message.payload, received.to_le_bytes());
                    received += 1;
                }
            }
        }
    }
}

#[test]
fn the_end_makes_it_readable() {
    let scratch = Scratch::new();
    let (sender, mut receiver) = pair(&scratch, &backpressure());
    assert!(receiver.as_fd().unwrap().as_raw_fd() > 2);
    sender.close_keeping().unwrap();
    assert_eq!(next(&mut receiver).0, Event::Closed);
    remove(scratch.key, &Trust::current_user()).unwrap_err();
    ramframe_host::sysv::segment::find(scratch.key)
        .and_then(ramframe_host::sysv::segment::remove)
        .unwrap();
    let (end, wakes) = next(&mut receiver);
    assert_eq!(end, Event::Gone);
    // An end that was told once does not keep it readable.
    assert!(wakes < 20, "{wakes}");
}
