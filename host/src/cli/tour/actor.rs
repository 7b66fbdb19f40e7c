//! A process of the tour, as the tour sees it.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use clap::ValueEnum;

use crate::cli::own_key;
use crate::sysv::key::Key;

use super::args::Role;

/// One process. Killed when this is dropped, unless it has ended before.
pub(super) struct Actor {
    /// What the tour calls it.
    pub(super) name: &'static str,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Actor {
    /// Starts a process on `key`. It does nothing until it is told to.
    pub(super) fn start(name: &'static str, role: Role, key: Key) -> io::Result<Self> {
        let role = role.to_possible_value();
        let mut child = Command::new(own_key::this_program())
            .arg("tour-peer")
            .args(role.iter().map(|role| role.get_name()))
            .args(["--key", &key.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            name,
            child,
            input,
            output: BufReader::new(output),
        })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Tells it what to do.
    pub(super) fn tell(&mut self, line: &str) -> io::Result<()> {
        let input = self.input.as_mut();
        writeln!(input.ok_or(io::ErrorKind::BrokenPipe)?, "{line}")
    }

    /// What it answers.
    pub(super) fn answer(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => Err(io::Error::other(format!(
                "the {} of the tour (process {}) ended too soon",
                self.name,
                self.pid()
            ))),
            _ => Ok(line.trim_end().into()),
        }
    }

    /// Lets it end by itself.
    pub(super) fn end(mut self) -> io::Result<()> {
        drop(self.input.take());
        self.child.wait().map(drop)
    }

    /// Kills it, as the kernel does that is out of memory, or `kill -9`.
    pub(super) fn kill(mut self) {
        own_key::end(&mut self.child);
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        own_key::end(&mut self.child);
    }
}
