//! herd7, which judges the files.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use crate::file;
use crate::verdicts::Row;

pub(crate) fn is_installed() -> bool {
    let mut herd = Command::new("herd7");
    let herd = herd
        .arg("-version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    herd.status().is_ok_and(|status| status.success())
}

/// The rows, each with what herd7 finds.
pub(crate) fn judge<'r>(rows: impl Iterator<Item = &'r Row>) -> BTreeMap<String, Row> {
    let mut by_model = BTreeMap::<_, Vec<_>>::new();
    for row in rows {
        by_model.entry(&row.model[..]).or_default().push(row);
    }
    let mut judged = BTreeMap::new();
    for (model, rows) in by_model {
        let observed = run(model, &rows);
        for row in rows {
            let name = row.file.split_once('/').unwrap().1;
            let name = name.strip_suffix(".litmus").unwrap();
            let found = observed.get(name);
            let found = found.unwrap_or_else(|| panic!("{}: no verdict of herd7", row.file));
            judged.insert(row.file.clone(), row.found(found));
        }
    }
    judged
}

/// What herd7 says of these files: `Never`, `Sometimes` or `Always` for each test's name.
fn run(model: &str, rows: &[&Row]) -> BTreeMap<String, String> {
    let output = Command::new("herd7")
        .args(["-model", model])
        .args(rows.iter().map(|row| file(&row.file)))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{model}: {error}");
    assert!(error.trim().is_empty(), "{model}: {error}");
    let said = text
        .lines()
        .filter_map(|line| line.strip_prefix("Observation "));
    let pairs = said.map(|line| {
        let mut words = line.split(' ').map(String::from);
        (words.next().unwrap(), words.next().unwrap())
    });
    pairs.collect()
}
