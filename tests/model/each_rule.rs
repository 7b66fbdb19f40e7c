//! Each rule is needed: without it, and with all others, a search finds what the rule prevents.

use crate::explore::explore;
use crate::history::Violation::{self, *};
use crate::rules::Rule::{self, *};
use crate::world::World;

/// Without the rule, this world has this violation.
struct Needed(Rule, World, Violation);

const FORMAT: World = World::QUIET.formats(1);
/// Two formats, and only two tags: the second format's tag is the first one's.
const AT_REST: World = World::QUIET.formats(2).tags(2, 1);
const NAPS: World = FORMAT.sleeping();
const TAKE_OVER: World = World::QUIET.sender_deaths(1);
const RECLAIM: World = World::QUIET.receiver_deaths(2).reclaimed(2);
/// A seat that has two holders for a moment.
const LATE: World = World::QUIET.late_stores(1).receiver_deaths(2);
const LATE_RECLAIM: World = LATE.reclaimed(1);
const LATE_NAPS: World = World::QUIET.late_stores(1).sleeping();

const FORMATTING: [Needed; 8] = [
    Needed(MagicFirst, FORMAT, Foreign),
    Needed(EpochAfterMagic, FORMAT.sender_deaths(2), Foreign),
    Needed(FirstEpochFromBoth, World::QUIET.formats(2), Foreign),
    Needed(FirstEpochPlusTwo, FORMAT.sender_deaths(1), Foreign),
    Needed(NeutralConsumed, AT_REST, Corrupt),
    Needed(NeutralAttachCount, AT_REST, FalseLoss),
    Needed(LateBound, AT_REST, FalseLoss),
    Needed(NotifyTag, NAPS.messages(1).formats(2), Wedged),
];

const TAGS: [Needed; 6] = [
    Needed(SenderChecksTag, FORMAT, Overwritten),
    Needed(SenderChecksTag, FORMAT, Corrupt),
    Needed(ReceiverChecksTag, FORMAT, Corrupt),
    Needed(ReceiverChecksTag, FORMAT, Lost),
    Needed(AttachCountTag, FORMAT, FalseLoss),
    Needed(
        DiscardingTag,
        FORMAT.receiver_deaths(1).reclaimed(1),
        FalseLoss,
    ),
];

const ORDERS: [Needed; 8] = [
    Needed(ZeroStamps, FORMAT, Foreign),
    Needed(ZeroHead, FORMAT, Corrupt),
    Needed(EpochLast, FORMAT, Corrupt),
    Needed(EmptyUntilEpoch, FORMAT, Corrupt),
    Needed(TakeOver, TAKE_OVER, Corrupt),
    Needed(EpochBeforeStamp, FORMAT, Foreign),
    Needed(EpochBeforeStamp, FORMAT, Torn),
    Needed(
        ConsumedBeforeAttachCount,
        World::QUIET.receiver_deaths(1),
        FalseLoss,
    ),
];

const LOOKS: [Needed; 7] = [
    Needed(SenderLooks, FORMAT, Wedged),
    Needed(ReceiverLooks, FORMAT, Wedged),
    Needed(LookBeforeDelivery, FORMAT, Foreign),
    Needed(LookBeforeDelivery, FORMAT, Torn),
    Needed(LookBeforeVerdict, FORMAT, Corrupt),
    Needed(LookBeforeSenderNap, NAPS, Wedged),
    Needed(LookBeforeReceiverNap, NAPS, Wedged),
];

const WAKING: [Needed; 4] = [
    Needed(
        SeenBeforeRequest,
        World::QUIET.seats(2).messages(1).sleeping(),
        Wedged,
    ),
    Needed(NotifyAtTakeOver, TAKE_OVER.sleeping(), Wedged),
    Needed(NotifyAtFirst, NAPS.messages(1).sender_deaths(1), Wedged),
    Needed(WakeAtAttach, NAPS, Wedged),
];

