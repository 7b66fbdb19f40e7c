//! A sender that published wakes the receivers that ask for it.

use super::{Pc as SenderPc, send};
use crate::memory::Word;
use crate::rules::Rule;
use crate::state::State;
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    LoadRequest,
    ClearRequest,
    StoreNotify,
    Wake,
}

use Pc::*;

pub(super) fn step(world: &World, mut s: State, pc: Pc) -> State {
    s.sender.pc = match pc {
        LoadRequest if s.memory.receiver_waiting => SenderPc::Notify(ClearRequest),
        LoadRequest => SenderPc::Send(send::Pc::Ready),
        ClearRequest => {
            s.memory.receiver_waiting = false;
            SenderPc::Notify(StoreNotify)
        }
        StoreNotify => store_notify(world, &mut s),
        Wake => {
            s.wake_receivers(world);
            SenderPc::Send(send::Pc::Ready)
        }
    };
    s
}

fn store_notify(world: &World, s: &mut State) -> SenderPc {
    s.sender.notify = (s.sender.notify + 1) % 16;
    let tag = match world.has(Rule::NotifyTag) {
        true => world.tag(s.sender.generation),
        false => 0,
    };
    s.memory.notify_seq = Word::new(tag, s.sender.notify);
    SenderPc::Notify(Wake)
}
