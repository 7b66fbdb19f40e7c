//! The test programs, and what they say of a mutant.

use std::fs;
use std::path::{Path, PathBuf};

use crate::trees::Trees;
use crate::trial::{self, End};
use crate::{build, sources};

/// The fast tests. The first take the least time.
const TESTS: [&str; 13] = [
    "golden", "geometry", "bounds", "frame", "text", "asynch", "region", "stream", "crash",
    "claims", "lies", "formats", "wrap",
];

/// Those of them that take long.
const LONG: [&str; 2] = ["formats", "wrap"];

/// Without a mutant, on a loaded machine.
const GENEROUS: u64 = 600;

/// A test program.
#[derive(Clone)]
pub(crate) struct Program {
    name: String,
    path: PathBuf,
    /// How long it may take on the processor.
    seconds: u64,
    /// It has no constant that the compiler computed by a function that a mutant changes.
    pub(crate) is_pure: bool,
}

/// What programs say of a mutant.
pub(crate) struct Verdict {
    /// As the results have it; `None` if all tests passed.
    pub(crate) text: Option<String>,
    /// Whether the program that said it is pure.
    pub(crate) is_pure: bool,
}

impl Program {
    fn new((name, path): (String, PathBuf), is_pure: bool) -> Self {
        let seconds = GENEROUS;
        Self {
            name,
            path,
            seconds,
            is_pure,
        }
    }

    /// Whether it takes long.
    pub(crate) fn is_long(&self) -> bool {
        LONG.contains(&&*self.name)
    }

    /// With the time that it may take. It passes without a mutant.
    pub(crate) fn measured(&self, tree: &Path) -> Self {
        let before = trial::seconds_used();
        let end = self.run(tree, None);
        assert_eq!(end, End::Passed, "{}, without a mutant", self.name);
        let seconds = (trial::seconds_used() - before) * 2 + 4;
        Self {
            seconds,
            ..self.clone()
        }
    }

    fn run(&self, tree: &Path, mutant: Option<usize>) -> End {
        trial::run(&self.path, &tree.join("tests"), mutant, self.seconds)
    }
}

/// Those of the merged tree, in the order of `TESTS`.
pub(crate) fn merged(trees: &Trees) -> Vec<Program> {
    let tree = trees.merged();
    let target = trees.target(&tree);
    // What did not build before is not tried again.
    let path = trees.0.join("constants.txt");
    let known = fs::read_to_string(&path).unwrap_or_default();
    let is_new = |test: &&str| known.lines().all(|line| line != *test);
    let pure: Vec<&str> = TESTS.into_iter().filter(is_new).collect();
    let pure = build::programs(&tree, &target, &pure, &["--features", "ramframe-core/pure"]);
    let is_other = |test: &&str| pure.iter().all(|(name, _)| name != test);
    let other: Vec<&str> = TESTS.into_iter().filter(is_other).collect();
    let built = build::programs(&tree, &target, &other, &[]);
    assert_eq!(built.len(), other.len(), "{other:?}, without a mutant");
    sources::write(&path, other.join("\n").as_bytes());
    let pure = pure.into_iter().map(|built| Program::new(built, true));
    let other = built.into_iter().map(|built| Program::new(built, false));
    let mut programs: Vec<Program> = pure.chain(other).collect();
    programs.sort_by_key(|program| TESTS.iter().position(|test| *test == program.name));
    programs
}

/// What these programs say of a mutant, one after the other.
pub(crate) fn ask(programs: &[&Program], tree: &Path, mutant: Option<usize>) -> Verdict {
    for program in programs {
        let name = &program.name;
        let text = match program.run(tree, mutant) {
            End::Passed => continue,
            End::Failed(test) => format!("noticed\t{name}::{test}"),
            End::Looped => format!("looped\t{name}"),
            End::Stuck => format!("stuck\t{name}"),
        };
        let is_pure = program.is_pure;
        return Verdict {
            text: Some(text),
            is_pure,
        };
    }
    Verdict {
        text: None,
        is_pure: true,
    }
}

/// What all tests say of the tree of one mutant.
pub(crate) fn alone(trees: &Trees) -> String {
    let tree = trees.single();
    let target = trees.target(&tree);
    if !build::check(&tree, &target).is_empty() {
        return "unviable".into();
    }
    for tests in TESTS.chunks(3) {
        let built = build::programs(&tree, &target, tests, &[]);
        if built.len() < tests.len() {
            return "noticed\tthe compiler".into();
        }
        let programs: Vec<Program> = built.into_iter().map(|b| Program::new(b, true)).collect();
        let verdict = ask(&programs.iter().collect::<Vec<_>>(), &tree, None);
        if let Some(text) = verdict.text {
            return text;
        }
    }
    "missed".into()
}
