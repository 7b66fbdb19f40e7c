//! A counterexample is a list of steps, each with the words of the memory that it changed.

use crate::events::{Actor, Event, successors};
use crate::explore::Search;
use crate::state::State;

/// The steps to state number `at`.
pub(crate) fn to(search: &Search<'_>, at: u32) -> String {
    let mut path = vec![at];
    while path[path.len() - 1] != 0 {
        let last = path[path.len() - 1];
        path.push(search.parents[last as usize]);
    }
    path.reverse();
    let states = path.iter().map(|&at| &search.states[at as usize]);
    let pairs = states.clone().zip(states.skip(1));
    let lines = pairs.enumerate().map(|(i, (before, after))| {
        let event = event_between(search, before, after);
        format!("{:4} {}\n", i + 1, line(event, before, after))
    });
    lines.collect::<String>() + &format!("     {:#?}\n", search.states[at as usize])
}

fn event_between(search: &Search<'_>, before: &State, after: &State) -> Event {
    let mut next = Vec::new();
    successors(search.world, before, &mut next);
    let event = next.iter().find(|(_, state)| state == after);
    event.expect("a state follows its parent").0
}

fn line(event: Event, before: &State, after: &State) -> String {
    let what = match event {
        Event::Step(actor) => format!("{actor:?}: {}", step(actor, before)),
        event => format!("{event:?}"),
    };
    format!("{what:<44}{}", changes(before, after))
}

fn step(actor: Actor, state: &State) -> String {
    match actor {
        Actor::Formatter => format!("{:?}", state.formatter.pc),
        Actor::Sender => format!("{:?}", state.sender.pc),
        Actor::Seat(seat) => format!("{:?}", state.holders[seat].pc),
    }
}

/// The fields of the memory that are not what they were.
fn changes(before: &State, after: &State) -> String {
    let (before, after) = (
        format!("{:#?}", before.memory),
        format!("{:#?}", after.memory),
    );
    let changed = before
        .lines()
        .zip(after.lines())
        .filter(|(old, new)| old != new);
    let words = changed.map(|(_, new)| new.trim().trim_end_matches(','));
    words.collect::<Vec<_>>().join(", ")
}
