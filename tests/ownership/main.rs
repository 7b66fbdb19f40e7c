//! Is nothing lost and nothing stolen when a lock is lost, a process forks, or a key, a file or a limit is in the way?
#![allow(
    clippy::duplicate_mod,
    reason = "the helpers for processes and those for a key of one's own share a part"
)]

mod dead;
mod foreign;
mod forked;
mod limits;
mod lost;
mod paths;
#[path = "../processes/mod.rs"]
mod processes;
#[path = "../segment/scratch.rs"]
mod scratch;
mod seats;
mod users;

use std::process::Command;

use ramframe_host::locks;

use processes::{Ended, Folder, Running};

/// Runs `host` to its end.
fn run(folder: &Folder, args: &[&str]) -> Ended {
    folder.start(args).end()
}

/// A backpressure sender of the lines that the test feeds it.
fn lines(folder: &Folder, args: &[&str]) -> Running {
    folder.start(&[&["send", "--lines", "--backpressure", "-q"], args].concat())
}

/// A receiver that prints messages as they are.
fn receiver(folder: &Folder, args: &[&str]) -> Running {
    folder.start(&[&["recv", "--any", "--raw"], args].concat())
}

/// Removes the locks under whoever holds them, as some systems do when a user logs out.
fn log_out(folder: &Folder) {
    locks::remove(folder.key).unwrap();
}

/// Runs a script to its end, for what only a shell does.
fn shell(folder: &Folder, script: &str) -> Ended {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(folder.path());
    command.env("HOST", env!("CARGO_BIN_EXE_host"));
    Running::start(command).end()
}
