//! What does the second core accept? The messages of the list in turn, each whole, and every one accounted for.

use ramframe_core::channel::{Channel, Event, Receive, Receiver, Start};
use ramframe_core::geometry::Overflow;
use ramframe_core::memory::Memory;
use ramframe_core::validate::{Expect, Validate, Verdict};
use ramframe_core::wait::Wait;

use crate::meeting::{DONE, MISSED, READY, RECEIVED, SENT};
use crate::messages::Phase;
use crate::{fail, or_fail};

impl Phase {
    /// The second core's half.
    pub fn receive<W: Wait>(&self, region: Memory<'static>, wait: W) {
        READY.until(DONE.now().wrapping_add(1));
        match self.geometry.overflow() {
            Overflow::Overwrite => {
                let receiver = Channel::overwrite(region)
                    .with_wait(wait)
                    .receiver(Start::Oldest);
                self.all(or_fail(receiver, "attach the receiver"));
            }
            Overflow::Backpressure => {
                let receiver = Channel::backpressure(region).with_wait(wait).receiver(0);
                self.all(or_fail(receiver, "attach the receiver"));
            }
        }
        DONE.one_more();
    }

    /// Receives until the sender closes.
    fn all<P: Receive<Memory<'static>>, W: Wait>(
        &self,
        mut receiver: Receiver<Memory<'static>, P, W>,
    ) {
        let mut tally = Tally::new(self, receiver.next_sequence());
        let mut buffer = [0; 240];
        loop {
            match or_fail(receiver.try_recv(&mut buffer), "receive") {
                Event::Message(message) => tally.message(message.payload),
                Event::Lagged(count) => tally.missed(count),
                Event::Empty => receiver.wait(),
                Event::Busy => {}
                Event::Closed => return tally.finish(),
                Event::ProgressLost | Event::SenderRestarted => fail("no such news"),
            }
        }
    }
}

/// What came, and what did not.
struct Tally {
    turn: Validate<'static>,
    received: u32,
    missed: u64,
    lossless: bool,
}

impl Tally {
    /// From the message of sequence `first` on: under overwrite the sender may be ahead of a receiver that attaches.
    fn new(phase: &Phase, first: u64) -> Self {
        Tally {
            turn: Validate::new(Expect::Turns(phase.list)),
            received: 0,
            missed: first,
            lossless: phase.geometry.overflow() == Overflow::Backpressure,
        }
    }

    fn message(&mut self, payload: &[u8]) {
        RECEIVED.one_more();
        match self.turn.message(payload) {
            Verdict::Received => self.received += 1,
            Verdict::Repeated => fail("a message came twice"),
            Verdict::OutOfTurn { .. } => fail("a message came out of turn"),
            Verdict::Invalid => fail("a torn message"),
            Verdict::Lagged(_) => fail("a message was missed"),
        }
    }

    fn missed(&mut self, count: u64) {
        self.turn.missed(count);
        self.missed += count;
    }

    fn finish(self) {
        if u64::from(self.received) + self.missed != u64::from(SENT.now()) {
            fail("messages that nobody counted");
        }
        if self.lossless && self.missed != 0 {
            fail("backpressure lost messages");
        }
        MISSED.say(self.missed as u32);
    }
}
