//! An event is one step of one process, or one thing that goes wrong.

use crate::state::State;
use crate::world::World;
use crate::{formatter, late, receiver, sender};

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    Formatter,
    Sender,
    Seat(usize),
}

/// What happens between two states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The actor takes the step at which it stands.
    Step(Actor),
    /// Somebody begins to format a region that is in use.
    Format,
    Death(Actor),
    /// The time limit ends the actor's nap.
    NapEnds(Actor),
    /// Somebody takes a dead receiver's seat to reclaim it.
    Reclaim(usize),
    /// The store of an earlier holder of the seat lands.
    LateStore(usize),
}

impl Event {
    /// Whether progress may not depend on this.
    pub(crate) fn is_fault(self) -> bool {
        !matches!(self, Self::Step(_) | Self::NapEnds(_))
    }
}

/// All events that can happen in a state, each with the state after it.
pub(crate) fn successors(world: &World, state: &State, out: &mut Vec<(Event, State)>) {
    out.clear();
    formatter::events(world, state, out);
    sender::events(world, state, out);
    for seat in 0..world.seats {
        receiver::events(world, state, seat, out);
    }
    late::events(world, state, out);
}
