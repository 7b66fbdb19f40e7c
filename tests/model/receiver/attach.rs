//! A holder that attaches finds how far the seat is, and where the head is; a receiver stores both words of the seat.

use super::{Holder, Pc as HolderPc, receive, reclaim, store_consumed, store_discarding};
use crate::history::Violation;
use crate::memory::{Memory, Word, stamp_before};
use crate::rules::Rule;
use crate::state::State;
use crate::world::{SLOTS, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    Open,
    LoadConsumed,
    LoadAttachCount,
    LoadDiscarding,
    LoadDiscardedFrom,
    LoadEpoch,
    LoadHead,
    LoadLastStamp,
    LoadNextStamp,
    TellLoss,
    StoreStart,
    StoreNoGap,
    StoreAttachCount,
}

use Pc::*;

pub(super) fn step(world: &World, s: &mut State, seat: usize, pc: Pc) -> Option<HolderPc> {
    let (holder, memory) = (&mut s.holders[seat], &s.memory);
    Some(match pc {
        Open if !memory.magic => return None,
        Open => open(holder, memory),
        LoadConsumed => load_consumed(world, holder, memory.seats[seat].consumed),
        LoadAttachCount => load_attach_count(world, holder, memory.seats[seat].attach_count),
        LoadDiscarding => load_discarding(world, holder, memory.seats[seat].discarding),
        LoadDiscardedFrom => load_discarded_from(world, holder, memory.seats[seat].discarded_from),
        LoadEpoch => load_epoch(world, s, seat),
        LoadHead => load_head(holder, memory.head),
        LoadLastStamp => load_last_stamp(holder, memory),
        LoadNextStamp => load_next_stamp(world, s, seat),
        TellLoss => tell_loss(world, s, seat),
        StoreStart => store_start(world, s, seat),
        StoreNoGap => store_no_gap(world, s, seat),
        StoreAttachCount => store_attach_count(world, s, seat),
    })
}

/// One step, for the reason that the sender's has.
fn open(holder: &mut Holder, memory: &Memory) -> HolderPc {
    holder.generation = memory.generation;
    holder.first_epoch = memory.first_epoch;
    HolderPc::Attach(LoadConsumed)
}

fn load_consumed(world: &World, holder: &mut Holder, word: Word) -> HolderPc {
    let is_own = holder.owns(world, word);
    let believed = is_own || !world.has(Rule::ReceiverChecksTag);
    holder.progress = believed.then_some(word.count());
    HolderPc::Attach(LoadAttachCount)
}

fn load_attach_count(world: &World, holder: &mut Holder, word: Word) -> HolderPc {
    let is_own = holder.owns(world, word);
    let believed = is_own || !world.has(Rule::AttachCountTag);
    holder.attached = believed && word.count() > 0;
    let is_known = holder.progress.is_some() || !world.has(Rule::ReclaimOwnOnly);
    match (holder.reclaims, holder.attached && is_known) {
        (true, false) => HolderPc::Free,
        _ if world.reclaims() => HolderPc::Attach(LoadDiscarding),
        _ => HolderPc::Attach(LoadEpoch),
    }
}

/// A foreign word beside this generation's `attach_count` was overwritten, because who attaches stores both.
fn load_discarding(world: &World, holder: &mut Holder, word: Word) -> HolderPc {
    let is_own = holder.owns(world, word);
    let believed = is_own || !world.has(Rule::DiscardingTag);
    if believed && word.count() > 0 {
        HolderPc::Attach(LoadDiscardedFrom)
    } else if !believed && holder.attached && world.has(Rule::DiscardingTells) {
        unknown_gap(holder)
    } else {
        HolderPc::Attach(LoadEpoch)
    }
}

fn load_discarded_from(world: &World, holder: &mut Holder, word: Word) -> HolderPc {
    let is_own = holder.owns(world, word);
    if !is_own && world.has(Rule::DiscardedFromTag) {
        return unknown_gap(holder);
    }
    holder.gap = Some(word.count());
    HolderPc::Attach(LoadEpoch)
}

/// Messages may be missing, and nobody knows how many. A receiver tells so; who reclaims leaves the seat to the next receiver.
fn unknown_gap(holder: &mut Holder) -> HolderPc {
    if holder.reclaims {
        return HolderPc::Free;
    }
    holder.lost = true;
    HolderPc::Attach(LoadEpoch)
}

fn load_epoch(world: &World, s: &mut State, seat: usize) -> HolderPc {
    let holder = &mut s.holders[seat];
    holder.epoch_seen = s.memory.epoch >= holder.first_epoch;
    match holder.epoch_seen || !world.has(Rule::EmptyUntilEpoch) {
        true => HolderPc::Attach(LoadHead),
        false => decide(world, s, seat),
    }
}

