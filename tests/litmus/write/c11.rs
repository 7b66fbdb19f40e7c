//! Litmus tests in C. A branch is left out: in C11 it orders nothing.

use std::fmt::Write as _;

use super::{Order, Step, about, exists, words};
use crate::variant::Variant;

fn memory_order(order: Order) -> String {
    format!("memory_order_{}", order.name())
}

fn line(step: &Step) -> Option<String> {
    match step {
        Step::Store(word, value, order) => {
            let order = memory_order(*order);
            Some(format!("atomic_store_explicit({word},{value},{order});"))
        }
        Step::Load(word, into) => {
            let order = memory_order(Order::Relaxed);
            Some(format!(
                "int r_{into} = atomic_load_explicit({word},{order});"
            ))
        }
        Step::Fence(Order::Relaxed) | Step::When(..) => None,
        Step::Fence(order) => Some(format!("atomic_thread_fence({});", memory_order(*order))),
    }
}

pub(super) fn text(variant: &Variant<'_>) -> String {
    let start = |word: &str| format!("[{word}]={};", variant.edge.start_of(word));
    let start: Vec<_> = words(variant.steps.iter().flatten())
        .into_iter()
        .map(start)
        .collect();
    let mut text = format!("C {}\n{}", variant.name, about(variant));
    writeln!(text, "{{ {} }}", start.join(" ")).unwrap();
    for (index, steps) in variant.steps.iter().enumerate() {
        let words = words(steps)
            .into_iter()
            .map(|word| format!("atomic_int* {word}"));
        let words = words.collect::<Vec<_>>().join(", ");
        writeln!(text, "P{index} ({words}) {{").unwrap();
        for line in steps.iter().filter_map(line) {
            writeln!(text, "  {line}").unwrap();
        }
        text += "}\n";
    }
    text + &exists(variant, |_, loaded| format!("r_{loaded}"))
}
