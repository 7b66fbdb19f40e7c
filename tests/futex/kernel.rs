//! Do two sides of the library that are both busy leave the kernel alone between two messages?
//!
//! The thread under test is refused the calls that say what a key names and who holds a lock. A side that asks all the same
//! takes the channel for removed.

use std::thread;
use std::time::{Duration, Instant};

use ramframe_host::wait::rate::NAP_LIMIT;
use ramframe_host::{Event, Limit, Receiver, RecvError, SendError, Sender, StopToken};

use crate::cores::{self, pin};
use crate::ends::ends;
use crate::filter;
use crate::scratch::{LIMIT, Scratch, asked};

/// Messages of one attempt, far fewer than a side sends before it asks the kernel by the clock.
const MESSAGES: u32 = 1000;

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Sender,
    Receiver,
}

/// Sends until all are sent, or until the sender cannot go on.
fn send(sender: &mut Sender, limit: &Limit) -> bool {
    (0..MESSAGES).all(|number| match sender.send(&number.to_le_bytes(), limit) {
        Ok(_) => true,
        Err(SendError::NotRegained(_) | SendError::Stopped { .. }) => false,
        Err(error) => panic!("{error}"),
    })
}

/// Receives until all are received, or until the channel seems to be gone.
fn receive(receiver: &mut Receiver, limit: &Limit) -> bool {
    let mut buffer = [0; 48];
    (0..MESSAGES).all(|number| match receiver.recv(&mut buffer, limit) {
        Ok(Event::Message(message)) => {
            assert_eq!(message.payload, number.to_le_bytes());
            true
        }
        Ok(Event::Gone | Event::Nothing) | Err(RecvError::NotRegained(_)) => false,
        other => panic!("{other:?}"),
    })
}

/// Whether all messages came over while one side, the sender or the receiver, was refused the calls.
fn comes_over(refused: Side, cores: &[usize]) -> bool {
    let scratch = Scratch::new();
    // Of two slots: the sender waits for room all the time. Neither side sleeps while the other one is on its core.
    let (mut sender, mut receiver) = ends(&scratch, 2, NAP_LIMIT);
    let stop = StopToken::new();
    let limit = Limit::within(LIMIT).or_stopped(&stop);
    let play = |this, core, side: &mut dyn FnMut() -> bool| {
        pin(core);
        if refused == this {
            filter::refuse([libc::SYS_shmget, libc::SYS_semctl]);
        }
        let is_done = side();
        if !is_done {
            stop.stop();
        }
        is_done
    };
    let done = thread::scope(|scope| {
        let sending =
            scope.spawn(|| play(Side::Sender, cores[0], &mut || send(&mut sender, &limit)));
        let receiving = scope.spawn(|| {
            play(Side::Receiver, cores[1], &mut || {
                receive(&mut receiver, &limit)
            })
        });
        let received = receiving.join().unwrap();
        sending.join().unwrap() && received
    });
    receiver.detach();
    sender.close().unwrap();
    done
}

/// Once is enough: on a busy machine a side sleeps now and then, and may ask after that.
fn comes_over_at_last(refused: Side) {
    let cores = cores::allowed();
    if !asked(cores.len() > 1, "two cores") {
        return;
    }
    let start = Instant::now();
    while !comes_over(refused, cores) {
        assert!(start.elapsed() < LIMIT, "it asked the kernel each time");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_busy_receiver_asks_the_kernel_nothing() {
    comes_over_at_last(Side::Receiver);
}

#[test]
fn a_busy_sender_asks_the_kernel_nothing() {
    comes_over_at_last(Side::Sender);
}
