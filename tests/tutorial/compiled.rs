//! Where do the tutorial's programs come from? `cc` compiles them, for each test anew.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::asked::asked;

/// Where the two are.
pub(crate) struct Programs {
    pub(crate) sender: PathBuf,
    pub(crate) receiver: PathBuf,
    _dir: TempDir,
}

impl Programs {
    /// `None`, said, where there is no C compiler; on a build server that is a failure.
    pub(crate) fn compiled() -> Option<Self> {
        static HAS_CC: OnceLock<bool> = OnceLock::new();
        let has_cc = *HAS_CC.get_or_init(|| Command::new("cc").arg("--version").output().is_ok());
        if !asked(has_cc, "`cc`, to compile the tutorial's programs") {
            return None;
        }
        let dir = TempDir::new().unwrap();
        Some(Self {
            sender: compile(dir.path(), "sender"),
            receiver: compile(dir.path(), "receiver"),
            _dir: dir,
        })
    }
}

fn compile(to: &Path, name: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/tutorial");
    let program = to.join(name);
    let mut cc = Command::new("cc");
    cc.args(["-Wall", "-Wextra", "-Werror", "-O2", "-o"]);
    let output = cc
        .arg(&program)
        .arg(source.join(name).with_extension("c"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    program
}
