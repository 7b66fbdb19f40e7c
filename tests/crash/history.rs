//! Every message is delivered once, whole, and in order, across all incarnations of both sides.

use std::cell::RefCell;

use crate::support::{Flat, FlatMessage, Miss, Words};
use ramframe_core::channel::{
    Backpressure, Channel, Overwrite, Policy, Receive, Receiver, Sender, Start,
};
use ramframe_core::geometry::{Geometry, Overflow};
use ramframe_core::region::RegionMut;
use ramframe_core::wait::{Notify, Wait};

use super::aged::age;
use super::array::Array;
use super::dying::{DyingRegion, Life};
use super::roles::{Role, RoleRegion};

/// Rings whenever it may, so that the stores of waking are places to die at too.
pub(crate) struct Eager;

impl Wait for Eager {
    const NOTIFY: Notify = Notify::AlwaysAndOnRequest;
    /// So that a side dies while it makes no fence, and at the stores that say so.
    const UNFENCED_AFTER: u32 = 1;

    fn can_fence_all(&self) -> bool {
        true
    }

    fn fence_all(&mut self) -> bool {
        true
    }

    fn wait(&mut self, _: *const u32, _: u32) {}

    fn notify(&mut self, _: *const u32, _: bool) {}
}

/// A channel, and what is known to have been sent over it.
pub(crate) struct World {
    memory: Array,
    pub(crate) geometry: Geometry,
    pub(crate) first: u64,
    /// By whom each message was published.
    sent: RefCell<Vec<u64>>,
}

impl World {
    pub(crate) fn new(geometry: Geometry, first: u64) -> Self {
        let memory = Array::new(geometry.size() as usize);
        geometry.format(&memory.words(), 0).unwrap();
        age(&memory.words(), &geometry, first);
        World {
            memory,
            geometry,
            first,
            sent: RefCell::default(),
        }
    }

    pub(crate) fn region(&self) -> Words<'_> {
        self.memory.words()
    }

    /// The view of a side that dies, and stores what is its own until then.
    pub(crate) fn dying<'a>(
        &'a self,
        life: &'a Life,
        role: Role,
    ) -> DyingRegion<'a, RoleRegion<Words<'a>>> {
        DyingRegion::new(RoleRegion::new(self.region(), role), life)
    }

    /// Notes what a life published: the even stamps among its stores. A first sender clears slots, which publishes nothing;
    /// an aged channel had its first sender.
    pub(crate) fn note(&self, life: &Life, by: u64) {
        let (from, stride) = (self.geometry.slots_at(), self.geometry.stride() as usize);
        let is_stamp = |at: usize| at >= from && (at - from).is_multiple_of(stride);
        let stamps = life.words().into_iter();
        let clears = |word: u32| word == 0 && self.first == 0;
        let published = stamps.filter(|&(at, word)| is_stamp(at) && word % 2 == 0 && !clears(word));
        self.sent.borrow_mut().extend(published.map(|_| by));
    }

    /// Who published each message.
    pub(crate) fn sent(&self) -> Vec<u64> {
        self.sent.borrow().clone()
    }

    /// How many messages there are, counted from the world's beginning.
    pub(crate) fn total(&self) -> u64 {
        self.sent.borrow().len() as u64
    }
}

/// What sender `by` sends as message `number`: 8 to 24 bytes, no two alike.
pub(crate) fn message(number: u64, by: u64) -> Vec<u8> {
    let seed = (number << 8 | by).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..1 + number % 3)
        .flat_map(|word| (seed ^ word).to_le_bytes())
        .collect()
}

/// One thing a receiver was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Message { number: u64, by: u64 },
    Lagged(u64),
    Restarted,
    Closed,
    Nothing,
}

/// One step of a receiver. A torn message is none of anybody's.
pub(crate) fn step<R, P, W>(receiver: &mut Receiver<R, P, W>, first: u64) -> Event
where
    R: RegionMut,
    P: Receive<R>,
    W: Wait,
{
    let mut buffer = [0xEE; 24];
    match receiver.try_recv(&mut buffer).header() {
        Ok(header) => {
            let number = header.sequence - first;
            let payload = &buffer[..header.len];
            let by = (0..8).find(|&by| payload == message(number, by));
            let by = by.unwrap_or_else(|| panic!("message {number} is torn: {payload:?}"));
            Event::Message { number, by }
        }
        Err(Miss::Lagged(count)) => Event::Lagged(count),
        Err(Miss::SenderRestarted) => Event::Restarted,
        Err(Miss::Closed) => Event::Closed,
        Err(Miss::Empty) => Event::Nothing,
        Err(other) => panic!("{other:?}"),
    }
}

/// A receiver and all that it was told.
pub(crate) struct Observer<R, P> {
    receiver: Receiver<R, P, Eager>,
    first: u64,
    from: u64,
    pub(crate) events: Vec<Event>,
}

