//! The sender attaches, sends its messages, waits for room, and begins anew when the region was formatted.

mod attach;
mod notify;
mod room;
mod send;

use crate::events::{Actor, Event};
use crate::history::Violation;
use crate::memory::{Memory, Word};
use crate::rules::Rule;
use crate::state::State;
use crate::world::{SLOTS, World};

/// The step that the sender takes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    Attach(attach::Pc),
    Notify(notify::Pc),
    Send(send::Pc),
    Room(room::Pc),
    /// The region looks corrupt: look before saying so.
    Verdict,
}

/// The sender's private words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sender {
    pub(crate) pc: Pc,
    pub(crate) generation: u8,
    first_epoch: u8,
    epoch: u8,
    /// The next message.
    next: u8,
    /// The last count that was read from each seat under this generation's tag.
    consumed: [u8; 2],
    /// The count of `notify_seq`.
    notify: u8,
    /// While waiting for room: the seat, and its word as it was seen.
    awaited: u8,
    seen: Word,
}

impl Default for Sender {
    fn default() -> Self {
        Self {
            pc: Pc::Attach(attach::Pc::Open),
            generation: 0,
            first_epoch: 0,
            epoch: 0,
            next: 0,
            consumed: [0; 2],
            notify: 0,
            awaited: 0,
            seen: Word::default(),
        }
    }
}

impl Sender {
    /// FUTEX_WAKE on `consumed` of `seat`.
    pub(crate) fn wake(&mut self, seat: usize) {
        if self.pc == Pc::Room(room::Pc::Asleep) && usize::from(self.awaited) == seat {
            self.pc = Pc::Room(room::Pc::ClearWaiting);
        }
    }

    fn holds(&self, memory: &Memory) -> bool {
        memory.holds(self.generation)
    }

    /// The first seat whose receiver leaves no room, by what is known.
    fn slowest(&self, world: &World) -> Option<usize> {
        (0..world.seats).find(|&seat| self.next >= self.consumed[seat] + SLOTS)
    }
}

/// What the sender can do, and what can happen to it.
pub(crate) fn events(world: &World, state: &State, out: &mut Vec<(Event, State)>) {
    let step = |after| (Event::Step(Actor::Sender), after);
    out.extend(step_of(world, state).map(step));
    out.extend(send::pause(world, state).map(step));
    if state.sender.pc == Pc::Room(room::Pc::Asleep) && world.has(Rule::SenderNapLimit) {
        let mut after = *state;
        after.sender.wake(state.sender.awaited.into());
        out.push((Event::NapEnds(Actor::Sender), after));
    }
    if state.left.sender_deaths > 0 && state.sender != Sender::default() {
        let mut after = *state;
        after.sender = Sender::default();
        after.left.sender_deaths -= 1;
        out.push((Event::Death(Actor::Sender), after));
    }
}

fn step_of(world: &World, state: &State) -> Option<State> {
    match state.sender.pc {
        Pc::Attach(pc) => attach::step(world, *state, pc),
        Pc::Notify(pc) => Some(notify::step(world, *state, pc)),
        Pc::Send(pc) => Some(send::step(world, *state, pc)),
        Pc::Room(pc) => room::step(world, *state, pc),
        Pc::Verdict => Some(verdict(world, *state)),
    }
}

fn verdict(world: &World, mut s: State) -> State {
    if s.sender.holds(&s.memory) || !world.has(Rule::LookBeforeVerdict) {
        s.note(Some(Violation::Corrupt));
    }
    s.sender = Sender::default();
    s
}
