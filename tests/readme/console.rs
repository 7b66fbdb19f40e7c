//! Does each command of each page print what the page says?

use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use std::{fs, thread};

use ramframe_core::geometry::Name;
use ramframe_host::sysv::key::Key;
use ramframe_host::trust::Trust;

use crate::own_key::{self, OwnKey};
use crate::pages::{self, Block, root};

/// The blocks that no test may run, because they change the machine: their page, and a path that they change.
const NOT_RUN: [(&str, &str); 1] = [("host/SYSTEMD.md", "/etc/systemd/system")];

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

/// The name of a channel, which is one for the whole machine: no other test of a page uses it meanwhile.
struct ClaimedName {
    key: Key,
    _claim: UnixListener,
}

impl ClaimedName {
    fn new(name: &str) -> Self {
        let key = Key::of_name(Name::new(name).expect("a name"));
        let limit = Instant::now() + Duration::from_secs(300);
        loop {
            if let Some(claim) = own_key::claim(key) {
                assert!(own_key::is_unused(key), "`host rm --name {name}` first");
                return Self { key, _claim: claim };
            }
            assert!(Instant::now() < limit, "{name} is in use for minutes");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for ClaimedName {
    fn drop(&mut self) {
        let _ = ramframe_host::remove(self.key, &Trust::current_user());
    }
}

/// The names that commands say, each once and in order, so that two tests never wait for each other.
fn names(commands: &[&str]) -> Vec<ClaimedName> {
    let text = commands.join("\n").replace("RAMFRAME_NAME=", "--name ");
    let after = text.split("--name ").skip(1);
    let mut names: Vec<&str> = after
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(ClaimedName::new).collect()
}

fn run(commands: &[&str]) -> Output {
    let _names = names(commands);
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
        .env_remove("RAMFRAME_NAME")
        .env_remove("RAMFRAME_KEY")
        .env("PATH", path)
        .output()
        .expect("a shell")
}

fn check(page: &str, block: &Block) {
    let (commands, expected) = script(&block.text);
    assert!(
        !commands.is_empty(),
        "{page}: no command in\n{}",
        block.text
    );
    if commands == ["cargo test"] {
        return; // Running already.
    }
    let output = run(&commands);
    let printed = String::from_utf8(output.stdout).expect("text");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{page}: {commands:?}: {said}");
    assert_eq!(
        printed.lines().collect::<Vec<_>>(),
        expected,
        "{page}: {commands:?}\n{said}"
    );
}

#[test]
fn every_command_prints_what_its_page_says() {
    let mut not_run = Vec::new();
    let mut checked = 0;
    for page in pages::all() {
        let blocks = page.blocks().into_iter();
        for block in blocks.filter(|block| block.language == "console") {
            match block.mark.strip_prefix("changes=") {
                None => {
                    assert_eq!(block.mark, "", "{}: an unknown mark", page.name());
                    check(page.name(), &block);
                    checked += 1;
                }
                Some(path) => {
                    assert!(block.text.contains(path), "{path} is not in the block");
                    assert!(!path.starts_with("/tmp"), "{path}: a test can run it");
                    not_run.push((page.name().to_owned(), path.to_owned()));
                }
            }
        }
    }
    println!("{checked} blocks of commands were run, {not_run:?} were not");
    assert!(checked >= 15, "{checked}: the pages have lost examples");
    assert_eq!(
        not_run,
        NOT_RUN.map(|(page, path)| (page.into(), path.into()))
    );
}

/// Commands hide in no other block, where no test would run them. The package's own tests run what is in Python.
#[test]
fn every_block_is_of_a_kind_that_a_test_checks() {
    for page in pages::all() {
        for block in page.blocks() {
            let kind = block.language.split(',').next().expect("a word");
            let known = ["console", "rust", "c", "text", "python"].contains(&kind);
            assert!(known, "{}: a block of `{}`", page.name(), block.language);
        }
    }
}

/// The words of a command within a sentence, up to a pipe or a redirection. A word in capitals stands for a value.
fn words(command: &str) -> Vec<&str> {
    let words = command.split_whitespace();
    words
        .take_while(|word| !word.starts_with(['|', '<', '>', '&']))
        .map(|word| match word.trim_matches(['[', ']', '"', '\'']) {
            "N" => "64",
            "SHELL" => "bash",
            word => word,
        })
        .collect()
}

/// `--help` at the end: the options before it are checked, and nothing else is done.
#[test]
fn every_command_in_a_sentence_is_accepted() {
    let mut checked = 0;
    for page in pages::all() {
        for command in page.code() {
            let Some(args) = command.strip_prefix("host ") else {
                continue;
            };
            let mut host = Command::new(env!("CARGO_BIN_EXE_host"));
            host.args(words(args)).arg("--help");
            let output = host.output().expect("host");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success(),
                "{}: `{command}`: {said}",
                page.name()
            );
            checked += 1;
        }
    }
    assert!(checked >= 20, "{checked}: too few commands were found");
}
