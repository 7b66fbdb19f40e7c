//! What a core does in a phase, whatever language it speaks.

use ramframe_firmware::count::Count;

use crate::phase::{Phase, RESTARTS, Victim};
use crate::tally::message;
use crate::{fail, restart};

/// Phases that their sender has formatted, and that their receiver has finished.
static READY: Count = Count::new();
static FINISHED: Count = Count::new();

/// A sender in some language.
pub trait Sending: Sized {
    fn format(phase: &Phase);
    fn attach(phase: &Phase) -> Self;
    fn next(&self) -> u32;
    /// Whether there was room.
    fn try_send(&mut self, message: &[u8]) -> bool;
    fn wait_for_room(&mut self);
    fn close(self);
}

/// A receiver in some language.
pub trait Receiving: Sized {
    fn attach(phase: &Phase) -> Self;
    fn next(&self) -> u32;
    fn try_recv<'b>(&mut self, buffer: &'b mut [u8]) -> Heard<'b>;
    fn wait(&mut self);
}

/// What a receive gave.
pub enum Heard<'b> {
    Message(u32, &'b [u8]),
    Lagged(u32),
    Restarted,
    Closed,
    Nothing,
}

/// This core's half of the phase, from its begin, or from wherever a restart interrupted it.
pub fn play<S: Sending, R: Receiving>(phase: &Phase, core: usize) {
    let number = crate::done_by(core).now();
    if phase.sender == core {
        send::<S>(phase, number);
        FINISHED.until(number + 1);
    } else {
        READY.until(number + 1);
        receive::<R>(phase);
        FINISHED.say(number + 1);
    }
}

fn send<S: Sending>(phase: &Phase, number: u32) {
    if READY.now() == number {
        S::format(phase);
        READY.say(number + 1);
    }
    let mut restarts = Restarts::of(phase, Victim::Sender);
    let mut sender = S::attach(phase);
    while !phase.is_over() {
        if sender.try_send(message(sender.next())) {
            restarts.after_a_message();
        } else {
            sender.wait_for_room();
        }
    }
    restart::no_more();
    phase.tally.sent.say(sender.next());
    sender.close();
}

fn receive<R: Receiving>(phase: &Phase) {
    let mut restarts = Restarts::of(phase, Victim::Receiver);
    let mut receiver = R::attach(phase);
    phase.tally.attached(receiver.next(), phase);
    let mut buffer = [0; 200];
    loop {
        match receiver.try_recv(&mut buffer) {
            Heard::Message(sequence, payload) => {
                phase.tally.message(sequence, payload);
                restarts.after_a_message();
            }
            Heard::Lagged(count) => phase.tally.lagged(count, phase),
            Heard::Restarted => phase.tally.told.one_more(),
            Heard::Closed => break,
            Heard::Nothing => receiver.wait(),
        }
    }
    restart::no_more();
    phase.tally.finish(phase);
}

/// When this core is restarted next: every second time before it has attached, and otherwise after its first messages.
struct Restarts<'p> {
    count: Option<&'p Count>,
    received: &'p Count,
    /// How much must be received before: then messages of this incarnation are.
    least: u32,
    is_due: bool,
}

impl<'p> Restarts<'p> {
    fn of(phase: &'p Phase, role: Victim) -> Self {
        let made = &phase.tally.restarts;
        let count = (phase.victim == role && made.now() < RESTARTS).then_some(made);
        let received = &phase.tally.received;
        let mut restarts = Restarts {
            count,
            received,
            least: received.now().wrapping_add(phase.geometry.slots() + 1),
            is_due: false,
        };
        if made.now() % 2 == 1 {
            restarts.soon(32);
        }
        restarts
    }

    fn after_a_message(&mut self) {
        if !self.is_due && self.received.now() >= self.least {
            self.soon(256);
        }
    }

    /// After less than `limit` microseconds, each time after others.
    fn soon(&mut self, limit: u32) {
        self.is_due = true;
        if let Some(count) = self.count {
            restart::after((count.now().wrapping_mul(0x9E37_79B9) >> 8) % limit);
        }
    }
}

/// The result, or the end of the test.
pub fn or_fail<T, E>(result: Result<T, E>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(_) => fail(what),
    }
}
