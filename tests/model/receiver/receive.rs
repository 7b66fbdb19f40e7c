//! A receiver reads a message, looks at the generation, gives the message out, and lets the slot go.

use super::{Holder, Pc as HolderPc, nap, store_discarding};
use crate::history::Violation;
use crate::memory::{payload, stamp_before};
use crate::rules::Rule;
use crate::state::State;
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    /// Look, then tell how many messages were discarded.
    TellGap,
    ClearEmptyGap,
    LoadEpoch,
    LoadStamp,
    LoadFrameEpoch,
    LoadFirstHalf,
    LoadSecondHalf,
    /// Look, then give the message out.
    Deliver,
    ClearDiscarding,
    StoreConsumed,
    LoadSenderWaiting,
    WakeSender,
    /// There is no message: look.
    LookWhenEmpty,
    CompareConsumed,
    StoreAgain,
}

use Pc::*;

pub(super) fn step(world: &World, s: &mut State, seat: usize, pc: Pc) -> HolderPc {
    match pc {
        TellGap => tell_gap(world, s, seat),
        ClearEmptyGap => clear_empty_gap(world, s, seat),
        LoadEpoch => load_epoch(s, seat),
        LoadStamp => load_stamp(world, s, seat),
        LoadFrameEpoch => load_frame_epoch(world, s, seat),
        LoadFirstHalf => load_half(s, seat, 0, LoadSecondHalf),
        LoadSecondHalf => load_half(s, seat, 1, Deliver),
        Deliver => deliver(world, s, seat),
        ClearDiscarding => clear_discarding(world, s, seat),
        StoreConsumed => store_consumed(world, s, seat),
        LoadSenderWaiting if s.memory.sender_waiting => HolderPc::Receive(WakeSender),
        LoadSenderWaiting => after_progress(world, &s.holders[seat]),
        WakeSender => {
            s.wake_sender(seat);
            after_progress(world, &s.holders[seat])
        }
        LookWhenEmpty => look_when_empty(world, s, seat),
        CompareConsumed => compare_consumed(world, s, seat),
        StoreAgain => store_again(world, s, seat),
    }
}

/// What a holder does after its `consumed` is stored and the sender is awake.
pub(super) fn after_progress(world: &World, holder: &Holder) -> HolderPc {
    match holder.gap {
        _ if holder.reclaims => HolderPc::Free,
        Some(_) if !holder.gap_told => HolderPc::Receive(TellGap),
        _ => holder.begin_receive(world),
    }
}

fn tell_gap(world: &World, s: &mut State, seat: usize) -> HolderPc {
    let holder = &mut s.holders[seat];
    if !holder.holds(&s.memory) {
        return holder.reopen();
    }
    let next = holder.next;
    let count = holder.gap.map_or(0, |from| next.saturating_sub(from));
    holder.gap_told = count > 0;
    if count > 0 {
        let violation = s.history[seat].tell_discarded(count, next);
        s.note(violation);
        s.holders[seat].begin_receive(world)
    } else if world.has(Rule::ClearEmptyGap) {
        HolderPc::Receive(ClearEmptyGap)
    } else {
        holder.gap = None;
        holder.begin_receive(world)
    }
}

fn clear_empty_gap(world: &World, s: &mut State, seat: usize) -> HolderPc {
    store_discarding(world, s, seat, false);
    s.holders[seat].gap = None;
    s.holders[seat].begin_receive(world)
}

fn load_epoch(s: &mut State, seat: usize) -> HolderPc {
    let holder = &mut s.holders[seat];
    holder.epoch_seen = s.memory.epoch >= holder.first_epoch;
    HolderPc::Receive(match holder.epoch_seen {
        true => LoadStamp,
        false => LookWhenEmpty,
    })
}

/// Without the epoch before it, a strange stamp may be an older generation's, and so says nothing.
fn load_stamp(world: &World, s: &State, seat: usize) -> HolderPc {
    let next = s.holders[seat].next;
    match s.memory.stamp(next) {
        found if found == next + 1 => HolderPc::Receive(LoadFrameEpoch),
        found if found == stamp_before(next) => HolderPc::Receive(LookWhenEmpty),
        _ if world.has(Rule::EpochBeforeStamp) => HolderPc::Verdict,
        _ => HolderPc::Receive(LookWhenEmpty),
    }
}

