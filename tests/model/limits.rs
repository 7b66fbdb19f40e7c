//! What the rules do not cover is known, and what they leave open does not matter.

use crate::explore::explore;
use crate::history::Violation;
use crate::rules::Rule;
use crate::world::World;

/// A store that is late by as many formats as there are tags carries the tag of the generation in which it lands.
#[test]
fn tags_bound_how_late_a_store_may_be() {
    let two_formats = World::QUIET.formats(2).without(Rule::LateBound);
    assert_eq!(violation(two_formats.tags(3, 1)), None);
    assert!(violation(two_formats.tags(2, 1)).is_some());
}

/// When two late stores overwrite `consumed` and `attach_count`, nothing shows any more that the seat was used.
#[test]
fn two_late_stores_on_one_seat_are_too_many() {
    let twice = World::QUIET.late_stores(2).receiver_deaths(1);
    assert_eq!(violation(twice), Some(Violation::Corrupt));
}

/// The neutral tag may have any distance from the new one, 0 too: no reader ever needs to tell it from a late one.
#[test]
fn any_neutral_tag_will_do() {
    for neutral in 0..3 {
        assert_eq!(violation(World::QUIET.formats(3).tags(3, neutral)), None);
    }
}

fn violation(world: World) -> Option<Violation> {
    explore(&world, None).violation.map(|(kind, _)| kind)
}
