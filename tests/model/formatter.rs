//! The formatter makes a new generation, one store at a time; if it dies, another begins again.

use crate::events::{Actor, Event};
use crate::history::History;
use crate::memory::Word;
use crate::rules::Rule;
use crate::state::State;
use crate::world::World;

/// The step that the formatter takes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    #[default]
    Idle,
    ClearMagic,
    LoadEpoch,
    StoreFirstEpoch,
    NeutralConsumed,
    NeutralAttachCount,
    NeutralDiscarding,
    StoreNotify,
    WakeReceivers,
    WakeSender,
    StoreGeneration,
    StoreMagic,
}

use Pc::*;

const PROGRAM: [Pc; 11] = [
    ClearMagic,
    LoadEpoch,
    StoreFirstEpoch,
    NeutralConsumed,
    NeutralAttachCount,
    NeutralDiscarding,
    StoreNotify,
    WakeReceivers,
    WakeSender,
    StoreGeneration,
    StoreMagic,
];

/// The formatter's private words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Formatter {
    pub(crate) pc: Pc,
    epoch: u8,
    /// The seat that a step for each seat is at.
    seat: u8,
}

/// What the formatter can do, and what can happen to it.
pub(crate) fn events(world: &World, state: &State, out: &mut Vec<(Event, State)>) {
    match state.formatter.pc {
        Idle if may_begin(world, state) => out.push(begin(world, state)),
        Idle => {}
        _ => {
            out.push((Event::Step(Actor::Formatter), step(world, *state)));
            die(state, out);
        }
    }
}

/// Whether a format is left, and none of the others would be later than the bound.
fn may_begin(world: &World, state: &State) -> bool {
    let new = state.memory.generation + 1;
    let is_early = |generation| generation == 0 || new - generation < world.tags;
    let holders = state.holders.iter().map(|holder| holder.generation);
    let mut all = holders.chain([state.sender.generation]);
    state.left.formats > 0 && (!world.has(Rule::LateBound) || all.all(is_early))
}

/// A format begins. Where a formatter died, somebody must do it, so then it is no fault.
fn begin(world: &World, state: &State) -> (Event, State) {
    let mut after = *state;
    after.left.formats -= 1;
    let mut program = program(world).into_iter();
    after.formatter.pc = program.find(|&pc| is_done(world, pc)).unwrap_or_default();
    let event = match state.memory.magic {
        true => Event::Format,
        false => Event::Step(Actor::Formatter),
    };
    (event, step(world, after))
}

/// The formatter dies, and one format more can follow.
fn die(state: &State, out: &mut Vec<(Event, State)>) {
    if state.left.formatter_deaths > 0 {
        let mut after = *state;
        after.formatter = Formatter::default();
        after.left.formatter_deaths -= 1;
        after.left.formats += 1;
        out.push((Event::Death(Actor::Formatter), after));
    }
}

fn program(world: &World) -> [Pc; 11] {
    let mut program = PROGRAM;
    if !world.has(Rule::EpochAfterMagic) {
        program.swap(0, 1);
    }
    program
}

fn step(world: &World, mut s: State) -> State {
    let (new, seat) = (s.memory.generation + 1, usize::from(s.formatter.seat));
    let neutral = world.neutral_word(new);
    match s.formatter.pc {
        Idle => unreachable!("an idle formatter takes no step"),
        ClearMagic => s.memory.magic = false,
        LoadEpoch => s.formatter.epoch = s.memory.epoch,
        StoreFirstEpoch => s.memory.first_epoch = first_epoch(world, &mut s),
        NeutralConsumed => s.memory.seats[seat].consumed = neutral,
        NeutralAttachCount => s.memory.seats[seat].attach_count = neutral,
        NeutralDiscarding => s.memory.seats[seat].discarding = neutral,
        StoreNotify => s.memory.notify_seq = notify_seq(world, &s, new),
        WakeReceivers => s.wake_receivers(world),
        WakeSender => s.wake_sender(seat),
        StoreGeneration => {
            s.memory.generation = new;
            s.history = [History::default(); 2];
        }
        StoreMagic => s.memory.magic = true,
    }
    s.formatter = advance(world, s.formatter);
    s
}

/// The first epoch of the new generation. The load of the last one is no step of its own: only formatters store it.
fn first_epoch(world: &World, s: &mut State) -> u8 {
    let found = std::mem::take(&mut s.formatter.epoch);
    let base = match found {
        _ if world.has(Rule::FirstEpochFromBoth) => found.max(s.memory.first_epoch),
        0 => s.memory.first_epoch,
        found => found,
    };
    base + 1 + u8::from(world.has(Rule::FirstEpochPlusTwo))
}

fn notify_seq(world: &World, s: &State, new: u8) -> Word {
    match world.has(Rule::NotifyTag) {
        true => Word::new(world.tag(new), 0),
        false => Word::new(0, (s.memory.notify_seq.count() + 1) % 16),
    }
}

/// The next step of the program that this world has.
fn advance(world: &World, formatter: Formatter) -> Formatter {
    let Formatter { pc, epoch, seat } = formatter;
    if is_for_each_seat(pc) && usize::from(seat) + 1 < world.seats {
        let seat = seat + 1;
        return Formatter { pc, epoch, seat };
    }
    let mut rest = program(world).into_iter().skip_while(|&step| step != pc);
    rest.next();
    let pc = rest.find(|&step| is_done(world, step)).unwrap_or_default();
    Formatter { pc, epoch, seat: 0 }
}

fn is_for_each_seat(pc: Pc) -> bool {
    matches!(
        pc,
        NeutralConsumed | NeutralAttachCount | NeutralDiscarding | WakeSender
    )
}

/// Whether this world's formatter takes this step at all.
fn is_done(world: &World, pc: Pc) -> bool {
    match pc {
        NeutralConsumed => world.has(Rule::NeutralConsumed),
        NeutralAttachCount => world.has(Rule::NeutralAttachCount),
        NeutralDiscarding => world.reclaims() && world.has(Rule::NeutralDiscarding),
        StoreNotify | WakeReceivers => world.sleeping && world.has(Rule::FormatterNotifies),
        WakeSender => world.sleeping && world.has(Rule::FormatterWakesSender),
        ClearMagic => world.has(Rule::MagicFirst),
        _ => true,
    }
}
