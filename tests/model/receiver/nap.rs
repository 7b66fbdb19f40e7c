//! A receiver asks to be woken, looks for news once more, and sleeps while `notify_seq` stands still.

use super::Pc as HolderPc;
use crate::memory::Word;
use crate::rules::Rule;
use crate::state::State;
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    LoadNotify,
    StoreWaiting,
    CheckStamp,
    CheckEpoch,
    CheckWaiting,
    Look,
    FutexWait,
    Asleep,
}

use Pc::*;

pub(super) fn step(world: &World, s: &mut State, seat: usize, pc: Pc) -> Option<HolderPc> {
    let holder = &mut s.holders[seat];
    let seen_first = world.has(Rule::SeenBeforeRequest);
    let news = if holder.epoch_seen {
        CheckStamp
    } else {
        CheckEpoch
    };
    let goes_on = match pc {
        LoadNotify => {
            holder.seen = s.memory.notify_seq;
            Some(if seen_first { StoreWaiting } else { news })
        }
        StoreWaiting => {
            s.memory.receiver_waiting = true;
            Some(if seen_first { news } else { LoadNotify })
        }
        CheckStamp => (s.memory.stamp(holder.next) != holder.next + 1).then_some(after_news(world)),
        CheckEpoch => (s.memory.epoch < holder.first_epoch).then_some(after_news(world)),
        CheckWaiting => s.memory.receiver_waiting.then_some(before_nap(world)),
        Look => holder.holds(&s.memory).then_some(FutexWait),
        FutexWait => (s.memory.notify_seq == holder.seen).then_some(Asleep),
        Asleep => return None,
    };
    Some(match goes_on {
        Some(pc) => HolderPc::Nap(pc),
        None if pc == Look => holder.reopen(),
        None => {
            holder.seen = Word::default();
            holder.begin_receive(world)
        }
    })
}

/// The first step.
pub(super) fn begin(world: &World) -> HolderPc {
    HolderPc::Nap(match world.has(Rule::SeenBeforeRequest) {
        true => LoadNotify,
        false => StoreWaiting,
    })
}

fn after_news(world: &World) -> Pc {
    match world.has(Rule::StillAsking) {
        true => CheckWaiting,
        false => before_nap(world),
    }
}

fn before_nap(world: &World) -> Pc {
    match world.has(Rule::LookBeforeReceiverNap) {
        true => Look,
        false => FutexWait,
    }
}
