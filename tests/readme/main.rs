//! Does the README tell the truth? Every console block is run, every offset and program in it is checked.

mod cargo;
#[path = "../own_key/mod.rs"]
mod own_key;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use own_key::OwnKey;
use ramframe_core::geometry::Geometry;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The README, and the pages that go on with it.
fn readme() -> String {
    let page = |name| fs::read_to_string(root().join(name)).expect(name);
    ["README.md", "host/LINUX.md", "host/PROMETHEUS.md"]
        .map(page)
        .join("\n")
}

/// The blocks of one language, in order.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let after = text.split(&fence).skip(1);
    after
        .filter_map(|block| block.split("```").next().map(str::to_owned))
        .collect()
}

/// The commands of a console block, and what they print.
fn script(block: &str) -> (Vec<&str>, Vec<&str>) {
    let (commands, output): (Vec<_>, Vec<_>) =
        block.lines().partition(|line| line.starts_with("$ "));
    (commands.iter().map(|line| &line[2..]).collect(), output)
}

/// What an alias in `.cargo/config.toml` stands for, as arguments of `host`.
fn alias(name: &str) -> Option<String> {
    let config =
        fs::read_to_string(root().join(".cargo/config.toml")).expect("the aliases are there");
    let line = config
        .lines()
        .find(|line| line.starts_with(&format!("{name} = ")))?
        .to_owned();
    let (_, args) = line.trim_end_matches('"').split_once(" -- ")?;
    Some(args.to_owned())
}

/// A command as the shell can run it without building anything again.
fn runnable(command: &str) -> String {
    let Some(name) = command.strip_prefix("cargo ") else {
        return command.to_owned();
    };
    let args = alias(name).unwrap_or_else(|| panic!("{command}: no such alias"));
    format!("host {args}")
}

fn run(commands: &[&str]) -> Output {
    let folder = OwnKey::of(|| tempfile::tempdir().expect("a folder of its own"));
    let host = Path::new(env!("CARGO_BIN_EXE_host"))
        .parent()
        .expect("a folder");
    let path = format!(
        "{}:{}",
        host.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    // Its commands are typed where the sources are.
    let sources = folder.file.path().join("core");
    std::os::unix::fs::symlink(root().join("core"), sources).expect("a link");
    let lines: Vec<String> = commands.iter().map(|command| runnable(command)).collect();
    let mut shell = Command::new("sh");
    shell.arg("-ec").arg(format!("{}\nwait", lines.join("\n")));
    shell
        .current_dir(folder.file.path())
        .env("PATH", path)
        .output()
        .expect("a shell")
}

#[test]
fn every_command_prints_what_the_readme_says() {
    let blocks = blocks(&readme(), "console");
    assert!(blocks.len() >= 4, "the README has lost its examples");
    for block in &blocks {
        let (commands, expected) = script(block);
        if commands == ["cargo test"] {
            continue; // Running already.
        }
        let output = run(&commands);
        let printed = String::from_utf8(output.stdout).expect("text");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{commands:?}: {said}");
        assert_eq!(
            printed.lines().collect::<Vec<_>>(),
            expected,
            "{commands:?}\n{said}"
        );
    }
}

#[test]
fn every_program_in_c_is_an_example() {
    let programs = blocks(&readme(), "c");
    assert!(!programs.is_empty(), "the README has lost its program in C");
    let examples = fs::read_dir(root().join("core/c/examples")).expect("the examples");
    let examples: String = examples
        .map(|file| fs::read_to_string(file.expect("a file").path()).expect("text"))
        .collect();
    assert!(programs.iter().all(|program| examples.contains(program)));
}

#[test]
fn the_test_command_is_what_ci_calls() {
    let ci = fs::read_to_string(root().join(".ci/run")).expect("the CI script is there");
    assert!(blocks(&readme(), "console").contains(&"$ cargo test\n".to_owned()));
    assert!(
        ci.contains("readme_test_command"),
        ".ci/run takes its test command from the README"
    );
}

#[test]
fn the_picture_has_the_offsets_of_the_geometry() {
    let geometry = Geometry::overwrite(8, 48);
    let picture = blocks(&readme(), "text")
        .into_iter()
        .find(|block| block.contains("constants"))
        .expect("a picture");
    let offset = |name: &str| {
        let line = picture
            .lines()
            .find(|line| line.contains(name))
            .unwrap_or_else(|| panic!("{name} is missing"));
        usize::from_str_radix(
            line.trim_start_matches("0x").get(..3).expect("an offset"),
            16,
        )
        .expect("hexadecimal")
    };
    let pictured = [
        "constants",
        "session",
        "head ",
        "requests",
        "slot 0",
        "slot 7",
        "not used",
    ]
    .map(offset);
    let real = [
        0,
        geometry.session_line(),
        geometry.head_line(),
        geometry.requests_line(),
        geometry.slot(0),
        geometry.slot(7),
        832,
    ];
    assert_eq!(pictured, real);
    assert_eq!(geometry.size(), 832);
    assert_eq!(
        geometry.max_slots_in(1024),
        Some(geometry),
        "the default channel"
    );
}

/// The pages of the repository: each `.md` that is not built.
fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if path.is_symlink() {
            // The README of a package is that of the repository.
        } else if path.is_dir() && name != "target" && !name.starts_with('.') {
            pages(&path, found);
        } else if path.extension().is_some_and(|end| end == "md") {
            found.push(path);
        }
    }
}

/// What a page links to in the repository, beside the page; and the tests that it names.
fn named(page: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(page).expect("a page");
    // The first word: a file may be named with what it is told.
    let tests = text.split('`').filter(|code| code.starts_with("tests/"));
    let tests = tests.filter_map(|code| code.split([' ', '*']).next());
    let links = text.split("](").skip(1);
    let links = links.filter_map(|rest| rest.split([')', '#']).next());
    let links = links.filter(|link| !link.contains("://"));
    let beside = page.parent().expect("a folder");
    tests
        .map(|test| root().join(test))
        .chain(links.map(|link| beside.join(link)))
        .collect()
}

#[test]
fn every_test_and_file_that_is_named_exists() {
    let mut all = Vec::new();
    pages(&root(), &mut all);
    assert!(all.contains(&root().join("host/LINUX.md")), "{all:?}");
    let missing: Vec<PathBuf> = all
        .iter()
        .flat_map(|page| named(page))
        .filter(|path| !path.exists())
        .collect();
    assert_eq!(missing, Vec::<PathBuf>::new());
}
