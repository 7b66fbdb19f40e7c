//! What it costs to wait for many: a wake beside that of a blocking receiver, a thousand idle channels, and eight busy ones.
//!
//! `cargo bench --bench awaits` prints it, and with `-- idle` only the load of the idle ones. It takes a minute.

#[path = "../segment/scratch.rs"]
mod scratch;

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use futures_lite::future::block_on;
use ramframe_core::channel::Start;
use ramframe_host::select::Select;
use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Sender, Trust};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::time::{ClockId, clock_gettime};

use crate::scratch::{LIMIT, Scratch};

/// Wakes of each way to wait, in each round.
const WAKES: usize = 200;
const ROUNDS: usize = 15;

/// Long enough that the receiver sleeps.
const PAUSE: Duration = Duration::from_micros(300);

const IDLE: usize = 1000;
const IDLE_TIME: Duration = Duration::from_secs(10);

fn pair(scratch: &Scratch, options: &ChannelOptions) -> (Sender, Receiver) {
    let trust = Trust::current_user();
    let sender = Sender::open(scratch.key, options, &trust).unwrap();
    let mut receiver = Receiver::open(scratch.key, Start::Oldest, &trust).unwrap();
    receiver.set_spin(Some(Duration::ZERO));
    (sender, receiver)
}

/// With room for all messages of a round.
fn backpressure() -> ChannelOptions {
    ChannelOptions {
        slots: Some(256),
        ..ChannelOptions::backpressure(1)
    }
}

fn overwrite(slots: u32) -> ChannelOptions {
    ChannelOptions {
        slots: Some(slots),
        ..ChannelOptions::overwrite()
    }
}

/// A way to wait: one message.
type Next = Box<dyn FnMut() + Send>;

/// What a way to wait is called, and makes of a receiver.
type Way = (&'static str, fn(Receiver) -> Next);

/// Each way to wait, by what it is called, for a receiver of its own.
fn ways() -> [Way; 4] {
    [
        ("recv", |mut receiver| {
            let mut buffer = [0; 64];
            Box::new(move || {
                let found = receiver.recv(&mut buffer, &Limit::within(LIMIT)).unwrap();
                found.message().unwrap();
            })
        }),
        ("Select", |receiver| {
            let mut select = Select::new();
            select.set_spin(Some(Duration::ZERO));
            select.add(receiver);
            Box::new(move || {
                let found = select.recv(&Limit::within(LIMIT)).unwrap();
                found.event.unwrap().message().unwrap();
            })
        }),
        ("recv_async", |mut receiver| {
            let mut buffer = [0; 64];
            Box::new(move || {
                let found = block_on(receiver.recv_async(&mut buffer)).unwrap();
                found.message().unwrap();
            })
        }),
        ("as_fd and poll", |mut receiver| {
            let mut buffer = [0; 64];
            receiver.as_fd().unwrap();
            Box::new(move || {
                loop {
                    if let Event::Message(_) = receiver.recv_now(&mut buffer).unwrap() {
                        return;
                    }
                    let fd = receiver.as_fd().unwrap();
                    poll(&mut [PollFd::new(&fd, PollFlags::IN)], None).unwrap();
                }
            })
        }),
    ]
}

/// Median time from a send until a receiver that slept has the message.
fn wake(sender: &mut Sender, next: &mut Next) -> u128 {
    let begun = Instant::now();
    let received = thread::scope(|scope| {
        let receiving = scope.spawn(|| {
            let one = |_| {
                next();
                begun.elapsed()
            };
            (0..WAKES).map(one).collect::<Vec<_>>()
        });
        let mut sent = Vec::new();
        for _ in 0..WAKES {
            thread::sleep(PAUSE);
            sent.push(begun.elapsed());
            sender.try_send(b"message").unwrap();
            sender.notify();
        }
        let received = receiving.join().unwrap();
        sent.into_iter()
            .zip(received)
            .map(|(sent, received)| received.saturating_sub(sent))
            .map(|took| took.as_nanos())
            .collect::<Vec<_>>()
    });
    median(received)
}

fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|left, right| left.partial_cmp(right).unwrap());
    values[values.len() / 2]
}

fn wakes(policy: &str, options: &ChannelOptions) {
    let scratches: Vec<_> = ways().map(|_| Scratch::new()).into();
    let mut ends: Vec<_> = ways()
        .iter()
        .zip(&scratches)
        .map(|((name, way), scratch)| {
            let (sender, receiver) = pair(scratch, options);
            (*name, sender, way(receiver), Vec::new())
        })
        .collect();
    for _ in 0..ROUNDS {
        let mut of_recv = 1;
        for (index, (_, sender, next, ratios)) in ends.iter_mut().enumerate() {
            let took = wake(sender, next);
            if index == 0 {
                of_recv = took;
            }
            ratios.push((took as f64 / of_recv as f64, took));
        }
    }
    for (name, _, _, ratios) in ends {
        let ratio = median(ratios.iter().map(|(ratio, _)| *ratio).collect());
        let took = median(ratios.iter().map(|(_, took)| *took).collect());
        println!("{policy:<13} {name:<15} {ratio:5.2} of recv, {took:6} ns");
    }
}

