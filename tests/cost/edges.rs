//! Which edge an instruction belongs to, by the files that its line table names.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The rows of the table: a name, and how the files below `core/src` begin that belong to it. The last is everything else of core.
pub(crate) const EDGES: [(&str, &str); 8] = [
    ("slot", "slot.rs"),
    ("head", "head.rs"),
    ("credits", "credits.rs"),
    ("wakeup", "wakeup.rs"),
    ("generation", "generation"),
    ("geometry", "geometry"),
    ("copy of the payload", "memory/copy"),
    ("channel, and all else", ""),
];
const REST: usize = EDGES.len() - 1;

/// What each edge costs, in the order of [`EDGES`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Costs(pub(crate) [f64; EDGES.len()]);

impl Costs {
    pub(crate) fn is_nothing(&self) -> bool {
        self.0.iter().sum::<f64>() == 0.0
    }
}

/// Shares out the cost of each address among the edges. What has no line in core belongs to none.
pub(crate) fn share_out(image: &Path, costs: &BTreeMap<u64, f64>) -> Costs {
    let mut shared = Costs::default();
    for (address, files) in chains(image, costs.keys().copied()) {
        if let Some(edge) = edge(&files) {
            shared.0[edge] += costs[&address];
        }
    }
    shared
}

/// The innermost file that is an edge; or the rest, if some file is core's.
fn edge(files: &[String]) -> Option<usize> {
    let of_core = files.iter().filter_map(|file| below_core(file));
    let edges = of_core.map(|file| EDGES.iter().position(|(_, start)| file.starts_with(start)));
    let edges: Vec<usize> = edges.flatten().collect();
    let named = edges.iter().find(|edge| **edge != REST);
    named.or(edges.first()).copied()
}

/// The part of a path below `core/src` of this repository, and not of the language's own core.
fn below_core(file: &str) -> Option<&str> {
    let (before, below) = file.rsplit_once("core/src/")?;
    (!before.ends_with("library/")).then_some(below)
}

/// For each address the files it comes from: first the innermost.
fn chains(image: &Path, addresses: impl Iterator<Item = u64>) -> Vec<(u64, Vec<String>)> {
    let asked: String = addresses.map(|address| format!("{address:#x}\n")).collect();
    let mut addr2line = Command::new("addr2line")
        .args(["--addresses", "--inlines", "--exe"])
        .arg(image)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = addr2line.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
    let output = addr2line.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let mut chains: Vec<(u64, Vec<String>)> = vec![];
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        if let Some(address) = line.strip_prefix("0x") {
            chains.push((u64::from_str_radix(address, 16).unwrap(), vec![]));
        } else if let Some((_, files)) = chains.last_mut() {
            let file = line.rsplit_once(':').map_or(line, |(file, _)| file);
            files.push(file.to_string());
        }
    }
    chains
}
