//! With all rules nothing goes wrong, in any of these worlds.

use crate::explore::explore;
use crate::world::World;

/// A world, and the fewest states that a search of it must see: fewer would mean that the model lost some of its steps.
struct Case(&'static str, World, usize);

const FORMAT: World = World::QUIET.formats(1);
const NAPS: World = World::QUIET.sleeping();
const PAIR: World = World::QUIET.seats(2);
const RECLAIMED: World = World::QUIET.receiver_deaths(2).reclaimed(1);

const POLLING: [Case; 4] = [
    Case("two formats", World::QUIET.formats(2), 90_000),
    Case(
        "three sender incarnations",
        FORMAT.sender_deaths(2),
        600_000,
    ),
    Case("receivers die", FORMAT.receiver_deaths(2), 80_000),
    Case("two receivers", PAIR.messages(1).formats(1), 300_000),
];

const FORMATTER_DIES: [Case; 2] = [
    Case(
        "and a receiver",
        FORMAT.formatter_deaths(1).receiver_deaths(1),
        200_000,
    ),
    Case(
        "and a sender",
        FORMAT.formatter_deaths(1).sender_deaths(1),
        700_000,
    ),
];

const SLEEPING: [Case; 6] = [
    Case("one format", NAPS.formats(1), 200_000),
    Case("two formats", NAPS.messages(1).formats(2), 250_000),
    Case(
        "a late sender dies",
        NAPS.messages(1).formats(1).sender_deaths(1),
        400_000,
    ),
    Case(
        "both sides die",
        NAPS.sender_deaths(1).receiver_deaths(1),
        200_000,
    ),
    Case("a seat is reclaimed", RECLAIMED.sleeping(), 200_000),
    Case("two receivers", NAPS.seats(2), 800_000),
];

const RECLAIM: [Case; 4] = [
    Case(
        "twice, and the sender dies",
        RECLAIMED.receiver_deaths(3).sender_deaths(1).reclaimed(2),
        450_000,
    ),
    Case("late", RECLAIMED.messages(2).formats(1), 250_000),
    Case("and late stores", RECLAIMED.late_stores(1), 200_000),
    Case(
        "beside another receiver",
        PAIR.receiver_deaths(1).reclaimed(1),
        450_000,
    ),
];

/// Minutes, and some gigabytes of memory.
const DEEP: [Case; 11] = [
    Case(
        "two formats, the sender dies",
        World::QUIET.formats(2).sender_deaths(1),
        1_000_000,
    ),
    Case(
        "two formats, a receiver dies",
        World::QUIET.formats(2).receiver_deaths(1),
        300_000,
    ),
    Case(
        "each side dies",
        FORMAT
            .formatter_deaths(1)
            .sender_deaths(1)
            .receiver_deaths(1),
        2_500_000,
    ),
    Case(
        "two receivers, one dies",
        PAIR.formats(1).receiver_deaths(1),
        7_500_000,
    ),
    Case(
        "naps, both sides die",
        NAPS.formats(1).sender_deaths(1).receiver_deaths(1),
        9_000_000,
    ),
    Case(
        "naps, two receivers, a format",
        NAPS.seats(2).messages(1).formats(1),
        5_000_000,
    ),
    Case(
        "naps, two receivers, the sender dies",
        NAPS.seats(2).sender_deaths(1),
        6_500_000,
    ),
    Case(
        "naps, late reclaim",
        NAPS.formats(1).receiver_deaths(1).reclaimed(1),
        4_000_000,
    ),
    Case(
        "late reclaim, the sender dies",
        FORMAT.receiver_deaths(2).sender_deaths(1).reclaimed(1),
        6_000_000,
    ),
    Case(
        "late stores and a format",
        FORMAT.late_stores(1).receiver_deaths(1),
        350_000,
    ),
    Case(
        "late stores, two reclaims",
        RECLAIMED.late_stores(1).reclaimed(2),
        450_000,
    ),
];

#[test]
fn sides_that_poll() {
    POLLING.iter().for_each(check);
}

#[test]
fn a_formatter_that_dies() {
    FORMATTER_DIES.iter().for_each(check);
}

#[test]
fn sides_that_sleep_without_a_time_limit() {
    SLEEPING.iter().for_each(check);
}

#[test]
fn seats_that_are_reclaimed() {
    RECLAIM.iter().for_each(check);
}

/// Does nothing unless `RAMFRAME_DEEP` asks for it.
#[test]
fn larger_worlds() {
    if std::env::var("RAMFRAME_DEEP").is_ok_and(|deep| deep != "0") {
        DEEP.iter().for_each(check);
    }
}

fn check(Case(name, world, floor): &Case) {
    let found = explore(world, None);
    println!("{name}: {} states", found.states);
    if let Some((violation, trace)) = found.violation {
        panic!("{name}: {violation:?}\n{trace}");
    }
    assert!(found.states >= *floor, "{name}: fewer states than {floor}");
}
