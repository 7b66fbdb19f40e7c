//! Nothing of one generation is taken for another's, wherever in a step the region is formatted and used again.
//!
//! One side makes a step, and before its k-th access, for every k, the other side formats the region and uses it; or the side's
//! last stores arrive only then. Payloads say of which generation they are.

#[path = "../regions/array.rs"]
mod array;
mod asleep;
mod begins;
mod exclusive;
mod first_senders;
mod halves;
#[path = "../regions/interrupted.rs"]
mod interrupted;
mod judge;
#[path = "../support/mod.rs"]
mod support;

mod grounds;
mod late;
mod links;
mod planted;
mod receivers;
mod requests;
#[path = "../regions/roles.rs"]
mod roles;
mod senders;
#[allow(dead_code)] // a part of what the claims use
#[path = "../claims/suite/sides.rs"]
mod sides;
mod streams;
mod tasks;

/// Calls `trial` with 0, 1, 2, ... until it says that this is beyond the last access.
fn at_each(trial: impl Fn(usize) -> bool) {
    let last = (0..2000).find(|&at| !trial(at));
    assert!(last > Some(0), "no end, or no beginning: {last:?}");
}
