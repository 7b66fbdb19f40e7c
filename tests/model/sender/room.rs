//! A sender without room reads how far the receivers are, and sleeps until the slowest one moves.

use super::{Pc as SenderPc, Sender, send};
use crate::memory::Word;
use crate::rules::Rule;
use crate::state::State;
use crate::world::{SLOTS, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    LoadSecondConsumed,
    StoreWaiting,
    LoadAwaited,
    LookBeforeNap,
    FutexWait,
    Asleep,
    ClearWaiting,
}

use Pc::*;

/// The first load, of the first seat.
pub(super) fn begin(world: &World, mut s: State) -> State {
    s.sender.pc = match believe(world, &mut s, 0) {
        false => SenderPc::Verdict,
        true if world.seats == 2 => SenderPc::Room(LoadSecondConsumed),
        true => after_loads(world, &mut s.sender),
    };
    s
}

pub(super) fn step(world: &World, mut s: State, pc: Pc) -> Option<State> {
    let seat = usize::from(s.sender.awaited);
    s.sender.pc = match pc {
        LoadSecondConsumed => match believe(world, &mut s, 1) {
            true => after_loads(world, &mut s.sender),
            false => SenderPc::Verdict,
        },
        StoreWaiting => store_waiting(world, &mut s),
        LoadAwaited => load_awaited(world, &mut s, seat),
        LookBeforeNap => look_before_nap(&mut s),
        FutexWait => SenderPc::Room(match s.memory.seats[seat].consumed == s.sender.seen {
            true => Asleep,
            false => ClearWaiting,
        }),
        Asleep => return None,
        ClearWaiting => clear_waiting(&mut s),
    };
    Some(s)
}

/// Reads one seat's `consumed`. False if an honest receiver cannot have stored it.
fn believe(world: &World, s: &mut State, seat: usize) -> bool {
    let word = s.memory.seats[seat].consumed;
    let is_own = word.tag() == world.tag(s.sender.generation);
    if !is_own && world.has(Rule::SenderChecksTag) {
        return true;
    }
    s.sender.consumed[seat] = word.count();
    word.count() <= s.sender.next && s.sender.next - word.count() <= SLOTS
}

fn after_loads(world: &World, sender: &mut Sender) -> SenderPc {
    match sender.slowest(world) {
        None => SenderPc::Send(send::Pc::Ready),
        Some(_) if !world.sleeping => SenderPc::Send(send::Pc::Look),
        Some(seat) => {
            sender.awaited = seat as u8;
            SenderPc::Room(match world.has(Rule::AskBeforeLoad) {
                true => StoreWaiting,
                false => LoadAwaited,
            })
        }
    }
}

fn store_waiting(world: &World, s: &mut State) -> SenderPc {
    s.memory.sender_waiting = true;
    match world.has(Rule::AskBeforeLoad) {
        true => SenderPc::Room(LoadAwaited),
        false => before_nap(world),
    }
}

fn load_awaited(world: &World, s: &mut State, seat: usize) -> SenderPc {
    s.sender.seen = s.memory.seats[seat].consumed;
    if !believe(world, s, seat) {
        SenderPc::Verdict
    } else if s.sender.next < s.sender.consumed[seat] + SLOTS {
        SenderPc::Room(ClearWaiting)
    } else if world.has(Rule::AskBeforeLoad) {
        before_nap(world)
    } else {
        SenderPc::Room(StoreWaiting)
    }
}

fn before_nap(world: &World) -> SenderPc {
    SenderPc::Room(match world.has(Rule::LookBeforeSenderNap) {
        true => LookBeforeNap,
        false => FutexWait,
    })
}

fn look_before_nap(s: &mut State) -> SenderPc {
    if !s.sender.holds(&s.memory) {
        s.sender = Sender::default();
        return s.sender.pc;
    }
    SenderPc::Room(FutexWait)
}

fn clear_waiting(s: &mut State) -> SenderPc {
    s.memory.sender_waiting = false;
    (s.sender.awaited, s.sender.seen) = (0, Word::default());
    SenderPc::Send(send::Pc::Look)
}