impl<'a> Observer<Words<'a>, Overwrite> {
    /// A receiver of an overwrite channel that starts with the oldest message of this world.
    pub(crate) fn reading(world: &'a World) -> Self {
        let mut receiver = Channel::overwrite(world.region())
            .with_wait(Eager)
            .receiver(Start::Oldest)
            .unwrap();
        while receiver.next_sequence() < world.first {
            receiver.skip().flat().unwrap();
        }
        Self::of(receiver, world)
    }
}

impl<'a> Observer<Words<'a>, Backpressure> {
    /// Receiver `index` of a backpressure channel.
    pub(crate) fn taking(world: &'a World, index: u32) -> Self {
        let receiver = Channel::backpressure(world.region())
            .with_wait(Eager)
            .receiver(index)
            .unwrap();
        Self::of(receiver, world)
    }
}

impl<R: RegionMut, P: Receive<R>> Observer<R, P> {
    pub(crate) fn of(receiver: Receiver<R, P, Eager>, world: &World) -> Self {
        let first = world.first;
        let from = receiver.next_sequence() - first;
        Observer {
            receiver,
            first,
            from,
            events: Vec::new(),
        }
    }

    /// One step, noted; false when there was nothing, or nothing more.
    pub(crate) fn step(&mut self) -> bool {
        let event = step(&mut self.receiver, self.first);
        if event != Event::Nothing {
            self.events.push(event);
        }
        !matches!(event, Event::Nothing | Event::Closed)
    }

    /// Takes all there is, in a bounded number of steps; then asks to be woken.
    pub(crate) fn drain(&mut self) {
        let steps = (0..100).take_while(|_| self.step()).count();
        assert!(steps < 100, "no end: {:?}", self.events);
        self.receiver.wait();
    }

    /// As `drain`, until its own death, which may be in the middle of the last event.
    pub(crate) fn drain_while(&mut self, alive: impl Fn() -> bool) {
        let steps = (0..100).take_while(|_| alive() && self.step()).count();
        assert!(steps < 100, "no end: {:?}", self.events);
        if alive() {
            self.receiver.wait();
        }
    }

    /// The message that this receiver began with.
    pub(crate) fn from(&self) -> u64 {
        self.from
    }

    /// Whether what was told is true and leaves nothing out; returns the message that comes next.
    pub(crate) fn judge(&self, sent: &[u64]) -> u64 {
        judge(&self.events, self.from, sent, P::OVERFLOW)
    }

    /// As `judge`, of a receiver that has seen the last sender leave.
    pub(crate) fn judge_to_the_end(&self, sent: &[u64]) {
        assert_eq!(self.judge(sent), sent.len() as u64, "{:?}", self.events);
        assert_eq!(self.events.last(), Some(&Event::Closed));
    }

    /// How many messages this receiver was told it missed.
    pub(crate) fn missed(&self) -> u64 {
        let missed = |event: &Event| match *event {
            Event::Lagged(count) => count,
            _ => 0,
        };
        self.events.iter().map(missed).sum()
    }
}

/// Follows `events` from message `from`; every message is the next, by whom it was sent. Returns what comes next.
pub(crate) fn judge(events: &[Event], from: u64, sent: &[u64], overflow: Overflow) -> u64 {
    let (mut next, mut last_by, mut restarts) = (from, None, 0);
    for (index, &event) in events.iter().enumerate() {
        match event {
            Event::Message { number, by } => {
                assert_eq!(number, next, "at {index} of {events:?}");
                assert_eq!(by, sent[number as usize], "at {index} of {events:?}");
                let changed = last_by.is_some_and(|last| last != by);
                assert!(!changed || restarts > 0, "silent restart: {events:?}");
                (next, last_by, restarts) = (next + 1, Some(by), 0);
            }
            Event::Lagged(count) => {
                assert_eq!(overflow, Overflow::Overwrite, "{events:?}");
                assert!(count > 0, "{events:?}");
                next += count;
            }
            Event::Restarted => restarts += 1,
            Event::Closed | Event::Nothing => {}
        }
        assert!(next <= sent.len() as u64, "beyond the end: {events:?}");
    }
    next
}

/// Sends a message in one of the ways there are, each in its turn; whether there was room.
fn put<R: RegionMut, P: Policy, W: Wait>(sender: &mut Sender<R, P, W>, message: &[u8]) -> bool {
    match sender.next_sequence() % 3 {
        0 => sender.try_send(message).is_ok(),
        1 => sender.try_send_batch([message]).1.is_ok(),
        _ => sender.loan(message.len()).is_ok_and(|mut loan| {
            loan.write(0, message).unwrap();
            loan.commit();
            true
        }),
    }
}

/// A sender's script: sends `messages` as `by`, calling `between` after each; stops when there is no room in spite of it.
pub(crate) fn script<R: RegionMut, P: Policy>(
    mut sender: Sender<R, P, Eager>,
    (by, messages): (u64, u64),
    first: u64,
    mut between: impl FnMut(),
) {
    for _ in 0..messages {
        let message = message(sender.next_sequence() - first, by);
        if !put(&mut sender, &message) {
            between();
            if !put(&mut sender, &message) {
                return;
            }
        }
        between();
    }
    sender.close();
}