/// Two sides that answer at once, each of which spins before it sleeps: the time of a round trip, beside that of `recv`.
fn exchange() {
    const TRIPS: u32 = 20_000;
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let trip = |(_, way): &Way| {
            let scratches = [Scratch::new(), Scratch::new()];
            let [there, back] = scratches.each_ref().map(|scratch| {
                let (sender, mut receiver) = pair(scratch, &backpressure());
                receiver.set_spin(None);
                (sender, way(receiver))
            });
            let ((mut to, mut heard), (mut answer, mut next)) = (there, back);
            let begun = Instant::now();
            thread::scope(|scope| {
                scope.spawn(move || {
                    for _ in 0..TRIPS {
                        heard();
                        answer.try_send(b"message").unwrap();
                    }
                });
                for _ in 0..TRIPS {
                    to.try_send(b"message").unwrap();
                    next();
                }
            });
            (begun.elapsed() / TRIPS).as_nanos() as f64
        };
        let [recv, _, recv_async, _] = ways();
        ratios.push((trip(&recv), trip(&recv_async)));
    }
    let ratio = median(ratios.iter().map(|(recv, tasks)| tasks / recv).collect());
    let recv = median(ratios.iter().map(|(recv, _)| *recv).collect());
    println!("exchange      recv_async      {ratio:5.2} of recv, which takes {recv:.0} ns");
}

/// How long this process has run on cores.
fn used() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap()
}

/// The part of a core that was used since `begun`, when it was `before`, in per cent.
fn load((before, begun): (Duration, Instant)) -> f64 {
    (used() - before).as_secs_f64() / begun.elapsed().as_secs_f64() * 100.0
}

fn idle() {
    let scratches: Vec<_> = (0..IDLE).map(|_| Scratch::new()).collect();
    let mut ends: Vec<_> = scratches
        .iter()
        .map(|scratch| pair(scratch, &overwrite(4)))
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let (senders, receivers): (Vec<_>, Vec<_>) = ends.drain(..).unzip();
    let receivers = runtime.block_on(async {
        let tasks: Vec<_> = receivers
            .into_iter()
            .map(|mut receiver| {
                tokio::spawn(async move {
                    let mut buffer = [0; 64];
                    let late = tokio::time::timeout(
                        IDLE_TIME + Duration::from_secs(3),
                        receiver.recv_async(&mut buffer),
                    );
                    assert!(late.await.is_err());
                    receiver
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before = (used(), Instant::now());
        tokio::time::sleep(IDLE_TIME).await;
        let percent = load(before);
        println!("{IDLE} idle, recv_async: {percent:.2} % of a core");
        let mut receivers = Vec::new();
        for task in tasks {
            receivers.push(task.await.unwrap());
        }
        receivers
    });
    let mut select = Select::new();
    receivers.into_iter().for_each(|receiver| {
        select.add(receiver);
    });
    assert!(
        select
            .recv(&Limit::within(Duration::from_secs(1)))
            .is_none()
    );
    let before = (used(), Instant::now());
    assert!(select.recv(&Limit::within(IDLE_TIME)).is_none());
    let percent = load(before);
    println!("{IDLE} idle, Select: {percent:.2} % of a core");
    drop(senders);
}

/// One task receives from eight channels whose senders never pause.
fn busy() {
    const CHANNELS: usize = 8;
    let scratches: Vec<_> = (0..CHANNELS).map(|_| Scratch::new()).collect();
    let stop = AtomicBool::new(false);
    let mut receivers = Vec::new();
    let counts = thread::scope(|scope| {
        for scratch in &scratches {
            let (mut sender, receiver) = pair(scratch, &backpressure());
            receivers.push(receiver);
            let stop = &stop;
            scope.spawn(move || {
                let mut number = 0_u64;
                while !stop.load(Relaxed) {
                    let sent = sender.send(
                        &number.to_le_bytes(),
                        &Limit::within(Duration::from_millis(50)),
                    );
                    number += u64::from(sent.is_ok());
                }
            });
        }
        let mut counts = [0_u64; CHANNELS];
        let begun = Instant::now();
        let mut buffer = [0; 64];
        block_on(poll_fn(|cx| {
            let mut any = true;
            while any && begun.elapsed() < Duration::from_secs(3) {
                any = false;
                for (receiver, count) in receivers.iter_mut().zip(&mut counts) {
                    if let Poll::Ready(found) = receiver.poll_recv(cx, &mut buffer) {
                        let message = found.unwrap().message().unwrap();
                        assert_eq!(message.payload, count.to_le_bytes(), "lost or twice");
                        *count += 1;
                        any = true;
                    }
                }
            }
            match begun.elapsed() < Duration::from_secs(3) {
                true => Poll::Pending,
                false => Poll::Ready(()),
            }
        }));
        stop.store(true, Relaxed);
        counts
    });
    let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
    println!("{CHANNELS} busy in one task: each received {least} to {most}, none lost");
}

fn main() {
    if std::env::args().any(|arg| arg == "idle") {
        return idle();
    }
    exchange();
    wakes("backpressure", &backpressure());
    wakes("overwrite", &overwrite(256));
    busy();
    idle();
}
