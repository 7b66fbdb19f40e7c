//! Does the suite of claims hold over loom's words?
//!
//! Each claim is one thread that plays both sides, so there is one execution of it; what the sides see of each other when they
//! run at once is the models' part. Here every word is one that loom watches, and every order one that it knows.

use std::sync::Arc;

use ramframe_core::region::{Divide, RegionMut};

use crate::orders::Orders;
use crate::region::{LoomRegion, Plan};
use crate::suite::{self, Maker};

/// Words of loom's, all zero.
struct Words(LoomRegion);

impl Maker for Words {
    fn new(len: usize) -> Self {
        let plan = Plan {
            constant: 0..0,
            owned: vec![],
            contended: vec![],
            paired: vec![],
        };
        let words = vec![0; len / 4];
        Words(LoomRegion::holding(
            &words,
            &plan,
            &Arc::new(Orders::default()),
        ))
    }

    fn sender(&self) -> impl RegionMut + Divide + Send {
        self.0.clone()
    }

    fn receiver(&self) -> impl RegionMut + Divide + Send {
        self.0.clone()
    }

    fn reader(&self) -> impl Divide + Send {
        self.0.clone()
    }
}

/// Claims that start threads of their own, which loom cannot watch: the models are these.
const THREADS: &str = "threads";

/// Claims that are made once for each access of a step, and claims like them: loom counts the accesses of a thread in 16 bits.
/// `crash` and the models ask the same there.
const MANY: [&str; 6] = [
    "between",
    "reformatted",
    "it_is_told_exactly_though_the_stand_in_died",
    "it_is_told_exactly_though_the_receiver_died",
    "a_link_formatted_halfway_is_none",
    "a_text_is_read_whole_whatever_is_written_meanwhile",
];

macro_rules! claim_table {
    (
        $name:ident $maker:ty,
        both { $($group:ident { $($claim:ident)* })* }
        one { $($sole_group:ident { $($sole:ident)* })* }
    ) => {
        fn $name() -> Vec<(&'static str, &'static str, fn())> {
            use ramframe_core::channel::{Backpressure, Overwrite};
            vec![
                $($((stringify!($group), concat!(stringify!($claim), ", overwrite"), suite::$group::$claim::<$maker, Overwrite> as fn()),)*)*
                $($((stringify!($group), concat!(stringify!($claim), ", backpressure"), suite::$group::$claim::<$maker, Backpressure> as fn()),)*)*
                $($((stringify!($sole_group), stringify!($sole), suite::$sole_group::$sole::<$maker> as fn()),)*)*
            ]
        }
    };
}

suite::each_claim!(claim_table, claims, Words);

#[test]
fn every_claim_holds_over_loom_s_words() {
    let claims = claims();
    let all = claims.len();
    let few = |group: &str, name: &str| !MANY.contains(&group) && !MANY.contains(&name);
    let fit = claims.into_iter();
    let fit = fit.filter(|(group, name, _)| *group != THREADS && few(group, name));
    let mut held = 0;
    for (_, name, claim) in fit {
        println!("{name}");
        let mut builder = loom::model::Builder::new();
        builder.max_branches = 1 << 17;
        builder.check(claim);
        held += 1;
    }
    println!("{held} of {all} claims");
    assert!(held > all * 3 / 4);
}
