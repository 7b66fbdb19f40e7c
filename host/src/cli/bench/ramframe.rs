//! Two channels in one segment, one each way.

use std::fmt::Debug;
use std::hint::spin_loop;
use std::io;
use std::mem;
use std::time::Duration;

use ramframe_core::channel::{
    Backpressure, Channel, Event, Message, Overwrite, Receive, Receiver, SendError, Sender, Start,
};
use ramframe_core::geometry::Geometry;
use ramframe_core::region::{Divide, RegionMut};
use ramframe_core::wait::{Spin, Wait};

use crate::shared::SharedMemory;
use crate::sys::cli::private;
use crate::wait::OnRequest;

use super::payload::{Payload, check, put_number};
use super::plan::{SHORT, Waiting};
use super::transport::Exchange;

/// Messages handed over and taken together.
const BATCH: u64 = 64;

/// How often a receiver that found nothing pauses before it looks again, in a flood. Looking at once, it takes the line
/// from the sender for each message; later, the sender is some messages ahead.
const BACK_OFF: u32 = 16;

/// How often a receiver that found nothing looks again before it asks what other news there is.
const LOOKS: u32 = 100;

/// How many slots: many short messages, few long ones. Fewer have the sides wait for each other; more do not fit the cache.
pub(super) fn slots(size: usize) -> u32 {
    match size {
        0..=64 => 4096,
        65..=8192 => 512,
        8193..=262_144 => 16,
        _ => 8,
    }
}

pub(super) fn backpressure(size: usize) -> Geometry {
    Geometry::backpressure(slots(size), size as u32, 1)
}

/// With so few slots that they stay in the first-level cache, each way: at most 8 KiB.
pub(super) fn small(size: usize) -> Geometry {
    let slots = match size {
        0..=64 => 64,
        _ => 4,
    };
    Geometry::backpressure(slots, size as u32, 1)
}

fn overwrite(size: usize) -> Geometry {
    Geometry::overwrite(slots(size), size as u32)
}

/// Bytes of memory for both channels.
pub(super) fn bytes(size: usize) -> usize {
    let one = backpressure(size).size().next_multiple_of(4096);
    2 * usize::try_from(one).unwrap_or(usize::MAX / 2)
}

/// One process's two ends.
#[derive(Debug)]
pub(super) struct Duplex<R, P, W> {
    pub(super) sender: Sender<R, P, W>,
    pub(super) receiver: Receiver<R, P, W>,
}

/// The two halves of `region`, this side's first. The first process formats both.
fn halves<R: RegionMut + Divide>(
    region: &R,
    first: bool,
    geometry: Geometry,
) -> io::Result<[R; 2]> {
    let halves = private::halves(region).ok_or(io::ErrorKind::InvalidInput)?;
    let [mut out, mut into] = halves;
    if !first {
        mem::swap(&mut out, &mut into);
    }
    if first {
        geometry.format(&out, 0).map_err(failed)?;
        geometry.format(&into, 0).map_err(failed)?;
    }
    Ok([out, into])
}

/// The library's way of waiting, or the same without a spin.
pub(super) fn asked(waiting: Waiting) -> OnRequest {
    let mut asked = OnRequest::new();
    if waiting.is_asleep() {
        asked.set_spin(Some(Duration::ZERO));
    }
    asked
}

pub(super) fn failed(error: impl Debug) -> io::Error {
    io::Error::other(format!("the channel failed: {error:?}"))
}

impl<R: RegionMut + Divide, W: Wait + Clone> Duplex<R, Backpressure, W> {
    /// Both ends wait as `wait` does.
    pub(super) fn backpressure(
        region: &R,
        first: bool,
        geometry: Geometry,
        wait: W,
    ) -> io::Result<Self> {
        let [out, into] = halves(region, first, geometry)?;
        let sender = Channel::backpressure(out).with_wait(wait.clone()).sender();
        let receiver = Channel::backpressure(into).with_wait(wait).receiver(0);
        Ok(Self {
            sender: sender.map_err(failed)?,
            receiver: receiver.map_err(failed)?,
        })
    }
}

impl<R: RegionMut + Divide> Duplex<R, Overwrite, Spin> {
    pub(super) fn overwrite(region: &R, first: bool, size: usize) -> io::Result<Self> {
        let [out, into] = halves(region, first, overwrite(size))?;
        Ok(Self {
            sender: Channel::overwrite(out).sender().map_err(failed)?,
            receiver: Channel::overwrite(into)
                .receiver(Start::Oldest)
                .map_err(failed)?,
        })
    }
}

/// What a receiver does when there is nothing: it looks again and again, or sleeps.
#[inline]
pub(super) fn idle<R: RegionMut, P: Receive<R>, W: Wait>(receiver: &mut Receiver<R, P, W>) {
    if W::NOTIFY.on_request() {
        return receiver.wait();
    }
    for _ in 0..LOOKS {
        spin_loop();
        if receiver.is_ready() {
            return;
        }
    }
}

/// The same in a flood, as a program does that has nothing better.
#[inline]
fn pause<R: RegionMut, P: Receive<R>, W: Wait>(receiver: &mut Receiver<R, P, W>) {
    if W::NOTIFY.on_request() {
        receiver.wait();
    } else {
        spin_loop();
    }
}

