//! A sender that has room stores the frame, then the stamp, then the head.

use super::{Pc as SenderPc, Sender, notify, room};
use crate::history::Violation;
use crate::memory::payload;
use crate::rules::Rule;
use crate::state::State;
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    /// Between two messages.
    Ready,
    StoreFirstHalf,
    StoreSecondHalf,
    StoreStamp,
    StoreHead,
    /// A pause ended: look whether the region was formatted.
    Look,
}

use Pc::*;

pub(super) fn step(world: &World, mut s: State, pc: Pc) -> State {
    match pc {
        Ready => return ready(world, s),
        StoreFirstHalf => store_half(&mut s, 0, StoreSecondHalf),
        StoreSecondHalf => store_half(&mut s, 1, StoreStamp),
        StoreStamp => store_stamp(&mut s),
        StoreHead => store_head(world, &mut s),
        Look => look(world, &mut s),
    }
    s
}

/// A sender may pause, and look, between any two messages.
pub(super) fn pause(world: &World, state: &State) -> Option<State> {
    let can_choose = state.sender.pc == SenderPc::Send(Ready) && may_send(world, &state.sender);
    can_choose.then(|| {
        let mut after = *state;
        look(world, &mut after);
        after
    })
}

fn may_send(world: &World, sender: &Sender) -> bool {
    sender.next < world.messages && sender.slowest(world).is_none()
}

fn ready(world: &World, mut s: State) -> State {
    if may_send(world, &s.sender) {
        store_frame_epoch(world, &mut s);
        s
    } else if s.sender.next < world.messages {
        room::begin(world, s)
    } else {
        look(world, &mut s);
        s
    }
}

fn store_frame_epoch(world: &World, s: &mut State) {
    let next = s.sender.next;
    let has_room = s.history[..world.seats].iter().all(|h| h.has_room(next));
    if s.sender.holds(&s.memory) && !has_room {
        s.note(Some(Violation::Overwritten));
    }
    s.memory.slot(next).epoch = s.sender.epoch;
    s.sender.pc = SenderPc::Send(StoreFirstHalf);
}

fn store_half(s: &mut State, half: usize, then: Pc) {
    let (generation, next) = (s.sender.generation, s.sender.next);
    s.memory.slot(next).payload[half] = payload(generation, next);
    s.sender.pc = SenderPc::Send(then);
}

fn store_stamp(s: &mut State) {
    let next = s.sender.next;
    s.memory.slot(next).stamp = next + 1;
    s.sender.pc = SenderPc::Send(StoreHead);
}

fn store_head(world: &World, s: &mut State) {
    s.sender.next += 1;
    s.memory.head = s.sender.next;
    s.sender.pc = match world.sleeping {
        true => SenderPc::Notify(notify::Pc::LoadRequest),
        false => SenderPc::Send(Ready),
    };
}

fn look(world: &World, s: &mut State) {
    match s.sender.holds(&s.memory) || !world.has(Rule::SenderLooks) {
        true => s.sender.pc = SenderPc::Send(Ready),
        false => s.sender = Sender::default(),
    }
}
