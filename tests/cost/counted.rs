//! How many instructions of a step come from each edge, on the machine that runs this.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::edges::{Costs, share_out};
use crate::steps;

/// In the second process: what to count.
pub(crate) const STEP: &str = "RAMFRAME_COST_STEP";

/// Runs a step under callgrind, and shares out what each instruction was executed.
pub(crate) fn count(step: &str) -> Costs {
    let image = env::current_exe().unwrap();
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cost.{step}"));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-instr=yes", "--dump-line=no"])
        .args(["--compress-pos=no", "--compress-strings=no"])
        .arg("--toggle-collect=*counted*")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(&image)
        .args(["--exact", "role", "--ignored", "--test-threads=1"])
        .env(STEP, step)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{step}: {said}");
    let executed = executed(&fs::read_to_string(out).unwrap(), &image);
    let mut costs = share_out(&image, &executed);
    for cost in &mut costs.0 {
        *cost /= f64::from(steps::STEPS);
    }
    costs
}

/// How often each instruction of `image` was executed, of what callgrind wrote.
fn executed(profile: &str, image: &Path) -> BTreeMap<u64, f64> {
    let mut executed = BTreeMap::new();
    let (mut ours, mut of_a_call) = (false, false);
    for line in profile.lines() {
        if let Some(object) = line.strip_prefix("ob=") {
            ours = Path::new(object) == image;
        } else if line.starts_with("calls=") {
            // The next line is what the callee cost, which the callee's own lines say again.
            of_a_call = true;
        } else if let Some(cost) = line.strip_prefix("0x") {
            let (address, count) = cost.split_once(' ').unwrap();
            if ours && !of_a_call {
                let address = u64::from_str_radix(address, 16).unwrap();
                *executed.entry(address).or_insert(0.0) += count.parse::<f64>().unwrap();
            }
            of_a_call = false;
        }
    }
    executed
}
