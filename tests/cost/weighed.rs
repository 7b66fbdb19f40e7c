//! How many bytes of an image for a Cortex-M0+ come from each edge.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::asked::asked;
use crate::edges::{Costs, share_out};

/// What `tests/firmware/run` says when something is missing here.
const MISSING: i32 = 77;

/// The bytes of each edge in an image; nothing where there is no compiler for chips.
pub(crate) fn weigh(name: &str) -> Option<Costs> {
    let image = built(name)?;
    let (size, start) = text(&image);
    // An instruction takes 2 bytes or 4; a constant between functions belongs to the line before it.
    let bytes: BTreeMap<u64, f64> = (start..start + size)
        .step_by(2)
        .map(|at| (at, 2.0))
        .collect();
    Some(share_out(&image, &bytes))
}

/// Has `tests/firmware/run` build an image with its line table, and tell where it is.
fn built(name: &str) -> Option<PathBuf> {
    let run = Path::new(env!("CARGO_MANIFEST_DIR")).join("firmware/run");
    let output = Command::new(run)
        .args(["image", name])
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if !asked(
        output.status.code() != Some(MISSING),
        "a compiler for chips",
    ) {
        return None;
    }
    assert!(output.status.success(), "{name}: {said}");
    let printed = String::from_utf8(output.stdout).unwrap();
    Some(printed.lines().last().unwrap().into())
}

/// Size and address of the code.
fn text(image: &Path) -> (u64, u64) {
    let output = Command::new("size").args(["-A", "-d"]).arg(image).output();
    let printed = String::from_utf8(output.unwrap().stdout).unwrap();
    let line = printed.lines().find(|line| line.starts_with(".text"));
    let mut words = line.unwrap().split_whitespace().skip(1);
    let mut number = || words.next().unwrap().parse().unwrap();
    (number(), number())
}
