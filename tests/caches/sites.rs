//! Where does core call a cache hook?

use std::fs;
use std::path::{Path, PathBuf};

use crate::hooks::Place;

/// What calls a hook: the hooks, and the verbs that do so for their caller.
const VERBS: [&str; 6] = [
    ".clean(",
    ".invalidate(",
    ".load_fresh(",
    ".load_pair_fresh(",
    ".store_through(",
    ".store_pair_through(",
];

/// What gives the hooks, and the verbs that call them, their meaning; all others ask.
const GIVERS: [&str; 3] = ["src/memory", "src/memory.rs", "src/region.rs"];

/// A call in the source of core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) path: PathBuf,
    pub(crate) line: u32,
    column: u32,
}

impl Site {
    /// Every one of them.
    pub(crate) fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
        let (mut sites, mut folders) = (vec![], vec![root]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if GIVERS.iter().any(|giver| path.ends_with(giver)) {
                } else if path.is_dir() {
                    folders.push(path);
                } else {
                    sites.extend(Self::of(&path));
                }
            }
        }
        sites
    }

    fn of(path: &Path) -> Vec<Self> {
        let text = fs::read_to_string(path).unwrap();
        let mut sites = vec![];
        for (line, code) in (1..).zip(text.lines()) {
            let is_code = !code.trim_start().starts_with("//");
            let calls = VERBS.iter().flat_map(|verb| code.match_indices(verb));
            sites.extend(calls.filter(|_| is_code).map(|(at, _)| Site {
                path: path.into(),
                line,
                // Columns count from 1, and the place is the name behind the dot.
                column: at as u32 + 2,
            }));
        }
        sites
    }

    /// Whether `place` is in core, and not in a test that calls a hook itself.
    pub(crate) fn is_in_core(place: Place) -> bool {
        Path::new(place.file()).starts_with("core/src")
    }

    /// Whether this is the call at `place`.
    pub(crate) fn is(&self, place: Place) -> bool {
        let file = Path::new(place.file());
        let inside = file
            .components()
            .skip_while(|part| part.as_os_str() != "src");
        (self.line, self.column) == (place.line(), place.column())
            && self.path.ends_with(inside.collect::<PathBuf>())
    }
}
