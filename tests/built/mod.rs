//! The examples of a package, which `cargo test` builds before it starts the tests.

use std::env::current_exe;
use std::path::{Path, PathBuf};

/// The program of an example of the package in `package`, as it is in the sources now.
pub(crate) fn example(package: &Path, name: &str) -> PathBuf {
    let test = current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("examples").join(name);
    let source = package.join("examples").join(name).with_extension("rs");
    let changed = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
    let (built, written) = (changed(&program), changed(&source));
    assert!(written.is_some(), "no example {}", source.display());
    assert!(
        built >= written,
        "{} is not built, or older than its source: `cargo build --all-features --examples` builds it, as `cargo test` does",
        program.display()
    );
    program
}
