//! Programs of 32 bits: with which flags are they compiled here, if they run at all?

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::asked::asked;

/// The kernel's headers are those of this machine.
const NARROW: [&str; 3] = ["-m32", "-idirafter", "/usr/include/x86_64-linux-gnu"];

/// The compiler's flags. None where it has no library of 32 bits: said, and on a build server a failure.
pub(crate) fn flags() -> &'static [&'static str] {
    static RUNS: OnceLock<bool> = OnceLock::new();
    if cfg!(target_arch = "x86_64") && *RUNS.get_or_init(|| asked(runs(), "libraries for gcc -m32"))
    {
        return &NARROW;
    }
    &[]
}

fn runs() -> bool {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("narrow");
    let links = Command::new("gcc")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/asked"))
        .args(NARROW)
        .args(["-fsanitize=address,undefined", "narrow.c", "-o"])
        .arg(&program)
        .output();
    let links = links.is_ok_and(|output| output.status.success());
    links
        && Command::new(program)
            .status()
            .is_ok_and(|status| status.success())
}