fn load_frame_epoch(world: &World, s: &mut State, seat: usize) -> HolderPc {
    let Holder {
        next, first_epoch, ..
    } = s.holders[seat];
    let is_foreign = s.memory.slot(next).epoch < first_epoch;
    HolderPc::Receive(match is_foreign && world.has(Rule::FrameEpoch) {
        true => LookWhenEmpty,
        false => LoadFirstHalf,
    })
}

fn load_half(s: &mut State, seat: usize, half: usize, then: Pc) -> HolderPc {
    let next = s.holders[seat].next;
    s.holders[seat].halves[half] = s.memory.slot(next).payload[half];
    HolderPc::Receive(then)
}

fn deliver(world: &World, s: &mut State, seat: usize) -> HolderPc {
    let holder = &mut s.holders[seat];
    let halves = std::mem::take(&mut holder.halves);
    if !holder.holds(&s.memory) && world.has(Rule::LookBeforeDelivery) {
        return holder.reopen();
    }
    let Holder {
        generation, next, ..
    } = *holder;
    holder.next += 1;
    let clears = holder.gap.is_some() && world.has(Rule::ClearBeforeConsumed);
    s.note(wrong_content(halves, payload(generation, next)));
    let violation = s.history_of(seat, generation).and_then(|h| h.deliver(next));
    s.note(violation);
    HolderPc::Receive(if clears {
        ClearDiscarding
    } else {
        StoreConsumed
    })
}

fn wrong_content(halves: [u8; 2], expected: u8) -> Option<Violation> {
    match halves {
        [first, second] if first != second => Some(Violation::Torn),
        [first, _] if first != expected => Some(Violation::Foreign),
        _ => None,
    }
}

/// The gap was told, and a message behind it was taken.
fn clear_discarding(world: &World, s: &mut State, seat: usize) -> HolderPc {
    store_discarding(world, s, seat, false);
    forget_gap(s, seat);
    let holder = &mut s.holders[seat];
    (holder.gap, holder.gap_told) = (None, false);
    match world.has(Rule::ClearBeforeConsumed) {
        true => HolderPc::Receive(StoreConsumed),
        false => after_store(world, holder),
    }
}

fn store_consumed(world: &World, s: &mut State, seat: usize) -> HolderPc {
    super::store_consumed(world, s, seat);
    forget_gap(s, seat);
    let Holder {
        next, generation, ..
    } = s.holders[seat];
    if let Some(history) = s.history_of(seat, generation) {
        history.consume(next);
    }
    match s.holders[seat].gap {
        Some(_) => HolderPc::Receive(ClearDiscarding),
        None => after_store(world, &s.holders[seat]),
    }
}

fn forget_gap(s: &mut State, seat: usize) {
    let generation = s.holders[seat].generation;
    if let Some(history) = s.history_of(seat, generation) {
        history.gap = None;
    }
}

pub(super) fn after_store(world: &World, holder: &Holder) -> HolderPc {
    match world.sleeping {
        true => HolderPc::Receive(LoadSenderWaiting),
        false => after_progress(world, holder),
    }
}

fn look_when_empty(world: &World, s: &mut State, seat: usize) -> HolderPc {
    let holder = &mut s.holders[seat];
    if !holder.holds(&s.memory) && world.has(Rule::ReceiverLooks) {
        holder.reopen()
    } else if world.has(Rule::StoreAgain) {
        HolderPc::Receive(CompareConsumed)
    } else {
        idle(world, s, seat)
    }
}

fn compare_consumed(world: &World, s: &State, seat: usize) -> HolderPc {
    let holder = &s.holders[seat];
    match s.memory.seats[seat].consumed == holder.word(world, holder.next) {
        true => idle(world, s, seat),
        false => HolderPc::Receive(StoreAgain),
    }
}

fn idle(world: &World, s: &State, seat: usize) -> HolderPc {
    match world.sleeping {
        true => nap::begin(world),
        false => s.holders[seat].begin_receive(world),
    }
}

fn store_again(world: &World, s: &mut State, seat: usize) -> HolderPc {
    super::store_consumed(world, s, seat);
    match world.has(Rule::WakeAfterStoreAgain) {
        true => after_store(world, &s.holders[seat]),
        false => idle(world, s, seat),
    }
}
