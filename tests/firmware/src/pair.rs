//! What does firmware do beside Linux? It sends the tutorial's two messages without end, and checks what Linux sends.
//!
//! The shared memory is two channels: at its start the one from here to Linux, and from its middle the one from Linux. The
//! firmware formats what is no channel of its own; after a reset it goes on where it stood.

use ramframe_core::alternate::{Alternate, Event};
use ramframe_core::channel::{Backpressure, Policy, Receiver, RecvError, SendError, Sender};
use ramframe_core::layout::Layout;
use ramframe_core::ram::Ram;
use ramframe_core::region::Region;
use ramframe_core::validate::{Validate, Verdict};

use crate::memory::shared;
use crate::semihosting::{exit, print, print_number};

type Memory = Ram<'static>;

/// What Linux sends is kept until it is taken.
const INWARD: Layout = Layout::backpressure(16, 48, 1);
/// After so many messages from Linux the firmware says how they were.
const REPORT: u64 = 1000;

/// A channel to Linux of one policy.
pub struct Outward<P> {
    /// Its geometry.
    pub layout: Layout,
    /// Attaches to it.
    pub attach: fn(Memory) -> Option<Sender<Memory, P>>,
}

/// Sends and receives, for ever.
pub fn run<P: Policy>(outward: &Outward<P>) -> ! {
    let (to_linux, from_linux) = or_fail(halves());
    if !is_a_channel(to_linux, &outward.layout) {
        or_fail(outward.layout.format(&to_linux, 0).ok());
    }
    if !is_a_channel(from_linux, &INWARD) {
        or_fail(INWARD.format(&from_linux, 0).ok());
    }
    let mut sender = or_fail((outward.attach)(to_linux));
    let mut turn = Alternate::default();
    let mut inward = Inward::new(or_fail(Receiver::backpressure(from_linux, 0).ok()));
    loop {
        turn.on(match sender.send(turn.current()) {
            Ok(_) => Event::Sent,
            Err(SendError::Full { .. }) => Event::Refused,
            Err(_) => fail("send"),
        });
        inward.step();
    }
}

fn halves() -> Option<(Memory, Memory)> {
    let all = shared()?;
    let half = all.len() / 2;
    all.part(0, half).zip(all.part(half, half))
}

fn is_a_channel(region: Memory, layout: &Layout) -> bool {
    Layout::read(&region).is_ok_and(|found| found == *layout)
}

/// What came from Linux.
struct Inward {
    receiver: Receiver<Memory, Backpressure>,
    turn: Validate<'static>,
    received: u64,
    other: u64,
    missed: u64,
    restarts: u64,
}

impl Inward {
    fn new(receiver: Receiver<Memory, Backpressure>) -> Self {
        Inward {
            receiver,
            turn: Validate::default(),
            received: 0,
            other: 0,
            missed: 0,
            restarts: 0,
        }
    }

    /// Takes a message if there is one.
    fn step(&mut self) {
        let mut buffer = [0; 48];
        match self.receiver.recv(&mut buffer) {
            Ok(header) => self.message(buffer.get(..header.len).unwrap_or_default()),
            Err(RecvError::Empty | RecvError::Busy | RecvError::Closed) => {}
            Err(RecvError::Missed(count)) => {
                self.turn.missed(count);
                self.missed += count;
            }
            Err(RecvError::SenderRestarted) => {
                self.turn.restarted();
                self.restarts += 1;
            }
            Err(_) => fail("receive"),
        }
    }

    fn message(&mut self, payload: &[u8]) {
        match self.turn.message(payload) {
            Verdict::Received => self.received += 1,
            _ => self.other += 1,
        }
        if (self.received + self.other).is_multiple_of(REPORT) {
            self.report();
        }
    }

    fn report(&self) {
        for (name, number) in [
            ("received ", self.received),
            (", other verdicts ", self.other),
            (", missed ", self.missed),
            (", restarts ", self.restarts),
        ] {
            print(name);
            print_number(number);
        }
        print("\n");
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
