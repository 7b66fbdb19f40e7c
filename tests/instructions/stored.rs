//! How many instructions did a step take when `cargo record` counted them, and of which compiler's code?

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

pub(crate) type Counts = BTreeMap<String, f64>;

/// What the file says.
pub(crate) struct Stored {
    /// As [`rustc`] named it.
    pub(crate) rustc: String,
    pub(crate) counts: Counts,
}

impl Stored {
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(file()).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once(" = "));
        let (rustc, counts): (Vec<_>, Vec<_>) = lines.partition(|(name, _)| *name == "rustc");
        let counted = |(name, count): (&str, &str)| (name.to_string(), count.parse().unwrap());
        Self {
            rustc: rustc
                .first()
                .map_or("unknown", |(_, it)| it)
                .replace('"', ""),
            counts: counts.into_iter().map(counted).collect(),
        }
    }
}

pub(crate) fn store(counts: &Counts) {
    let mut text = String::from(
        "# Instructions of one step, counted by callgrind. Made by `cargo record`: again when the compiler changes.\n",
    );
    writeln!(text, "rustc = \"{}\"", rustc()).unwrap();
    for (name, count) in counts {
        writeln!(text, "{name} = {count}").unwrap();
    }
    fs::write(file(), text).unwrap();
}

/// The compiler that cargo calls here, and its version.
pub(crate) fn rustc() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let said = Command::new(rustc).arg("--version").output();
    let said = said.map_or_else(|_| "unknown".into(), |output| output.stdout);
    String::from_utf8_lossy(&said).trim().to_string()
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("instructions/counts.toml")
}
