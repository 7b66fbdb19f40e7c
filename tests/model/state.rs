//! A state is the memory, each process's private words, the history, and what may still go wrong.

use crate::formatter::Formatter;
use crate::history::{History, Violation};
use crate::memory::Memory;
use crate::receiver::Holder;
use crate::sender::Sender;
use crate::world::{Budget, World};

/// One state of the whole world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) memory: Memory,
    pub(crate) formatter: Formatter,
    pub(crate) sender: Sender,
    pub(crate) holders: [Holder; 2],
    pub(crate) history: [History; 2],
    pub(crate) left: Budget,
    pub(crate) late_store_landed: bool,
    pub(crate) violation: Option<Violation>,
}

impl State {
    /// A region just formatted, and nobody there.
    pub(crate) fn first(world: &World) -> Self {
        Self {
            memory: Memory::formatted(world),
            formatter: Formatter::default(),
            sender: Sender::default(),
            holders: [Holder::default(); 2],
            history: [History::default(); 2],
            left: world.budget,
            late_store_landed: false,
            violation: None,
        }
    }

    /// Whether every receiver has, or was told that it misses, every message of this generation.
    pub(crate) fn is_good(&self, world: &World) -> bool {
        let arrived = |history: &History| history.told == world.messages;
        self.memory.magic && self.history[..world.seats].iter().all(arrived)
    }

    /// Notes the first violation.
    pub(crate) fn note(&mut self, violation: Option<Violation>) {
        self.violation = self.violation.or(violation);
    }

    /// FUTEX_WAKE on `notify_seq`.
    pub(crate) fn wake_receivers(&mut self, world: &World) {
        for seat in 0..world.seats {
            self.holders[seat].wake(world);
        }
    }

    /// FUTEX_WAKE on `consumed` of one seat.
    pub(crate) fn wake_sender(&mut self, seat: usize) {
        self.sender.wake(seat);
    }

    /// The history of a seat, if what a side of `generation` does counts in it.
    pub(crate) fn history_of(&mut self, seat: usize, generation: u8) -> Option<&mut History> {
        (self.memory.generation == generation).then_some(&mut self.history[seat])
    }
}