const TWO_HOLDERS: [Needed; 8] = [
    Needed(AttachCountTells, LATE, Corrupt),
    Needed(LossToldFirst, LATE, Lost),
    Needed(StoreAgain, LATE, Wedged),
    Needed(
        WakeAfterStoreAgain,
        LATE_NAPS.with(ReceiverNapLimit),
        Wedged,
    ),
    Needed(ReceiverNapLimit, LATE_NAPS.with(SenderNapLimit), Wedged),
    Needed(ReclaimOwnOnly, LATE_RECLAIM, Lost),
    Needed(DiscardedFromTag, LATE_RECLAIM, WrongCount),
    Needed(DiscardingTells, LATE_RECLAIM, Lost),
];

const RECLAIMING: [Needed; 5] = [
    Needed(FromBeforeDiscarding, RECLAIM, FalseLoss),
    Needed(DiscardingBeforeConsumed, RECLAIM, Lost),
    Needed(KeepFirstFrom, RECLAIM, WrongCount),
    Needed(ClearEmptyGap, RECLAIM.receiver_deaths(3), WrongCount),
    Needed(ClearBeforeConsumed, RECLAIM, WrongCount),
];

/// These rules have reasons outside of the model, or say twice what another rule says.
const NOT_NEEDED_HERE: [(Rule, World); 7] = [
    // `EpochBeforeStamp` says it, as long as there is one sender at a time.
    (FrameEpoch, FORMAT.sender_deaths(1)),
    // A generation's first receiver starts at 0, finds that nothing was discarded, and stores the word anew.
    (
        NeutralDiscarding,
        AT_REST.messages(1).receiver_deaths(1).reclaimed(1),
    ),
    // FUTEX_WAIT compares the word once more. A wait that does not compare needs the order.
    (AskBeforeLoad, NAPS),
    // `SeenBeforeRequest` says it.
    (StillAsking, World::QUIET.seats(2).messages(1).sleeping()),
    // `NotifyAtFirst` says it. Needed so that nobody sleeps on where no sender comes.
    (FormatterNotifies, NAPS),
    // The next receiver that attaches wakes the sender. Needed where the seats move, and so as not to wait for one.
    (FormatterWakesSender, NAPS),
    // An honest receiver stores and wakes whenever a sender sleeps for it. Needed against a peer that does not.
    (SenderNapLimit, LATE_NAPS.with(ReceiverNapLimit)),
];

#[test]
fn formats() {
    FORMATTING.iter().for_each(check);
}

#[test]
fn tags() {
    TAGS.iter().for_each(check);
}

#[test]
fn orders() {
    ORDERS.iter().for_each(check);
}

#[test]
fn looks() {
    LOOKS.iter().for_each(check);
}

#[test]
fn waking() {
    WAKING.iter().for_each(check);
}

#[test]
fn seats_with_two_holders() {
    TWO_HOLDERS.iter().for_each(check);
}

#[test]
fn reclaiming() {
    RECLAIMING.iter().for_each(check);
}

#[test]
fn not_needed_here() {
    for (rule, world) in NOT_NEEDED_HERE {
        let found = explore(&world.without(rule), None);
        if let Some((violation, trace)) = found.violation {
            panic!("{rule:?} is needed after all: {violation:?}\n{trace}");
        }
    }
}

#[test]
fn no_rule_is_forgotten() {
    let tables: [&[Needed]; 7] = [
        &FORMATTING,
        &TAGS,
        &ORDERS,
        &LOOKS,
        &WAKING,
        &TWO_HOLDERS,
        &RECLAIMING,
    ];
    let needed = tables.into_iter().flatten().map(|Needed(rule, ..)| *rule);
    let all = needed.chain(NOT_NEEDED_HERE.map(|(rule, _)| rule));
    let distinct: std::collections::HashSet<_> = all.map(|rule| rule as u8).collect();
    assert_eq!(distinct.len(), Rule::COUNT);
}

/// `RAMFRAME_TRACE=1` and `--nocapture` print the steps that lead there.
fn check(Needed(rule, world, violation): &Needed) {
    let found = explore(&world.without(*rule), Some(*violation));
    let Some((kind, trace)) = found.violation else {
        panic!(
            "without {rule:?} no {violation:?} in {} states",
            found.states
        );
    };
    if std::env::var_os("RAMFRAME_TRACE").is_some() {
        println!("without {rule:?}: {kind:?}\n{trace}");
    }
}
