//! The search visits every state that a world can reach, breadth first, and remembers how it came there.

use crate::events::{Event, successors};
use crate::history::Violation;
use crate::seen::Seen;
use crate::state::State;
use crate::trace;
use crate::wedge::Edges;
use crate::world::World;

/// What a search found.
pub(crate) struct Found {
    pub(crate) states: usize,
    /// The violation that was looked for, or any, and the steps that lead to it.
    pub(crate) violation: Option<(Violation, String)>,
}

/// The states that were visited, and from which state each was reached first.
pub(crate) struct Search<'a> {
    pub(crate) world: &'a World,
    pub(crate) states: Vec<State>,
    pub(crate) parents: Vec<u32>,
    seen: Seen,
}

impl<'a> Search<'a> {
    fn new(world: &'a World) -> Self {
        let mut search = Self {
            world,
            states: Vec::new(),
            parents: Vec::new(),
            seen: Seen::default(),
        };
        search.visit(State::first(world), 0);
        search
    }

    /// The number of a state, which is a new one if it was not visited before.
    fn visit(&mut self, state: State, parent: u32) -> u32 {
        let index = self.seen.index_of(&state, &self.states);
        if index as usize == self.states.len() {
            self.states.push(state);
            self.parents.push(parent);
        }
        index
    }

    fn found(&self, violation: Option<(Violation, u32)>) -> Found {
        Found {
            states: self.states.len(),
            violation: violation.map(|(violation, at)| (violation, trace::to(self, at))),
        }
    }
}

/// Visits everything, or stops at the first violation: at the first of the kind that is wanted, if one is. Looks for wedged
/// states last.
pub(crate) fn explore(world: &World, wanted: Option<Violation>) -> Found {
    let mut search = Search::new(world);
    let mut edges = Edges::default();
    let mut next: Vec<(Event, State)> = Vec::new();
    let mut at = 0;
    while at < search.states.len() {
        let state = search.states[at];
        match state.violation {
            None => successors(world, &state, &mut next),
            Some(other) if wanted.is_some_and(|wanted| wanted != other) => {}
            Some(violation) => return search.found(Some((violation, at as u32))),
        }
        for (event, after) in next.drain(..) {
            let to = search.visit(after, at as u32);
            edges.add(event, to);
        }
        edges.end_state();
        at += 1;
    }
    let wedged = match wanted {
        None | Some(Violation::Wedged) => edges.wedged(|at| is_end(&search.states[at], world)),
        Some(_) => None,
    };
    search.found(wedged.map(|at| (Violation::Wedged, at)))
}

/// Where a path may end: at a good state, or at a violation that the search passes over.
fn is_end(state: &State, world: &World) -> bool {
    state.is_good(world) || state.violation.is_some()
}