/// The same between two batches: it lets the sender get ahead.
#[inline]
fn back_off<R: RegionMut, P: Receive<R>, W: Wait>(receiver: &mut Receiver<R, P, W>) {
    if W::NOTIFY.on_request() {
        receiver.wait();
    } else {
        (0..BACK_OFF).for_each(|_| spin_loop());
    }
}

fn wait_for_room<R: RegionMut, W: Wait>(sender: &mut Sender<R, Backpressure, W>) {
    if W::NOTIFY.on_request() {
        sender.wait_for_room(0);
    } else {
        (0..BACK_OFF).for_each(|_| spin_loop());
    }
}

/// Receives into `content`.
#[inline]
fn take<R: RegionMut, P: Receive<R>, W: Wait>(
    receiver: &mut Receiver<R, P, W>,
    content: &mut Payload,
    number: u64,
    idle: impl Fn(&mut Receiver<R, P, W>),
) -> io::Result<()> {
    loop {
        match receiver.try_recv(content.space()).map_err(failed)? {
            Event::Message(_) => return content.check(number),
            Event::Empty => idle(receiver),
            news => return Err(failed(news)),
        }
    }
}

impl<R: RegionMut, W: Wait> Exchange for Duplex<R, Backpressure, W> {
    #[inline]
    fn put(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
        with_message(content, number, |message| {
            loop {
                match self.sender.try_send(message) {
                    Ok(_) => return Ok(()),
                    Err(SendError::Full { .. }) => wait_for_room(&mut self.sender),
                    Err(error) => return Err(failed(error)),
                }
            }
        })
    }

    #[inline]
    fn take(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
        take(&mut self.receiver, content, number, idle)
    }

    fn drain(&mut self, content: &mut Payload, count: u64) -> io::Result<()> {
        (0..count).try_for_each(|number| take(&mut self.receiver, content, number, pause))
    }
}

/// The same channels. In a flood, a batch at a time.
#[derive(Debug)]
pub(super) struct Batched<W>(pub(super) Duplex<SharedMemory, Backpressure, W>);

impl<W: Wait> Exchange for Batched<W> {
    #[inline]
    fn put(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
        self.0.put(content, number)
    }

    #[inline]
    fn take(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
        self.0.take(content, number)
    }

    fn flood(&mut self, content: &mut Payload, count: u64) -> io::Result<()> {
        let sender = &mut self.0.sender;
        let size = content.size();
        let mut next = 0;
        while next < count {
            let batch = next..count.min(next + BATCH);
            let messages = batch.map(|number| Short::numbered(size, number));
            match sender.try_send_batch(messages) {
                (sent, Ok(())) => next += sent as u64,
                (sent, Err(SendError::Full { .. })) => {
                    next += sent as u64;
                    wait_for_room(sender);
                }
                (_, Err(error)) => return Err(failed(error)),
            }
        }
        Ok(())
    }

    fn drain(&mut self, content: &mut Payload, count: u64) -> io::Result<()> {
        let receiver = &mut self.0.receiver;
        let mut next = 0;
        while next < count {
            let mut checked = Ok(());
            let first = next;
            let each = |message: Message<'_>| {
                if checked.is_ok() {
                    checked = check(message.payload, next);
                }
                next += 1;
            };
            let left = usize::try_from(BATCH.min(count - first)).unwrap_or(1);
            let (_, stopped) = receiver.try_recv_batch(left, content.space(), each);
            checked?;
            match stopped.map_err(failed)? {
                Event::Message(()) => {}
                Event::Empty => back_off(receiver),
                news => return Err(failed(news)),
            }
        }
        Ok(())
    }
}

/// Hands message `number` to `send`. A short one is made for it: then both are one run of instructions, without a loop.
#[inline]
fn with_message<T>(content: &mut Payload, number: u64, send: impl FnOnce(&[u8]) -> T) -> T {
    match content.size() {
        size if size <= SHORT => send(Short::numbered(size, number).as_ref()),
        _ => send(content.numbered(number)),
    }
}

/// A short message.
struct Short {
    bytes: [u8; SHORT],
    size: usize,
}

impl Short {
    #[inline]
    fn numbered(size: usize, number: u64) -> Self {
        let mut bytes = [0; SHORT];
        // All of it: that is two wide stores, and no loop.
        put_number(&mut bytes, number);
        Self { bytes, size }
    }
}

impl AsRef<[u8]> for Short {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.size]
    }
}

impl<R: RegionMut> Exchange for Duplex<R, Overwrite, Spin> {
    #[inline]
    fn put(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
        let sent = with_message(content, number, |message| self.sender.try_send(message));
        sent.map(drop).map_err(failed)
    }

    #[inline]
    fn take(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
        take(&mut self.receiver, content, number, idle)
    }
}

/// A channel whose sides spin.
pub(super) type Spinning = Duplex<SharedMemory, Backpressure, Spin>;
/// A channel whose sides may sleep.
pub(super) type Sleeping = Duplex<SharedMemory, Backpressure, OnRequest>;
/// A channel whose sender never waits.
pub(super) type Overwriting = Duplex<SharedMemory, Overwrite, Spin>;
