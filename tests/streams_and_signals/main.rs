//! Does `host` end as it is asked to, whatever its standard streams are, and say what was lost?
//!
//! `table` says what each event comes to for each kind of sender and of receiver, and `drive` runs it. `events` and `outputs` ask
//! more of each kind; `inputs` and `limits` are about what only one side has.

#[path = "../asked/mod.rs"]
mod asked;
mod drive;
mod events;
mod inputs;
mod kinds;
mod limits;
mod outputs;
mod printed;
#[path = "../processes/mod.rs"]
mod processes;
mod table;

use std::fs::{self, File};
use std::io::{PipeReader, PipeWriter, Write, pipe};
use std::os::fd::AsFd;
use std::process::{Child, Command, ExitStatus, Stdio};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use processes::{Folder, ended_by, until};

/// A process whose streams are the test's business; killed when the test is over.
struct Process(Child);

/// How one ended, and what it said.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    by: Option<Signal>,
    said: String,
}

impl Process {
    /// Starts it; where `errors` is none, what it says goes to a file of the folder.
    fn start(
        folder: &Folder,
        args: &[&str],
        streams: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Self {
        let mut command = folder.host(args);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        // Two processes that write to one file must not write over each other.
        File::create(said(folder)).unwrap();
        let errors = File::options().append(true).open(said(folder)).unwrap();
        command.stderr(errors);
        Self(streams(&mut command).spawn().unwrap())
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.0.id()).unwrap());
        signal::kill(pid, signal).unwrap();
    }

    fn try_end(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().unwrap()
    }

    fn end(mut self, folder: &Folder) -> Ended {
        let mut status = None;
        until("the end of a process", || {
            status = self.try_end();
            status.is_some()
        });
        Ended {
            code: status.and_then(|status| status.code()),
            by: status.and_then(ended_by),
            said: fs::read_to_string(said(folder)).unwrap(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where the last one started in this folder says what it says.
fn said(folder: &Folder) -> std::path::PathBuf {
    folder.path().join("said")
}

/// A pipe that is full, and blocks or not.
fn full_pipe(blocks: bool) -> (PipeReader, PipeWriter) {
    let (unread, mut full) = pipe().unwrap();
    full.write_all(&[b'\n'; 64 * 1024]).unwrap();
    if !blocks {
        set_nonblocking(&full);
    }
    (unread, full)
}

fn set_nonblocking(stream: &impl AsFd) {
    fcntl(stream, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
}

fn dev_full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

/// Runs a script to its end, for what only a shell does.
fn shell(folder: &Folder, script: &str) -> processes::Ended {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(folder.path());
    command.env("HOST", env!("CARGO_BIN_EXE_host"));
    processes::Running::start(command).end()
}
