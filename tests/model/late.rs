//! A late store puts a word of the last generation into a seat's line, at any time.
//!
//! The host holds a seat by a lock, so one thread at a time stores there, and its late store comes before it attaches anew.
//! But a lock can be lost between the last look at it and the store. Then a seat has two holders for a moment, and this is the
//! store of the older one. In the same generation nothing helps against that, so here it is of the one before.

use crate::events::Event;
use crate::memory::{Seat, Word};
use crate::state::State;
use crate::world::World;

/// All late stores that can happen in this state. Which word it is, and its count, is not known: so each is tried.
pub(crate) fn events(world: &World, state: &State, out: &mut Vec<(Event, State)>) {
    if state.left.late_stores == 0 {
        return;
    }
    for seat in 0..world.seats {
        for line in lines(world, state, seat) {
            let mut after = *state;
            after.memory.seats[seat] = line;
            after.left.late_stores -= 1;
            after.late_store_landed = true;
            out.push((Event::LateStore(seat), after));
        }
    }
}

/// The seat's line with one of its words overwritten.
fn lines(world: &World, state: &State, seat: usize) -> Vec<Seat> {
    let line = state.memory.seats[seat];
    let tag = world.tag(state.memory.generation - 1);
    let mut lines = Vec::new();
    for count in 0..=world.messages {
        let word = Word::new(tag, count);
        lines.push(Seat {
            consumed: word,
            ..line
        });
        if world.reclaims() {
            lines.push(Seat {
                discarded_from: word,
                ..line
            });
        }
    }
    lines.push(Seat {
        attach_count: Word::new(tag, 1),
        ..line
    });
    if world.reclaims() {
        lines.push(Seat {
            discarding: Word::new(tag, 0),
            ..line
        });
        lines.push(Seat {
            discarding: Word::new(tag, 1),
            ..line
        });
    }
    lines
}
