//! A seat has one holder at a time: a receiver, or somebody who reclaims it after a receiver died.

mod attach;
mod nap;
mod receive;
mod reclaim;

use crate::events::{Actor, Event};
use crate::history::Violation;
use crate::memory::{Memory, Word};
use crate::rules::Rule;
use crate::state::State;
use crate::world::World;

/// The step that the holder takes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    /// Nobody holds the seat. Its next receiver opens the region.
    #[default]
    Free,
    Attach(attach::Pc),
    Receive(receive::Pc),
    Nap(nap::Pc),
    Reclaim(reclaim::Pc),
    /// The region looks corrupt: look before saying so.
    Verdict,
}

/// The holder's private words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Holder {
    pub(crate) pc: Pc,
    /// Whether it reclaims the seat, and does not receive.
    pub(crate) reclaims: bool,
    pub(crate) generation: u8,
    first_epoch: u8,
    /// Whether the sender's epoch was found to belong to the generation.
    epoch_seen: bool,
    /// The next message.
    next: u8,
    /// While attaching: the head, the count in `consumed` if it is this generation's, and whether `attach_count` is.
    head: u8,
    progress: Option<u8>,
    attached: bool,
    /// Whether the seat's progress was overwritten, and that is still to be told.
    lost: bool,
    /// Where a gap begins that is still to be told or cleared.
    gap: Option<u8>,
    gap_told: bool,
    /// The halves of the message that is being read.
    halves: [u8; 2],
    /// `notify_seq` as it was seen.
    seen: Word,
}

impl Holder {
    /// FUTEX_WAKE on `notify_seq`.
    pub(crate) fn wake(&mut self, world: &World) {
        if self.pc == Pc::Nap(nap::Pc::Asleep) {
            self.seen = Word::default();
            self.pc = self.begin_receive(world);
        }
    }

    /// A count under the holder's own tag.
    fn word(&self, world: &World, count: u8) -> Word {
        Word::new(world.tag(self.generation), count)
    }

    /// Whether a word carries the holder's own tag.
    fn owns(&self, world: &World, word: Word) -> bool {
        word.tag() == world.tag(self.generation)
    }

    fn holds(&self, memory: &Memory) -> bool {
        memory.holds(self.generation)
    }

    /// The region was formatted: the same holder attaches anew.
    fn reopen(&mut self) -> Pc {
        let reclaims = self.reclaims;
        *self = Self {
            reclaims,
            ..Self::default()
        };
        Pc::Attach(attach::Pc::Open)
    }

    /// The first step of a receive.
    fn begin_receive(&self, world: &World) -> Pc {
        let knows = self.epoch_seen || !world.has(Rule::EpochBeforeStamp);
        Pc::Receive(match knows {
            true => receive::Pc::LoadStamp,
            false => receive::Pc::LoadEpoch,
        })
    }
}

/// What the holder of a seat can do, and what can happen to it.
pub(crate) fn events(world: &World, state: &State, seat: usize, out: &mut Vec<(Event, State)>) {
    let holder = &state.holders[seat];
    let step = step_of(world, *state, seat);
    out.extend(step.map(|after| (Event::Step(Actor::Seat(seat)), after)));
    if holder.pc == Pc::Free {
        out.extend(begin_reclaim(*state, seat).map(|after| (Event::Reclaim(seat), after)));
        return;
    }
    if holder.pc == Pc::Nap(nap::Pc::Asleep) && world.has(Rule::ReceiverNapLimit) {
        let mut after = *state;
        after.holders[seat].wake(world);
        out.push((Event::NapEnds(Actor::Seat(seat)), after));
    }
    if state.left.receiver_deaths > 0 {
        let mut after = *state;
        after.left.receiver_deaths -= 1;
        leave(&mut after, seat);
        out.push((Event::Death(Actor::Seat(seat)), after));
    }
}

fn begin_reclaim(mut s: State, seat: usize) -> Option<State> {
    s.left.reclaims = s.left.reclaims.checked_sub(1)?;
    s.holders[seat] = Holder {
        reclaims: true,
        pc: Pc::Attach(attach::Pc::Open),
        ..Holder::default()
    };
    Some(s)
}

/// The seat is free again, and its next holder is another incarnation.
fn leave(s: &mut State, seat: usize) {
    s.holders[seat] = Holder::default();
    s.history[seat].given = 0;
}

fn step_of(world: &World, mut s: State, seat: usize) -> Option<State> {
    let next = match s.holders[seat].pc {
        Pc::Free => attach::step(world, &mut s, seat, attach::Pc::Open)?,
        Pc::Attach(pc) => attach::step(world, &mut s, seat, pc)?,
        Pc::Receive(pc) => receive::step(world, &mut s, seat, pc),
        Pc::Nap(pc) => nap::step(world, &mut s, seat, pc)?,
        Pc::Reclaim(pc) => reclaim::step(world, &mut s, seat, pc),
        Pc::Verdict => verdict(world, &mut s, seat),
    };
    match next {
        Pc::Free => leave(&mut s, seat),
        next => s.holders[seat].pc = next,
    }
    Some(s)
}

fn verdict(world: &World, s: &mut State, seat: usize) -> Pc {
    if s.holders[seat].holds(&s.memory) || !world.has(Rule::LookBeforeVerdict) {
        s.note(Some(Violation::Corrupt));
    }
    s.holders[seat].reopen()
}

/// Stores `consumed`: everything below the holder's next message.
fn store_consumed(world: &World, s: &mut State, seat: usize) {
    let holder = &s.holders[seat];
    s.memory.seats[seat].consumed = holder.word(world, holder.next);
}

/// Stores `discarding`.
fn store_discarding(world: &World, s: &mut State, seat: usize, is_discarding: bool) {
    s.memory.seats[seat].discarding = s.holders[seat].word(world, is_discarding.into());
}
