//! A task waits for a message or for room, in any runtime, and loses nothing when it is dropped. Its descriptor is right.

mod cancelled;
mod descriptor;
mod ends;
#[path = "../asked/no_waitv.rs"]
mod no_waitv;
mod roles;
#[path = "../segment/scratch.rs"]
mod scratch;

use std::future::poll_fn;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use futures_lite::StreamExt;
use futures_lite::future::block_on;
use ramframe_core::channel::Start;
use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Sender, Trust};

use crate::scratch::{LIMIT, Scratch};

/// A sender, and a receiver of its channel.
fn pair(scratch: &Scratch, options: &ChannelOptions) -> (Sender, Receiver) {
    let trust = Trust::current_user();
    let sender = Sender::open(scratch.key, options, &trust).unwrap();
    let receiver = Receiver::open(scratch.key, Start::Oldest, &trust).unwrap();
    (sender, receiver)
}

fn backpressure() -> ChannelOptions {
    ChannelOptions::backpressure(1)
}

fn overwrite(slots: u32) -> ChannelOptions {
    ChannelOptions {
        slots: Some(slots),
        ..ChannelOptions::overwrite()
    }
}

async fn number(receiver: &mut Receiver) -> u32 {
    let mut buffer = [0; 64];
    let message = receiver.recv_async(&mut buffer).await.unwrap();
    u32::from_le_bytes(message.message().unwrap().payload.try_into().unwrap())
}

#[test]
fn a_message_wakes_a_task() {
    for options in [backpressure(), overwrite(256)] {
        let scratch = Scratch::new();
        let (mut sender, mut receiver) = pair(&scratch, &options);
        receiver.set_spin(Some(Duration::ZERO));
        let begun = Instant::now();
        for round in 0..100_u32 {
            let sender = &mut sender;
            thread::scope(|scope| {
                scope.spawn(move || {
                    thread::sleep(Duration::from_millis(1));
                    sender.try_send(&round.to_le_bytes()).unwrap();
                    sender.notify();
                });
                assert_eq!(block_on(number(&mut receiver)), round);
            });
        }
        // If the notifications were lost, each round would take a nap of 100 ms.
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(8), "{took:?}");
    }
}

#[test]
fn room_wakes_a_task() {
    let scratch = Scratch::new();
    let options = ChannelOptions {
        slots: Some(2),
        ..backpressure()
    };
    let (mut sender, mut receiver) = pair(&scratch, &options);
    sender.set_spin(Some(Duration::ZERO));
    let begun = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut buffer = [0; 64];
            for round in 0..200_u32 {
                thread::sleep(Duration::from_millis(1));
                let found = receiver.recv(&mut buffer, &Limit::within(LIMIT)).unwrap();
                assert_eq!(found.message().unwrap().payload, round.to_le_bytes());
            }
        });
        block_on(async {
            for round in 0..200_u32 {
                sender.send_async(&round.to_le_bytes()).await.unwrap();
            }
            sender.drain_async().await.unwrap();
        });
    });
    assert_eq!(sender.pending_of(0), Some(0));
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
}

/// One task receives all; whoever has something has its turn.
#[test]
fn eight_busy_channels_in_one_task_lose_nothing() {
    const MESSAGES: u32 = 5_000;
    let scratches: Vec<_> = (0..8).map(|_| Scratch::new()).collect();
    let mut receivers = Vec::new();
    thread::scope(|scope| {
        for (index, scratch) in scratches.iter().enumerate() {
            let options = match index % 2 {
                0 => overwrite(MESSAGES.next_power_of_two()),
                _ => backpressure(),
            };
            let (mut sender, receiver) = pair(scratch, &options);
            receivers.push((receiver, 0));
            scope.spawn(move || {
                for number in 0..MESSAGES {
                    let sent = sender.send(&number.to_le_bytes(), &Limit::within(LIMIT));
                    sent.unwrap();
                }
                sender.notify();
                sender.drain(&Limit::within(LIMIT)).unwrap();
            });
        }
        let mut buffer = [0; 64];
        block_on(poll_fn(|cx| {
            let mut received = 0;
            for (receiver, next) in &mut receivers {
                while *next < MESSAGES
                    && let Poll::Ready(found) = receiver.poll_recv(cx, &mut buffer)
                {
                    let message = found.unwrap().message().unwrap();
                    assert_eq!(message.payload, next.to_le_bytes());
                    *next += 1;
                }
                received += *next;
            }
            match received == 8 * MESSAGES {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        }));
    });
}

#[test]
fn a_stream_ends_with_its_channel() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = pair(&scratch, &backpressure());
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..50_u32 {
                sender
                    .send(&number.to_le_bytes(), &Limit::within(LIMIT))
                    .unwrap();
            }
            sender.drain(&Limit::within(LIMIT)).unwrap();
            sender.close().unwrap();
        });
        let sequences = block_on(async {
            let messages = receiver.stream();
            let sequences = messages.map(|message| message.unwrap().sequence);
            sequences.collect::<Vec<_>>().await
        });
        assert_eq!(sequences, (0..50).collect::<Vec<_>>());
    });
}

/// Forty tasks on tokio's threads, each with a limit.
#[test]
fn tasks_of_tokio_exchange_messages() {
    const PAIRS: usize = 20;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let scratches: Vec<_> = (0..PAIRS).map(|_| Scratch::new()).collect();
    let mut tasks = Vec::new();
    for scratch in &scratches {
        let options = ChannelOptions {
            slots: Some(4),
            ..backpressure()
        };
        let (mut sender, mut receiver) = pair(scratch, &options);
        tasks.push(runtime.spawn(async move {
            for number in 0..500_u32 {
                sender.send_async(&number.to_le_bytes()).await.unwrap();
            }
            sender.drain_async().await.unwrap();
        }));
        tasks.push(runtime.spawn(async move {
            for expected in 0..500 {
                let received = number(&mut receiver);
                let received = tokio::time::timeout(LIMIT, received).await;
                assert_eq!(received.unwrap(), expected);
            }
        }));
    }
    runtime.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn a_limit_is_the_runtimes() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = pair(&scratch, &backpressure());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let late = tokio::time::timeout(Duration::from_millis(20), number(&mut receiver)).await;
        assert!(late.is_err());
        sender.send_async(&7_u32.to_le_bytes()).await.unwrap();
        assert_eq!(number(&mut receiver).await, 7);
        let mut buffer = [0; 64];
        sender.close_keeping().unwrap();
        let end = receiver.recv_async(&mut buffer).await.unwrap();
        assert_eq!(end, Event::Closed);
    });
}
