//! Tries every mutant of core against the fast tests: one build for nearly all of them, one start of a test program for each.

mod build;
mod list;
mod merge;
mod programs;
mod results;
mod sources;
mod trees;
mod trial;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{env, fs, thread};

use list::Mutant;
use programs::Program;
use results::Results;
use trees::Trees;

/// Mutants tried at the same time: each test program has two threads.
fn jobs() -> usize {
    let threads = thread::available_parallelism().unwrap().get();
    threads.div_ceil(2)
}

/// Where sources, programs and results are.
struct Work {
    trees: Trees,
    results: Results,
    list: Vec<Mutant>,
}

fn main() {
    let mut arguments = env::args().skip(1);
    let found = PathBuf::from(arguments.next().expect("a folder"));
    let only = arguments.next().unwrap_or_default();
    let work = Work {
        list: list::read(&found.join("list.json")),
        results: Results(found.join("results.tsv")),
        trees: Trees(found),
    };
    work.trees.copy(&work.list);
    let refused = work.trees.merge(&work.list);
    let known = work.results.names();
    let left = work.numbers(|mutant| mutant.name.contains(&only) && !known.contains(&mutant.name));
    let (alone, merged): (Vec<_>, Vec<_>) = left.into_iter().partition(|n| refused.contains(n));
    eprintln!("{} mutants merged, {} alone", merged.len(), alone.len());
    let again = work.try_merged(merged);
    work.try_alone(&[alone, again].concat());
}

impl Work {
    fn numbers(&self, is_wanted: impl Fn(&Mutant) -> bool) -> Vec<usize> {
        let numbers = 0..self.list.len();
        numbers.filter(|&n| is_wanted(&self.list[n])).collect()
    }

    /// Tries these in the merged tree. Returns those that have to be tried alone.
    fn try_merged(&self, mut left: Vec<usize>) -> Vec<usize> {
        let mut undecided = Vec::new();
        if left.is_empty() {
            return undecided;
        }
        let programs = programs::merged(&self.trees);
        // What takes long is only for what all others miss.
        for is_long in [false, true] {
            let now = programs
                .iter()
                .filter(|program| program.is_long() == is_long);
            let now: Vec<Program> = now.map(|p| p.measured(&self.trees.merged())).collect();
            let (missed, alone) = self.pass(&left, &now);
            undecided.extend(alone);
            left = missed;
        }
        for number in left {
            self.results.add(&self.list[number], "missed");
        }
        undecided
    }

    /// Tries these with some of the programs. Returns those that are missed, and those that have to be tried alone.
    fn pass(&self, numbers: &[usize], programs: &[Program]) -> (Vec<usize>, Vec<usize>) {
        let next = AtomicUsize::new(0);
        let (missed, alone) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        let work = || {
            while let Some(&number) = numbers.get(next.fetch_add(1, Relaxed)) {
                // Constants that the compiler computed have no mutant. A test without them says more.
                let is_of_constants = self.is_of_constants(number);
                let mut order: Vec<&Program> = programs.iter().collect();
                order.sort_by_key(|program| is_of_constants && !program.is_pure);
                let verdict = programs::ask(&order, &self.trees.merged(), Some(number));
                match verdict.text {
                    None => missed.lock().unwrap().push(number),
                    Some(text) if verdict.is_pure || !is_of_constants => {
                        self.results.add(&self.list[number], &text);
                    }
                    Some(_) => alone.lock().unwrap().push(number),
                }
            }
        };
        thread::scope(|scope| (0..jobs()).for_each(|_| drop(scope.spawn(work))));
        (missed.into_inner().unwrap(), alone.into_inner().unwrap())
    }

    /// Whether the compiler itself may call the mutant's function.
    fn is_of_constants(&self, number: usize) -> bool {
        let mutant = &self.list[number];
        let text = fs::read_to_string(self.trees.plain().join(&mutant.file)).unwrap();
        mutant.function.is_none_or(|(from, to)| {
            let function = &text[list::offset(&text, from)..list::offset(&text, to)];
            function[..merge::body(function)].contains("const fn")
        })
    }

    /// Builds and tries each of these by itself.
    fn try_alone(&self, numbers: &[usize]) {
        for &number in numbers {
            let mutant = &self.list[number];
            let path = self.trees.single().join(&mutant.file);
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, mutant.apply(&text)).unwrap();
            let verdict = programs::alone(&self.trees);
            fs::write(&path, text).unwrap();
            self.results.add(mutant, &verdict);
        }
    }
}
