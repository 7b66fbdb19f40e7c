//! Is every memory order in core needed? Each is weakened alone, and some model must fail.

use std::sync::atomic::Ordering::{self, AcqRel, Relaxed, SeqCst};
use std::sync::{Arc, OnceLock};

use crate::MODELS;
use crate::model::{Model, Verdict};
use crate::orders::Orders;
use crate::sites::{Asked, Source, gather};

/// Executions of each case of a model, at first and when that was not enough.
const PATIENCE: [usize; 4] = [60, 1_000, 20_000, 300_000];

pub(crate) fn asked() -> &'static [Asked] {
    static ASKED: OnceLock<Vec<Asked>> = OnceLock::new();
    ASKED.get_or_init(|| gather(MODELS, &Source::all()))
}

#[test]
fn every_order_in_core_is_reached_and_named() {
    for source in &Source::all() {
        for line in source.asking() {
            let place = format!("{}:{line}", source.path.display());
            let reached = asked()
                .iter()
                .find(|asked| source.has(&asked.site) && asked.site.place.line() == line);
            let reached = reached.unwrap_or_else(|| panic!("no model comes by {place}"));
            assert!(!reached.edge.is_empty(), "{place}: no `// edge: because`");
        }
    }
}

#[test]
fn every_order_in_core_is_needed() {
    let mut idle = vec![];
    for asked in asked() {
        idle.extend(weaker(asked.site.order).iter().filter_map(|&order| {
            let caught = catch(asked, order);
            let place = asked.site.place;
            let (name, executions) = caught.map_or(("NONE", 0), |(model, runs)| (model.name, runs));
            let what = format!(
                "{}:{} {} {:?} -> {order:?} [{}]",
                place.file(),
                place.line(),
                asked.site.verb,
                asked.site.order,
                asked.edge
            );
            println!("{what:<90} {name} {executions}");
            caught.is_none().then_some(what)
        }));
    }
    assert!(idle.is_empty(), "no model needs:\n{}", idle.join("\n"));
}

/// What there is to try in place of this order.
pub(crate) fn weaker(order: Ordering) -> &'static [Ordering] {
    match order {
        SeqCst => &[Relaxed, AcqRel],
        _ => &[Relaxed],
    }
}

/// The first model that fails when this place gets `order`, and in which execution.
fn catch(asked: &Asked, order: Ordering) -> Option<(&'static Model, usize)> {
    let mut open = asked.models.clone();
    for patience in PATIENCE {
        let mut still = vec![];
        for model in open {
            let orders = Arc::new(Orders::weakened(asked.site, order));
            match model.refute(&orders, patience) {
                Verdict::Failed(runs) => return Some((model, runs)),
                Verdict::Cut => still.push(model),
                Verdict::Held => {}
            }
        }
        open = still;
    }
    None
}
