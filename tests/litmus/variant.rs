//! The tests of one edge: as core does it, the edge alone, and the edge alone with one order weaker.

use crate::edge::{Edge, Order, Step, Thread};

/// What herd7 is to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Never,
    Sometimes,
}

impl Verdict {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Never => "Never",
            Self::Sometimes => "Sometimes",
        }
    }
}

/// One program, for one model.
pub(crate) struct Variant<'e> {
    pub(crate) edge: &'e Edge,
    pub(crate) name: String,
    /// What each thread does.
    pub(crate) steps: Vec<Vec<Step>>,
    pub(crate) expected: Verdict,
    /// Why a weaker order makes no difference.
    pub(crate) reason: String,
}

/// The orders to try in place of `need`, which core writes as `written`.
fn weaker(written: Order, need: Order) -> &'static [Order] {
    match (written, need) {
        (Order::SeqCst, Order::SeqCst) => &[Order::AcqRel, Order::Relaxed],
        (Order::SeqCst, Order::Release) => &[Order::Acquire, Order::Relaxed],
        _ => &[Order::Relaxed],
    }
}

fn whole(thread: &Thread) -> Vec<Step> {
    thread.lines.iter().map(|line| line.step.clone()).collect()
}

fn alone(thread: &Thread) -> Vec<Step> {
    let steps = thread.lines.iter().filter_map(|line| line.alone());
    steps.collect()
}

fn without_branch(steps: &[Step]) -> Vec<Step> {
    let steps = steps.iter().filter(|step| !matches!(step, Step::When(..)));
    steps.cloned().collect()
}

/// All tests of `edge` for `model`.
pub(crate) fn variants<'e>(edge: &'e Edge, model: &str) -> Vec<Variant<'e>> {
    let make = |suffix: &str, steps, expected, reason: &str| Variant {
        edge,
        name: format!("{}{suffix}", edge.name),
        steps,
        expected,
        reason: reason.into(),
    };
    let as_written: Vec<_> = edge.threads.iter().map(alone).collect();
    let executed: Vec<_> = edge.threads.iter().map(whole).collect();
    let mut variants = vec![];
    if executed != as_written {
        variants.push(make(".whole", executed, Verdict::Never, ""));
    }
    for (label, steps) in weakened(edge) {
        let kept = edge
            .kept
            .iter()
            .find(|kept| kept.weaker == label && kept.models.iter().any(|it| it == model));
        let (expected, reason) = match kept {
            Some(kept) => (Verdict::Never, &kept.reason[..]),
            None => (Verdict::Sometimes, ""),
        };
        if reason.starts_with("the branch") {
            let steps = steps.iter().map(|steps| without_branch(steps)).collect();
            let suffix = format!(".{label}.no-branch");
            variants.push(make(&suffix, steps, Verdict::Sometimes, ""));
        }
        variants.push(make(&format!(".{label}"), steps, expected, reason));
    }
    variants.push(make("", as_written, Verdict::Never, ""));
    variants
}

/// The edge alone with one order weaker, and what that is called: thread, number of the step in the file, order.
fn weakened(edge: &Edge) -> Vec<(String, Vec<Vec<Step>>)> {
    let mut found = vec![];
    for (index, thread) in edge.threads.iter().enumerate() {
        for (at, line) in thread.lines.iter().enumerate() {
            if !line.is_of_edge() {
                continue;
            }
            for &order in weaker(line.step.order(), line.need) {
                let mut steps: Vec<_> = edge.threads.iter().map(alone).collect();
                let before = thread.lines[..at].iter();
                let place = before.filter(|line| !line.foreign).count();
                steps[index][place] = line.step.with(order);
                let label = format!("{}{}-{}", thread.name, at + 1, order.name());
                found.push((label, steps));
            }
        }
    }
    found
}
