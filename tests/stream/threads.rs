//! Two threads, one stream: all bytes arrive, in order, and whoever sleeps is woken.

use std::sync::{Arc, OnceLock};
use std::thread::{self, Thread};

use embedded_io::{Read, Write};
use ramframe_core::channel::Channel;
use ramframe_core::stream::{Reader, Writer};
use ramframe_core::wait::RetryPolicy;
use ramframe_core::wait::{Notify, Wait};

use super::{CAPACITY, Dice, LIMIT, Yield, bytes, channel, patience};

const COUNT: usize = 300_000;
/// Sleeps until it is rung for: a lost wake-up costs the whole limit.
struct Park {
    other: Arc<OnceLock<Thread>>,
}

impl Wait for Park {
    const NOTIFY: Notify = Notify::OnRequest;

    fn wait(&mut self, _word: *const u32, _seen: u32) {
        // A ring before the parking is kept: then parking returns at once.
        thread::park_timeout(LIMIT);
    }

    fn notify(&mut self, _word: *const u32, _asked: bool) {
        if let Some(other) = self.other.get() {
            other.unpark();
        }
    }
}

fn put<W: Wait>(mut writer: Writer<super::Region, W, impl RetryPolicy>) {
    let (all, mut dice) = (bytes(COUNT), Dice(11));
    let mut left = &all[..];
    while !left.is_empty() {
        let piece = left.len().min(1 + dice.roll(3 * CAPACITY));
        let written = writer.write(&left[..piece]).unwrap();
        left = &left[written..];
    }
    writer.drain().unwrap();
    writer.close();
}

fn take<W: Wait>(mut reader: Reader<super::Region, W, impl RetryPolicy, CAPACITY>) {
    let (mut all, mut dice, mut buf) = (Vec::new(), Dice(5), [0; 3 * CAPACITY]);
    loop {
        let len = 1 + dice.roll(buf.len());
        match reader.read(&mut buf[..len]).unwrap() {
            0 => break,
            read => all.extend_from_slice(&buf[..read]),
        }
    }
    assert!(all == bytes(COUNT), "{} bytes", all.len());
}

#[test]
fn bytes_arrive_in_order_between_threads_that_poll() {
    let region = channel();
    let channel = || Channel::backpressure(region).with_wait(Yield);
    let writer = Writer::new(channel().sender().unwrap(), patience());
    let reader = Reader::new(channel().receiver(0).unwrap(), patience()).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| put(writer));
        take(reader);
    });
}

#[test]
fn nobody_sleeps_through_a_ring() {
    let region = channel();
    let (to_reader, to_writer) = (Arc::new(OnceLock::new()), Arc::new(OnceLock::new()));
    let wait = |other: &Arc<OnceLock<Thread>>| Park {
        other: other.clone(),
    };
    let sender = Channel::backpressure(region)
        .with_wait(wait(&to_reader))
        .sender();
    let writer = Writer::new(sender.unwrap(), patience());
    let receiver = Channel::backpressure(region)
        .with_wait(wait(&to_writer))
        .receiver(0);
    let reader = Reader::new(receiver.unwrap(), patience()).unwrap();
    to_reader.set(thread::current()).unwrap();
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            thread::park();
            put(writer);
        });
        to_writer.set(other.thread().clone()).unwrap();
        other.thread().unpark();
        take(reader);
    });
}
