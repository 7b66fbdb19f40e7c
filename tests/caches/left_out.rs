//! Is every hook call in core needed? Each is left out alone, and some claim must fail.

use std::cell::Cell;
use std::panic::catch_unwind;
use std::sync::Once;
use std::time::{Duration, Instant};

use crate::hooks::{Hooks, Place};
use crate::sites::Site;
use crate::{Long, Restless, Still, own, suite};

/// A claim, and the places that it makes core call a hook from.
struct Claim {
    /// The test that makes it.
    name: &'static str,
    run: fn(),
    places: Vec<Place>,
    took: Duration,
}

/// Accesses after which a claim is taken to be stuck: far more than any needs.
const PATIENCE: usize = 10_000_000;

/// Runs after which a hook is taken to be idle. Nearly all are missed in the first.
const RUNS: u64 = 8;

/// Claims that take long and show nothing of one hook that others do not.
const LONG: &str = "threads";

macro_rules! claim_table {
    (@name $first:ident $($part:ident)*) => {
        concat!(stringify!($first), $("::", stringify!($part)),*)
    };
    (
        $name:ident $maker:ty,
        both { $($group:ident { $($claim:ident)* })* }
        one { $($sole_group:ident { $($sole:ident)* })* }
    ) => {
        fn $name() -> Vec<(&'static str, &'static str, fn())> {
            use ramframe_core::channel::{Backpressure, Overwrite};
            vec![
                $($((stringify!($group), claim_table!(@name $name $claim overwrite), suite::$group::$claim::<$maker, Overwrite> as fn()),)*)*
                $($((stringify!($group), claim_table!(@name $name $claim backpressure), suite::$group::$claim::<$maker, Backpressure> as fn()),)*)*
                $($((stringify!($sole_group), claim_table!(@name $name $sole), suite::$sole_group::$sole::<$maker> as fn()),)*)*
            ]
        }
    };
}

suite::each_claim!(claim_table, still, Still);
suite::each_claim!(claim_table, restless, Restless);
suite::each_claim!(claim_table, long, Long);

/// Every claim over each kind of cache, with all hooks at work; those that are soon done first.
fn claims() -> Vec<Claim> {
    let own = [own::table::<Still>(), own::table::<Restless>()];
    let each = [still(), restless(), long()]
        .into_iter()
        .chain(own)
        .flatten();
    let each = each.filter(|(group, ..)| *group != LONG);
    let claim = |(_, name, run)| {
        let start = Instant::now();
        Claim {
            name,
            run,
            places: Hooks::run(None, PATIENCE, 0, run),
            took: start.elapsed(),
        }
    };
    let mut claims: Vec<_> = each.map(claim).collect();
    claims.sort_by_key(|claim| claim.took);
    claims
}

#[test]
fn every_hook_call_in_core_is_reached_and_needed() {
    let (claims, sites) = (claims(), Site::all());
    let places = claims.iter().flat_map(|claim| &claim.places);
    for place in places.filter(|place| Site::is_in_core(place)) {
        assert!(sites.iter().any(|site| site.is(place)), "{place}: unlisted");
    }
    let mut idle = vec![];
    for site in &sites {
        let here = claims.iter().filter_map(|claim| {
            let place = claim.places.iter().find(|place| site.is(place));
            place.map(|place| (claim, *place))
        });
        let caught =
            (0..RUNS).find_map(|run| here.clone().find(|(claim, place)| fails(claim, place, run)));
        let name = caught.map_or("NONE", |(claim, _)| claim.name);
        let what = format!("{}:{}", site.path.display(), site.line);
        println!("{what} {name}, of {}", here.count());
        if caught.is_none() {
            idle.push(what);
        }
    }
    println!("{} hook calls", sites.len());
    assert!(idle.is_empty(), "no claim needs:\n{}", idle.join("\n"));
}

/// Whether `claim` fails without the hook called at `place`, in this run.
fn fails(claim: &Claim, place: Place, run: u64) -> bool {
    hush();
    QUIET.set(true);
    let failed = catch_unwind(|| Hooks::run(Some(place), PATIENCE, run, claim.run)).is_err();
    QUIET.set(false);
    failed
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Keeps panics that are expected off the screen.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
}
