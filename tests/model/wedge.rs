//! A state is wedged if no steps but faults lead from it to where all messages have arrived.

use crate::events::Event;

/// The steps between states that are no faults, by the state that they start from.
#[derive(Default)]
pub(crate) struct Edges {
    /// The states that they lead to.
    to: Vec<u32>,
    /// For each state, where its steps end in `to`.
    ends: Vec<u32>,
}

impl Edges {
    /// A step of the present state.
    pub(crate) fn add(&mut self, event: Event, to: u32) {
        if !event.is_fault() {
            self.to.push(to);
        }
    }

    /// All steps of the present state are there.
    pub(crate) fn end_state(&mut self) {
        self.ends.push(self.to.len() as u32);
    }

    /// The first wedged state, found backward from the good ones.
    pub(crate) fn wedged(&self, is_good: impl Fn(usize) -> bool) -> Option<u32> {
        let back = self.reversed();
        let mut alive: Vec<bool> = (0..self.ends.len()).map(is_good).collect();
        let mut work: Vec<u32> = (0..)
            .zip(&alive)
            .filter(|(_, good)| **good)
            .map(|(at, _)| at)
            .collect();
        while let Some(at) = work.pop() {
            for &before in back.of(at as usize) {
                if !std::mem::replace(&mut alive[before as usize], true) {
                    work.push(before);
                }
            }
        }
        alive.iter().position(|&alive| !alive).map(|at| at as u32)
    }

    fn of(&self, at: usize) -> &[u32] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.to[start as usize..self.ends[at] as usize]
    }

    fn reversed(&self) -> Self {
        let mut ends = vec![0; self.ends.len()];
        for &to in &self.to {
            ends[to as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            // For now where they start: each step that is filled in moves it on.
            total += std::mem::replace(end, total);
        }
        let mut to = vec![0; self.to.len()];
        for from in 0..self.ends.len() {
            for &target in self.of(from) {
                let place = &mut ends[target as usize];
                to[*place as usize] = from as u32;
                *place += 1;
            }
        }
        Self { to, ends }
    }
}
