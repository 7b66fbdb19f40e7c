//! A sender that attaches finds its place: the first of a generation makes it, the next one takes over.

use super::{Pc as SenderPc, Sender, notify, send};
use crate::memory::{Memory, stamp_before};
use crate::rules::Rule;
use crate::state::State;
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    Open,
    LoadEpoch,
    ZeroFirstStamp,
    ZeroSecondStamp,
    ZeroHead,
    LoadHead,
    LoadLastStamp,
    LoadNextStamp,
    StoreHead,
    StoreEpoch,
    ClearWaiting,
    LoadNotify,
}

use Pc::*;

pub(super) fn step(world: &World, mut s: State, pc: Pc) -> Option<State> {
    s.sender.pc = match pc {
        Open if !s.memory.magic => return None,
        Open => open(&mut s),
        LoadEpoch => load_epoch(world, &mut s),
        ZeroFirstStamp => zero_stamp(world, &mut s, 0, ZeroSecondStamp),
        ZeroSecondStamp => zero_stamp(world, &mut s, 1, ZeroHead),
        ZeroHead => zero_head(world, &mut s),
        LoadHead => load_head(&mut s.sender, &s.memory),
        LoadLastStamp => load_last_stamp(&s.sender, &s.memory),
        LoadNextStamp => load_next_stamp(&mut s.sender, &s.memory),
        StoreHead => store_head(&mut s),
        StoreEpoch => store_epoch(world, &mut s),
        ClearWaiting => clear_waiting(&mut s),
        LoadNotify => load_notify(world, &mut s),
    };
    Some(s)
}

/// Finds magic, and of one format the generation and the first epoch.
///
/// A real side loads magic, generation, first_epoch, and magic and generation again. One step is enough here: when the second
/// look finds them unchanged, no formatter stored in between.
fn open(s: &mut State) -> SenderPc {
    s.sender = Sender {
        generation: s.memory.generation,
        first_epoch: s.memory.first_epoch,
        ..Sender::default()
    };
    SenderPc::Attach(LoadEpoch)
}

fn load_epoch(world: &World, s: &mut State) -> SenderPc {
    let (found, first) = (s.memory.epoch, s.sender.first_epoch);
    let takes_over = found >= first && world.has(Rule::TakeOver);
    s.sender.epoch = if found >= first { found + 1 } else { first };
    SenderPc::Attach(match takes_over {
        true => LoadHead,
        false if world.has(Rule::EpochLast) => ZeroFirstStamp,
        false => StoreEpoch,
    })
}

fn zero_stamp(world: &World, s: &mut State, slot: usize, next: Pc) -> SenderPc {
    if world.has(Rule::ZeroStamps) {
        s.memory.slots[slot].stamp = 0;
    }
    SenderPc::Attach(next)
}

fn zero_head(world: &World, s: &mut State) -> SenderPc {
    if world.has(Rule::ZeroHead) {
        s.memory.head = 0;
    }
    match world.has(Rule::EpochLast) {
        true => SenderPc::Attach(StoreEpoch),
        false => after_stores(world),
    }
}

fn load_head(sender: &mut Sender, memory: &Memory) -> SenderPc {
    sender.next = memory.head;
    SenderPc::Attach(if memory.head > 0 {
        LoadLastStamp
    } else {
        LoadNextStamp
    })
}

fn load_last_stamp(sender: &Sender, memory: &Memory) -> SenderPc {
    match memory.stamp(sender.next - 1) == sender.next {
        true => SenderPc::Attach(LoadNextStamp),
        false => SenderPc::Verdict,
    }
}

/// A sender that died between stamp and head left a message that counts.
fn load_next_stamp(sender: &mut Sender, memory: &Memory) -> SenderPc {
    let (found, next) = (memory.stamp(sender.next), sender.next);
    if found == next + 1 {
        sender.next += 1;
    } else if found != stamp_before(next) {
        return SenderPc::Verdict;
    }
    SenderPc::Attach(StoreHead)
}

fn store_head(s: &mut State) -> SenderPc {
    s.memory.head = s.sender.next;
    SenderPc::Attach(StoreEpoch)
}

fn store_epoch(world: &World, s: &mut State) -> SenderPc {
    s.memory.epoch = s.sender.epoch;
    let is_early = s.sender.epoch == s.sender.first_epoch && !world.has(Rule::EpochLast);
    match is_early {
        true => SenderPc::Attach(ZeroFirstStamp),
        false => after_stores(world),
    }
}

fn after_stores(world: &World) -> SenderPc {
    match world.sleeping {
        true => SenderPc::Attach(ClearWaiting),
        false => SenderPc::Send(send::Pc::Ready),
    }
}

fn clear_waiting(s: &mut State) -> SenderPc {
    s.memory.sender_waiting = false;
    SenderPc::Attach(LoadNotify)
}

/// Counts on from this generation's count, and wakes receivers that an earlier sender may have left asleep.
fn load_notify(world: &World, s: &mut State) -> SenderPc {
    let word = s.memory.notify_seq;
    let counts = !world.has(Rule::NotifyTag) || word.tag() == world.tag(s.sender.generation);
    s.sender.notify = if counts { word.count() } else { 0 };
    let rule = match s.sender.epoch == s.sender.first_epoch {
        true => Rule::NotifyAtFirst,
        false => Rule::NotifyAtTakeOver,
    };
    match world.has(rule) {
        true => SenderPc::Notify(notify::Pc::ClearRequest),
        false => SenderPc::Send(send::Pc::Ready),
    }
}
