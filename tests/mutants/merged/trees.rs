//! The copies of the workspace: the sources that the results are of, all mutants in one, and one mutant at a time.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::list::Mutant;
use crate::merge::{self, Arm};
use crate::{build, sources};

/// Where they are.
pub(crate) struct Trees(pub(crate) PathBuf);

impl Trees {
    /// What cargo builds of a tree. Of two trees with one target folder, cargo takes what is built of the one for the other's.
    pub(crate) fn target(&self, tree: &Path) -> PathBuf {
        tree.with_extension("target")
    }

    /// The sources that the results are of.
    pub(crate) fn plain(&self) -> PathBuf {
        self.0.join("plain")
    }

    /// Where one mutant at a time is built.
    pub(crate) fn single(&self) -> PathBuf {
        self.0.join("single")
    }

    /// Where all mutants are built.
    pub(crate) fn merged(&self) -> PathBuf {
        self.0.join("merged")
    }

    /// Copies the workspace to all trees, except what merging changes.
    pub(crate) fn copy(&self, list: &[Mutant]) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut names = sources::names(&root);
        sources::copy(&names, &root, &self.plain());
        sources::copy(&names, &root, &self.single());
        let known = [&names[..], &[merge::ADDED.into()]].concat();
        for tree in [self.plain(), self.single(), self.merged()] {
            fs::create_dir_all(&tree).unwrap();
            sources::remove_others(&known, &tree, &tree);
        }
        names.retain(|name| !merge::CHANGED.contains(&&**name));
        names.retain(|name| list.iter().all(|mutant| mutant.file != *name));
        sources::copy(&names, &root, &self.merged());
    }

    /// Merges the mutants. Returns the numbers of those that the compiler refuses, and those that are in no function.
    pub(crate) fn merge(&self, list: &[Mutant]) -> BTreeSet<usize> {
        // What was refused before is left out at once, so that the files do not change.
        let path = self.0.join("refused.txt");
        let before = fs::read_to_string(&path).unwrap_or_default();
        let before: BTreeSet<&str> = before.lines().collect();
        let is_out = |m: &Mutant| m.function.is_none() || before.contains(&*m.name);
        let mut out: BTreeSet<usize> = (0..list.len()).filter(|&n| is_out(&list[n])).collect();
        loop {
            let arms = merge::merge(list, &out, &self.plain(), &self.merged());
            let refused = build::check(&self.merged(), &self.target(&self.merged()));
            if refused.is_empty() {
                let names: Vec<&str> = out.iter().map(|&number| &*list[number].name).collect();
                sources::write(&path, names.join("\n").as_bytes());
                return out;
            }
            let known = out.len();
            let is_refused = |arm: &Arm| refused.iter().any(|place| arm.contains(place));
            let refused_arms = arms.iter().filter(|arm| is_refused(arm));
            out.extend(refused_arms.map(|arm| arm.mutant));
            assert!(out.len() > known, "errors outside mutants: {refused:?}");
        }
    }
}
