//! Does `host` do what its help says, and say what a person needs to know, whoever dies or interferes?

#[path = "../asked/mod.rs"]
mod asked;
mod backpressure;
mod closed;
mod dead;
#[path = "../documented/mod.rs"]
mod documented;
mod errors;
mod foreign;
mod framing;
mod help;
mod json;
mod keys;
mod lifecycle;
mod manage;
mod many;
mod maps;
mod names;
mod printed;
#[path = "../processes/mod.rs"]
mod processes;
mod programs;
mod prometheus;
mod recv;
mod send;
mod share;
mod signals;
mod texts;
mod usage;
mod users;

use std::path::Path;
use std::process::{Command, Stdio};

use processes::{Ended, Folder, Running};

/// A tutorial's worth of messages, in turn.
fn turns(count: usize) -> Vec<String> {
    let texts = ["CIEPLO", "ZIMNO"];
    (0..count)
        .map(|turn| format!("Received: {}", texts[turn % 2]))
        .collect()
}

/// Runs `host` to its end.
fn run(folder: &Folder, args: &[&str]) -> Ended {
    folder.start(args).end()
}

/// Runs `host` to its end, which must be a good one, and returns what it said on standard error.
fn well(folder: &Folder, args: &[&str]) -> String {
    let ended = run(folder, args);
    assert_eq!(ended.code, Some(0), "{args:?}: {ended:?}");
    ended.errors
}

/// Runs `host` to its end, which must be a failure told in one line, and returns that line without its beginning and
/// with `KEY` in place of this folder's key.
fn fails(folder: &Folder, args: &[&str]) -> String {
    let ended = run(folder, args);
    assert_eq!(ended.code, Some(1), "{args:?}: {ended:?}");
    assert_eq!(ended.lines, [""; 0], "{args:?}");
    let line = ended.errors.strip_suffix('\n').unwrap_or_default();
    assert!(!line.contains('\n'), "more than one line: {line}");
    let told = line.strip_prefix("host: ").expect("says who speaks");
    told.replace(&folder.key.to_string(), "KEY")
}

/// Sends the lines of `input` without a receiver, on a channel that stays.
fn leave(folder: &Folder, input: &[u8], args: &[&str]) {
    let lossless = args.contains(&"--backpressure");
    let policy: &[&str] = if lossless { &[] } else { &["--overwrite"] };
    let mut sender = folder.start(&[&["send", "--lines", "--keep"], policy, args].concat());
    sender.feed(input);
    let ended = sender.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

/// Runs `host` with its standard output in a file, and returns what it wrote there, to the byte.
fn bytes(folder: &Folder, args: &[&str]) -> Vec<u8> {
    let path = folder.path().join("output");
    let mut command = folder.host(args);
    command.stdin(Stdio::null()).stdout(file(&path));
    assert!(command.status().unwrap().success(), "{args:?}");
    std::fs::read(path).unwrap()
}

fn file(path: &Path) -> Stdio {
    std::fs::File::create(path).unwrap().into()
}

/// What `host status --json` says.
fn status(folder: &Folder) -> serde_json::Value {
    let ended = run(folder, &["status", "--json"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    documented::object("channel", &ended.lines[0])
}

/// A sender that goes on until it is told otherwise, and has begun.
fn sending(folder: &Folder, args: &[&str]) -> Running {
    started(folder, "5ms", args)
}

/// A sender that has sent one message and sends no more.
fn pausing(folder: &Folder, args: &[&str]) -> Running {
    started(folder, "1h", args)
}

fn started(folder: &Folder, interval: &str, args: &[&str]) -> Running {
    let sender = folder.start(&[&["send", "--interval", interval], args].concat());
    sender.hear("Sent: ");
    sender
}

/// Runs a script to its end, for what only a shell does.
fn shell(folder: &Folder, script: &str) -> Ended {
    script_started(folder, script).end()
}

fn script_started(folder: &Folder, script: &str) -> Running {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(folder.path());
    command.env("HOST", env!("CARGO_BIN_EXE_host"));
    Running::start(command)
}
