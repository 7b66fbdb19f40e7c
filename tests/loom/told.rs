//! Can a failure of a weakened order be read by a person?

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::model::Model;
use crate::orders::Orders;
use crate::sites::{Asked, Source};
use crate::tell::Event;
use crate::weakened::{asked, weaker};

/// The edge that is weakened, unless the caller names another.
const EDGE: &str = "claim";

/// Executions of each case, at first and when that was not enough.
const PATIENCE: [usize; 3] = [60, 2_000, 60_000];

/// The shortest failure that a few executions of each model find when this place gets a weaker order.
fn failure(asked: &Asked) -> String {
    let order = weaker(asked.site.order)[0];
    let orders = Arc::new(Orders::weakened(asked.site, order));
    for patience in PATIENCE {
        let cases = asked.models.iter().flat_map(|&model| {
            let cases = 0..2 * model.cases;
            cases.map(move |case| (model, case))
        });
        let failures = cases.filter_map(|(model, case)| {
            let (events, wrong) = model.tell(&orders, case, patience)?;
            Some(told(asked, model, &events, &wrong))
        });
        if let Some(shortest) = failures.min_by_key(String::len) {
            return shortest;
        }
    }
    panic!("{}: no model fails soon", asked.edge)
}

/// The name of the edge that an event is of.
fn edge(event: &Event, sources: &[Source]) -> Option<String> {
    let place = event.place?;
    let is_of = |source: &&Source| source.is_file(place.file());
    sources.iter().find(is_of)?.edge(place.line())
}

/// A failure of a model, in plain words.
fn told(asked: &Asked, model: &Model, events: &[Event], wrong: &str) -> String {
    let (place, sources) = (asked.site.place, Source::all());
    let mut text = format!(
        "Edge \"{}\", at {}:{}: {} gets {:?} in place of {:?}.\n\
         An execution of the model {} goes wrong:\n",
        asked.edge,
        place.file(),
        place.line(),
        asked.site.verb,
        weaker(asked.site.order)[0],
        asked.site.order,
        model.name,
    );
    let shown = events.iter().filter(|event| event.is_shown());
    for (index, event) in shown.enumerate() {
        let edge = edge(event, &sources);
        let _ = writeln!(text, "{:>4}. {}", index + 1, event.line(edge.as_deref()));
    }
    let wrong = wrong.trim_start_matches("assertion `left == right` failed: ");
    let _ = writeln!(text, "In the end: {}", wrong.replace('\n', "\n     "));
    text
}

/// The places of the edge that was asked for.
fn chosen() -> Vec<&'static Asked> {
    let name = std::env::var("RAMFRAME_WEAKEN").unwrap_or(EDGE.into());
    let chosen: Vec<_> = asked().iter().filter(|asked| asked.edge == name).collect();
    let names: BTreeSet<_> = asked().iter().map(|asked| &asked.edge).collect();
    assert!(!chosen.is_empty(), "no edge {name:?}; there are {names:?}");
    chosen
}

/// The lines between the heading and the end, each without its number.
fn steps(text: &str) -> Vec<&str> {
    let lines = text.lines().skip(2);
    let lines = lines.take_while(|line| !line.starts_with("In the end: "));
    let number =
        |(index, line): (usize, _)| str::strip_prefix(line, &format!("{:>4}. ", index + 1));
    lines
        .enumerate()
        .map(|line| number(line).unwrap())
        .collect()
}

#[test]
fn each_place_of_an_edge_has_a_failure_that_can_be_told() {
    for asked in chosen() {
        let text = failure(asked);
        println!("{text}");
        let steps = steps(&text);
        let verbs = ["loads ", "stores ", "fence"];
        let is_step = |step: &&str| {
            verbs
                .iter()
                .any(|verb| step.split_at(10).1.starts_with(verb))
        };
        assert!(!steps.is_empty() && steps.iter().all(is_step), "{text}");
        let weakened = format!("{}: WEAKENED from {:?} to ", asked.edge, asked.site.order);
        assert!(text.contains(&weakened), "{text}");
        assert!(text.contains("\nIn the end: "), "{text}");
        if asked.edge == EDGE {
            assert_is_instructive(&text, &steps);
        }
    }
}

/// Two threads, a value that is not the newest one, and what comes of it.
fn assert_is_instructive(text: &str, steps: &[&str]) {
    let has = |thread, what| {
        let mut steps = steps.iter();
        steps.any(|step| step.starts_with(thread) && step.contains(what))
    };
    assert!(has("sender ", "stores "), "{text}");
    assert!(has("receiver ", ", an OLD value: the newest is "), "{text}");
    assert!(text.contains("\nIn the end: torn"), "{text}");
}
