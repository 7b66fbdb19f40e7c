//! The text of a litmus test, for each model. An order becomes the instructions that rustc makes of it; `images` checks that.

mod assembly;
mod c11;

use std::collections::BTreeSet;

use crate::edge::{Edge, Order, Step};
use crate::variant::Variant;

pub(crate) use self::assembly::{AARCH64, Dialect, RISCV};

pub(crate) const MODELS: [&str; 3] = ["aarch64", "riscv", "c11"];

/// The file of cat that herd7 is to judge by.
pub(crate) fn cat(edge: &Edge, model: &str) -> String {
    match (model, &edge.cat) {
        ("c11", Some(cat)) => cat.clone(),
        ("c11", None) => "c11_partialSC.cat".into(),
        _ => format!("{model}.cat"),
    }
}

/// The test's text for `model`.
pub(crate) fn text(variant: &Variant<'_>, model: &str) -> String {
    match model {
        "c11" => c11::text(variant),
        "aarch64" => assembly::text(variant, &AARCH64),
        _ => assembly::text(variant, &RISCV),
    }
}

/// The words that steps access, by name.
fn words<'s>(steps: impl IntoIterator<Item = &'s Step>) -> Vec<&'s str> {
    let words = steps.into_iter().filter_map(|step| match step {
        Step::Store(word, ..) | Step::Load(word, _) => Some(&word[..]),
        _ => None,
    });
    words.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The comment at the top.
fn about(variant: &Variant<'_>) -> String {
    let name = |index: usize| format!("P{index} is the {}", variant.edge.threads[index].name);
    let threads: Vec<_> = (0..variant.steps.len()).map(name).collect();
    format!(
        "(* {}. Generated: edit edges/{}.edge *)\n",
        threads.join(", "),
        variant.edge.name
    )
}

/// The bad outcomes; `register` says where a thread has what it loaded.
fn exists(variant: &Variant<'_>, register: impl Fn(usize, &str) -> String) -> String {
    let term = |(name, value): &(String, u32)| match name.split_once('.') {
        Some((thread, loaded)) => {
            let threads = &variant.edge.threads;
            let index = threads.iter().position(|it| it.name == thread).unwrap();
            format!("{index}:{}={value}", register(index, loaded))
        }
        None => format!("[{name}]={value}"),
    };
    let outcome = |terms: &Vec<_>| terms.iter().map(term).collect::<Vec<_>>().join(" /\\ ");
    let outcomes: Vec<_> = variant.edge.bad.iter().map(outcome).collect();
    match &outcomes[..] {
        [one] => format!("exists ({one})\n"),
        some => format!("exists (({}))\n", some.join(") \\/ (")),
    }
}
