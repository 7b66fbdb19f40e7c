//! Somebody takes a dead receiver's seat, and discards what that one did not consume.

use super::{Holder, Pc as HolderPc, receive, store_consumed, store_discarding};
use crate::rules::Rule;
use crate::state::State;
use crate::world::World;

/// The steps after the holder attached. While it reclaims, its `next` is the head that it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    /// Stores `discarded_from`.
    RecordFrom,
    /// Stores `discarding`.
    AnnounceGap,
    /// Stores `consumed`.
    FreeSlots,
}

use Pc::*;

/// The three stores, in the order of the wire.
const PROGRAM: [Pc; 3] = [RecordFrom, AnnounceGap, FreeSlots];

/// What there is to discard, from `next` to the head. A gap that was begun before keeps its beginning.
pub(super) fn begin(world: &World, holder: &mut Holder, head: u8) -> HolderPc {
    let next = std::mem::replace(&mut holder.next, head);
    if std::mem::take(&mut holder.lost) {
        HolderPc::Reclaim(FreeSlots)
    } else if next == head {
        HolderPc::Free
    } else if holder.gap.is_some() && world.has(Rule::KeepFirstFrom) {
        HolderPc::Reclaim(FreeSlots)
    } else {
        holder.gap = Some(next);
        HolderPc::Reclaim(program(world)[0])
    }
}

fn program(world: &World) -> [Pc; 3] {
    let mut program = PROGRAM;
    if !world.has(Rule::FromBeforeDiscarding) {
        program.swap(0, 1);
    }
    if !world.has(Rule::DiscardingBeforeConsumed) {
        program.swap(1, 2);
    }
    program
}

pub(super) fn step(world: &World, s: &mut State, seat: usize, pc: Pc) -> HolderPc {
    match pc {
        RecordFrom => store_discarded_from(world, s, seat),
        AnnounceGap => store_discarding(world, s, seat, true),
        FreeSlots => discard(world, s, seat),
    }
    let mut rest = program(world).into_iter().skip_while(|&step| step != pc);
    match rest.nth(1) {
        Some(pc) => HolderPc::Reclaim(pc),
        None => receive::after_store(world, &s.holders[seat]),
    }
}

fn store_discarded_from(world: &World, s: &mut State, seat: usize) {
    let holder = &s.holders[seat];
    let from = holder.gap.unwrap_or_default();
    s.memory.seats[seat].discarded_from = holder.word(world, from);
}

fn discard(world: &World, s: &mut State, seat: usize) {
    store_consumed(world, s, seat);
    let holder = s.holders[seat];
    if let Some(history) = s.history_of(seat, holder.generation) {
        history.discard(holder.next);
    }
}
