//! What does firmware do beside Linux? It sends the messages of a list in turn, without end, and judges what Linux sends.
//!
//! The shared memory is two channels, at its start the one from here to Linux, from its middle the one from Linux, and behind
//! them the tally. The firmware formats what is no channel of its own; after a reset it goes on where it stood.

mod tally;
mod texts;

use ramframe_core::alternate::{Alternate, Outcome};
use ramframe_core::channel::{
    Backpressure, Channel, Event, Message, Policy, Receiver, SendError, Sender,
};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::Memory;
use ramframe_core::region::Region;
use ramframe_core::validate::{Expect, Validate, Verdict};

pub use self::texts::{LONG, SHORT};

use self::tally::{Entry, TALLY, Tally};
use crate::memory::{part, shared};
use crate::semihosting::{exit, print};

type Shared = Memory<'static>;

/// What Linux sends is kept until it is taken.
const INWARD: Geometry = Geometry::backpressure(16, 48, 1);

/// A channel to Linux of one policy, and what goes each way.
pub struct Outward<P> {
    /// Its geometry.
    pub geometry: Geometry,
    /// Attaches to it.
    pub attach: fn(Shared) -> Option<Sender<Shared, P>>,
    /// The messages, of both sides.
    pub list: &'static [&'static [u8]],
}

/// Sends and receives, for ever.
pub fn run<P: Policy>(outward: &Outward<P>) -> ! {
    let (to_linux, from_linux, tally) = or_fail(parts());
    if !is_a_channel(&to_linux, &outward.geometry) {
        or_fail(outward.geometry.format(&to_linux, 0).ok());
    }
    if !is_a_channel(&from_linux, &INWARD) {
        or_fail(INWARD.format(&from_linux, 0).ok());
    }
    tally.add(Entry::Starts, 1);
    let mut sender = or_fail((outward.attach)(to_linux));
    let mut turn = or_fail(Alternate::new(outward.list));
    let mut inward = Inward {
        receiver: or_fail(Channel::backpressure(from_linux).receiver(0).ok()),
        judge: Judge {
            turn: Validate::new(Expect::Turns(outward.list)),
            tally,
        },
    };
    loop {
        turn.on(match sender.try_send(turn.current()) {
            Ok(_) => Outcome::Sent,
            Err(SendError::Full { .. }) => Outcome::Refused,
            Err(_) => fail("send"),
        });
        inward.step();
    }
}

fn parts() -> Option<(Shared, Shared, Tally)> {
    let all = shared()?;
    let half = all.len() / 2;
    let from_linux = part(&all, half, half.checked_sub(TALLY)?)?;
    let tally = part(&all, all.len() - TALLY, TALLY)?;
    Some((part(&all, 0, half)?, from_linux, Tally::new(tally)))
}

fn is_a_channel(region: &Shared, geometry: &Geometry) -> bool {
    Geometry::read(region).is_ok_and(|found| found == *geometry)
}

/// What comes from Linux.
struct Inward {
    receiver: Receiver<Shared, Backpressure>,
    judge: Judge,
}

impl Inward {
    /// Takes a message if there is one: once it has been judged, so that a reset in between loses none.
    fn step(&mut self) {
        let judge = &mut self.judge;
        let mut buffer = [0; 48];
        let (_, event) = self
            .receiver
            .try_recv_batch(1, &mut buffer, |message| judge.message(message));
        match or_fail(event.ok()) {
            Event::Lagged(count) => judge.missed(count),
            Event::SenderRestarted => judge.restarted(),
            Event::ProgressLost => fail("another receiver was here"),
            _ => {}
        }
    }
}

/// What the messages come to.
struct Judge {
    turn: Validate<'static>,
    tally: Tally,
}

impl Judge {
    fn message(&mut self, message: Message<'_>) {
        let next = self.tally.get(Entry::Next);
        let sequence = message.sequence as u32;
        if sequence < next {
            // At this one the firmware was reset.
            return self.tally.add(Entry::Repeated, 1);
        }
        self.tally.add(Entry::Lost, sequence - next);
        if self.turn.message(message.payload) != Verdict::Received {
            self.tally.add(Entry::Wrong, 1);
        }
        // Last: a message counts when this is stored.
        self.tally.set(Entry::Next, sequence.wrapping_add(1));
    }

    fn missed(&mut self, count: u64) {
        self.turn.missed(count);
        self.tally.add(Entry::Lost, count as u32);
    }

    fn restarted(&mut self) {
        self.turn.restarted();
        self.tally.add(Entry::Restarts, 1);
    }
}

fn or_fail<T>(value: Option<T>) -> T {
    match value {
        Some(value) => value,
        None => fail("attach"),
    }
}

fn fail(what: &str) -> ! {
    print("failed: ");
    print(what);
    print("\n");
    exit(1)
}
