//! Does the core agree with the conformance suite, word for word? `conformance/README.md` says what the steps mean.

pub(crate) mod case;

use std::fs;
use std::path::Path;

use crate::array::Array;
use crate::dying::Life;
use case::{Case, number};

/// Runs the steps of one case, each with its line.
fn run(file: &str, name: &str, steps: &[(usize, &str)]) {
    let (_, region) = steps[0];
    let length = region.strip_prefix("region ").expect("a case begins so");
    let memory = Array::new(number(length.trim()) as usize);
    let life = Life::whole();
    let mut case = Case::on(&memory, &life);
    for (line, text) in &steps[1..] {
        let (step, expected) = text.split_once(" -> ").unwrap_or((text, ""));
        let words: Vec<_> = step.split_whitespace().collect();
        let event = case.step(words[0], &words[1..]);
        assert_eq!(event, expected.trim(), "{file}:{line}: {name}: {step}");
    }
}

fn run_all(file: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/conformance");
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let lines = text.lines().zip(1..);
    let lines = lines.map(|(line, number)| (number, line.split('#').next().unwrap().trim_end()));
    let lines: Vec<_> = lines.filter(|(_, line)| !line.is_empty()).collect();
    let is_case = |(_, line): &(usize, &str)| line.starts_with("case ");
    for case in lines.chunk_by(|_, next| !is_case(next)) {
        let (_, name) = case[0];
        run(file, name, &case[1..]);
    }
}

#[test]
fn constants() {
    run_all("constants.txt");
}

#[test]
fn overwrite() {
    run_all("overwrite.txt");
}

#[test]
fn backpressure() {
    run_all("backpressure.txt");
}

#[test]
fn generations() {
    run_all("generations.txt");
}

#[test]
fn waiting() {
    run_all("waiting.txt");
}
