//! Results so far: each with the mutant's name, so that a run goes on where the last one was stopped.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use crate::list::Mutant;

/// The file of them.
pub(crate) struct Results(pub(crate) PathBuf);

impl Results {
    /// The names of the mutants that have one.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        let names = text.lines().filter_map(|line| line.split_once('\t'));
        names.map(|(name, _)| name.into()).collect()
    }

    /// Adds one, and prints it.
    pub(crate) fn add(&self, mutant: &Mutant, verdict: &str) {
        let mut options = OpenOptions::new();
        let mut file = options.create(true).append(true).open(&self.0).unwrap();
        writeln!(file, "{}\t{verdict}", mutant.name).unwrap();
        println!("{verdict}\t{}", mutant.name);
    }
}
