//! Every command, test and file that `core/EVIDENCE.md` names exists.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a page sets as code, in the order of the page.
fn code(page: &str) -> impl Iterator<Item = &str> {
    page.split('`').skip(1).step_by(2)
}

/// A test that a package claims.
struct Target {
    package: &'static str,
    name: String,
    /// Of all its files.
    source: String,
}

fn targets() -> Vec<Target> {
    let manifests = [("ramframe-tests", "tests"), ("ramframe-host", "host")];
    let claimed = manifests.into_iter().flat_map(|(package, folder)| {
        let manifest = read(format!("{folder}/Cargo.toml"));
        let tests: Vec<_> = manifest
            .split("[[test]]")
            .skip(1)
            .map(String::from)
            .collect();
        tests.into_iter().map(move |test| {
            let value = |key: &str| {
                let rest = test.split_once(&format!("{key} = \"")).unwrap().1;
                rest.split('"').next().unwrap().to_string()
            };
            let main = root().join(folder).join(value("path"));
            Target {
                package,
                name: value("name"),
                source: sources(main.parent().unwrap()),
            }
        })
    });
    claimed.collect()
}

fn sources(folder: &Path) -> String {
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let rust = paths.filter(|path| path.extension().is_some_and(|end| end == "rs"));
    rust.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// What is wrong with `cargo [...] test [--package P] [--test T]... [filter] [-- ...]`.
fn wrong_with_test(command: &str, targets: &[Target]) -> Option<String> {
    let command = command.split(" -- ").next().unwrap();
    let words: Vec<&str> = command.split(' ').collect();
    let after = |flag: &'static str| {
        let pairs = words.windows(2).filter(move |pair| pair[0] == flag);
        pairs.map(|pair| pair[1])
    };
    for name in after("--test") {
        let Some(target) = targets.iter().find(|target| target.name == name) else {
            return Some(format!("no test target {name}"));
        };
        if let Some(package) = after("--package").find(|package| *package != target.package) {
            return Some(format!("{name} is of {}, not of {package}", target.package));
        }
        // The last word, if it is neither a flag nor what one is given: a part of a test's name.
        let [.., before, last] = words[..] else {
            return Some("too short".into());
        };
        if before.starts_with("--") || last.starts_with("--") {
            continue;
        }
        if !target.source.contains(last) {
            return Some(format!("{name} has no test {last}"));
        }
    }
    None
}

/// What is wrong with a script of this repository and what it is told.
fn wrong_with_script(command: &str) -> Option<String> {
    let (script, told) = command.split_once(' ').unwrap_or((command, ""));
    if !root().join(script).exists() {
        return Some(format!("no file {script}"));
    }
    let verb = told.split(' ').next().unwrap();
    let knows = verb.is_empty() || read(script).contains(&format!("\n    {verb})"));
    (!knows).then(|| format!("{script} knows no {verb}"))
}

fn wrong(command: &str, targets: &[Target]) -> Option<String> {
    let command = command
        .strip_prefix("RAMFRAME_FIRMWARE=1 ")
        .unwrap_or(command);
    match command {
        _ if command.starts_with("cargo ") => wrong_with_test(command, targets),
        _ if command.starts_with("tests/") || command.starts_with(".ci/") => {
            wrong_with_script(command)
        }
        _ => None,
    }
}

#[test]
fn every_command_of_the_page_exists() {
    let page = read("core/EVIDENCE.md");
    let targets = targets();
    let faults = code(&page).filter_map(|command| {
        let fault = wrong(command, &targets)?;
        Some(format!("`{command}`: {fault}"))
    });
    assert_eq!(faults.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn each_claim_names_a_command() {
    let page = read("core/EVIDENCE.md");
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<_> = rows.filter(|line| !line.starts_with("| claim")).collect();
    assert!(rows.len() > 20, "{} claims", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.split('|').collect();
        assert_eq!(cells.len(), 6, "{row}");
        assert!(code(cells[3]).next().is_some(), "{row}");
    }
}

#[test]
fn each_file_that_the_page_links_exists() {
    let page = read("core/EVIDENCE.md");
    for rest in page.split("](").skip(1) {
        let link = rest.split(')').next().unwrap();
        assert!(root().join("core").join(link).exists(), "{link}");
    }
}

#[test]
fn what_does_not_exist_is_noticed() {
    let targets = targets();
    let wrong = |command| wrong(command, &targets).is_some();
    assert!(wrong("cargo test --test no_such_test"));
    assert!(wrong("cargo test --package ramframe-host --test crash"));
    assert!(wrong("cargo test --test crash no_such_function"));
    assert!(wrong("tests/no/such"));
    assert!(wrong("tests/firmware/run fly"));
    assert!(!wrong("cargo test --test crash -- --nocapture"));
}
