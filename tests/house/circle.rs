//! Which files use each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Source;

type Path = Vec<String>;

/// The files that can be reached from themselves.
pub(crate) fn circles(sources: &[Source]) -> Vec<Path> {
    let files: BTreeSet<&Path> = sources.iter().map(|source| &source.path).collect();
    let uses: BTreeMap<&Path, BTreeSet<Path>> = sources
        .iter()
        .map(|source| (&source.path, used(source, &files)))
        .collect();
    let is_circle = |file: &&Path| reached(file, &uses).contains(*file);
    files.iter().copied().filter(is_circle).cloned().collect()
}

fn reached(file: &Path, uses: &BTreeMap<&Path, BTreeSet<Path>>) -> BTreeSet<Path> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<Path> = uses[file].iter().cloned().collect();
    while let Some(file) = next.pop() {
        if reached.insert(file.clone()) {
            next.extend(uses[&file].iter().cloned());
        }
    }
    reached
}

/// The files that one uses. To say in which module an item of its own is, `pub use`, is no use of it.
fn used(source: &Source, files: &BTreeSet<&Path>) -> BTreeSet<Path> {
    let text: String = source.lines().map(|line| format!("{line}\n")).collect();
    let statements = text
        .split(';')
        .filter_map(|statement| statement.split_once("use "));
    let private = statements.filter(|(before, _)| !before.trim_end().ends_with(['b', ')']));
    let named = private.flat_map(|(_, tree)| leaves(tree));
    let used = named.filter_map(|name| file_of(&absolute(&source.path, &name)?, files));
    used.filter(|file| *file != source.path).collect()
}

/// The paths of a tree like `crate::a::{b, c::d}`.
fn leaves(tree: &str) -> Vec<String> {
    let Some((stem, branches)) = tree.trim().split_once('{') else {
        return vec![tree.trim().to_string()];
    };
    let branches = branches.trim_end().trim_end_matches('}').split(',');
    branches
        .map(|leaf| format!("{stem}{}", leaf.trim()))
        .collect()
}

/// The modules of a path, from the root on; `None` for another crate's.
fn absolute(at: &Path, name: &str) -> Option<Path> {
    let mut names = name
        .split("::")
        .map(|name| name.trim().to_string())
        .peekable();
    let mut path = match names.next()?.as_str() {
        "crate" => Path::new(),
        "self" => at.clone(),
        "super" => at[..at.len().checked_sub(1)?].to_vec(),
        _ => return None,
    };
    while names.next_if(|name| name == "super").is_some() {
        path.pop();
    }
    path.extend(names);
    Some(path)
}

/// The file that an item is in, or its module is.
fn file_of(item: &Path, files: &BTreeSet<&Path>) -> Option<Path> {
    let stems = (1..=item.len()).rev().map(|len| item[..len].to_vec());
    stems.into_iter().find(|stem| files.contains(stem))
}