fn load_head(holder: &mut Holder, head: u8) -> HolderPc {
    holder.head = head;
    HolderPc::Attach(if head > 0 {
        LoadLastStamp
    } else {
        LoadNextStamp
    })
}

/// A later stamp means that the head is stale.
fn load_last_stamp(holder: &Holder, memory: &Memory) -> HolderPc {
    match memory.stamp(holder.head - 1).cmp(&holder.head) {
        std::cmp::Ordering::Equal => HolderPc::Attach(LoadNextStamp),
        std::cmp::Ordering::Greater => HolderPc::Attach(LoadHead),
        std::cmp::Ordering::Less => HolderPc::Verdict,
    }
}

fn load_next_stamp(world: &World, s: &mut State, seat: usize) -> HolderPc {
    let head = s.holders[seat].head;
    match s.memory.stamp(head) {
        found if found == head + 1 => s.holders[seat].head += 1,
        found if found == stamp_before(head) => {}
        found if found > head => return HolderPc::Attach(LoadHead),
        _ => return HolderPc::Verdict,
    }
    decide(world, s, seat)
}

/// Where the seat goes on: where its own word says, or at the head if that word was overwritten, or at the beginning.
fn decide(world: &World, s: &mut State, seat: usize) -> HolderPc {
    let holder = &mut s.holders[seat];
    let head = std::mem::take(&mut holder.head);
    let attached = std::mem::take(&mut holder.attached);
    let progress = holder.progress.take();
    if progress.is_some_and(|count| count > head || head - count > SLOTS) {
        return HolderPc::Verdict;
    }
    let is_overwritten = progress.is_none() && attached && world.has(Rule::AttachCountTells);
    // Nobody took a message behind a gap that still stands, so with one the count of missing messages is known.
    holder.lost |= is_overwritten && holder.gap.is_none();
    holder.next = progress.unwrap_or(if is_overwritten { head } else { 0 });
    match holder.reclaims {
        true => reclaim::begin(world, holder, head),
        false if holder.lost && world.has(Rule::LossToldFirst) => HolderPc::Attach(TellLoss),
        false => first_store(world),
    }
}

fn first_store(world: &World) -> HolderPc {
    HolderPc::Attach(match world.has(Rule::ConsumedBeforeAttachCount) {
        true => StoreStart,
        false => StoreAttachCount,
    })
}

fn tell_loss(world: &World, s: &mut State, seat: usize) -> HolderPc {
    let holder = &mut s.holders[seat];
    if !holder.holds(&s.memory) {
        return holder.reopen();
    }
    holder.lost = false;
    let next = holder.next;
    s.history[seat].tell_loss(next);
    if !s.late_store_landed {
        s.note(Some(Violation::FalseLoss));
    }
    match world.has(Rule::LossToldFirst) {
        true => first_store(world),
        false => after_stores(world, &s.holders[seat]),
    }
}

fn store_start(world: &World, s: &mut State, seat: usize) -> HolderPc {
    store_consumed(world, s, seat);
    let holder = s.holders[seat];
    if let Some(history) = s.history_of(seat, holder.generation) {
        history.start(holder.next, holder.gap.is_some());
    }
    match world.reclaims() && s.holders[seat].gap.is_none() {
        true => HolderPc::Attach(StoreNoGap),
        false => after_start(world, &s.holders[seat]),
    }
}

fn store_no_gap(world: &World, s: &mut State, seat: usize) -> HolderPc {
    store_discarding(world, s, seat, false);
    after_start(world, &s.holders[seat])
}

fn after_start(world: &World, holder: &Holder) -> HolderPc {
    match world.has(Rule::ConsumedBeforeAttachCount) {
        true => HolderPc::Attach(StoreAttachCount),
        false => after_stores(world, holder),
    }
}

fn store_attach_count(world: &World, s: &mut State, seat: usize) -> HolderPc {
    s.memory.seats[seat].attach_count = s.holders[seat].word(world, 1);
    match world.has(Rule::ConsumedBeforeAttachCount) {
        true => after_stores(world, &s.holders[seat]),
        false => HolderPc::Attach(StoreStart),
    }
}

/// The receiver before this one may have died when it was about to wake the sender.
fn after_stores(world: &World, holder: &Holder) -> HolderPc {
    if holder.lost {
        HolderPc::Attach(TellLoss)
    } else if world.sleeping && world.has(Rule::WakeAtAttach) {
        HolderPc::Receive(receive::Pc::LoadSenderWaiting)
    } else {
        receive::after_progress(world, holder)
    }
}
