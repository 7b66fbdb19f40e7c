//! What do the memory models of AArch64, RISC-V and C11 allow at each edge of core: as core does it, and with one order weaker?
//! README.md says what the tests are. `RAMFRAME_RECORD=1` writes files and verdicts anew; that needs herd7.

#[path = "../asked/mod.rs"]
mod asked;
mod disassembly;
mod edge;
mod header;
mod herd;
mod images;
mod named;
mod readme;
mod variant;
mod verdicts;
mod walk;
mod write;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use edge::Edge;
use variant::variants;
use verdicts::Row;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/litmus"))
}

/// What stands in the file of this name.
fn file(name: &str) -> PathBuf {
    folder().join("files").join(name)
}

fn is_recording() -> bool {
    std::env::var("RAMFRAME_RECORD").is_ok_and(|it| it == "1")
}

/// Every test that the sources say: its row of the table, without a verdict, and its text. By the file's name.
fn generated(edges: &[Edge]) -> BTreeMap<String, (Row, String)> {
    let mut files = BTreeMap::new();
    for model in write::MODELS {
        for edge in edges {
            for variant in variants(edge, model) {
                let text = write::text(&variant, model);
                let row = Row::new(&variant, model, &text);
                files.insert(row.file.clone(), (row, text));
            }
        }
    }
    files
}

/// Every file that is committed.
fn committed() -> BTreeMap<String, String> {
    let models = write::MODELS.iter();
    let found = models.flat_map(|model| fs::read_dir(file(model)).into_iter().flatten());
    let texts = found.map(|entry| {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(file("")).unwrap().to_str().unwrap();
        (name.to_string(), fs::read_to_string(&path).unwrap())
    });
    texts.collect()
}

#[test]
fn files_are_what_the_sources_say() {
    if is_recording() {
        return;
    }
    let (files, mut committed) = (generated(&Edge::all()), committed());
    for (name, (_, text)) in &files {
        let found = committed.remove(name);
        assert_eq!(found.as_ref(), Some(text), "{name}: record it");
    }
    assert!(committed.is_empty(), "from no source: {committed:?}");
}

#[test]
fn every_file_has_the_verdict_that_is_expected() {
    if is_recording() {
        return;
    }
    let mut recorded = verdicts::read();
    for (name, (row, _)) in &generated(&Edge::all()) {
        let found = recorded.remove(name);
        let found = found.unwrap_or_else(|| panic!("{name} has no verdict"));
        assert_eq!(found.hash, row.hash, "{name}: judged before it changed");
        assert_eq!(found.expected, row.expected, "{name}: expected");
        assert_eq!(found.found, found.expected, "{name}");
        assert_eq!(found, row.found(&found.found), "{name}");
    }
    assert!(recorded.is_empty(), "of no file: {recorded:?}");
}

#[test]
fn herd7_finds_what_is_recorded() {
    if !herd::is_installed() {
        assert!(!is_recording(), "recording needs herd7");
        println!("skipped: herd7 is not installed; verdicts are those recorded");
        return;
    }
    let files = generated(&Edge::all());
    if is_recording() {
        record(&files);
    }
    let judged = herd::judge(files.values().map(|(row, _)| row));
    if is_recording() {
        verdicts::write(&judged);
    }
    assert_eq!(judged, verdicts::read());
    for row in judged.values() {
        assert_eq!(row.found, row.expected, "{}", row.file);
    }
    println!("herd7 judged {} files", judged.len());
    // The usual model of C11 allows load buffering; the fences are those of RC11.
    let never = judged.values().filter(|row| row.file.starts_with("c11/"));
    let never = never.filter(|row| row.expected == "Never").map(|row| Row {
        model: "rc11.cat".into(),
        ..row.clone()
    });
    let rows: Vec<_> = never.collect();
    for row in herd::judge(rows.iter()).values() {
        assert_eq!(row.found, "Never", "{} in RC11", row.file);
    }
}

fn record(files: &BTreeMap<String, (Row, String)>) {
    for model in write::MODELS {
        let _ = fs::remove_dir_all(file(model));
        fs::create_dir_all(file(model)).unwrap();
    }
    for (name, (_, text)) in files {
        fs::write(file(name), text).unwrap();
    }
}
