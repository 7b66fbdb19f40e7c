//! A process with everything it prints, line by line and never waited for without a limit.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use super::{LIMIT, until};

/// A process that this test started, killed when the test is over.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<Vec<u8>>,
    errors: Arc<Mutex<Vec<u8>>>,
    heard_all: thread::JoinHandle<()>,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// The signal that ended it.
    pub(crate) by: Option<Signal>,
    /// The lines it printed that were not read before.
    pub(crate) lines: Vec<String>,
    /// Everything on standard error.
    pub(crate) errors: String,
}

impl Running {
    /// Starts `command` with pipes at all three ends.
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let errors = child.stderr.take().unwrap();
        let (to, lines) = channel();
        thread::spawn(move || {
            let lines = output.split(b'\n').map_while(Result::ok);
            lines.for_each(|line| drop(to.send(line)));
        });
        let said = Arc::default();
        let heard = Arc::clone(&said);
        Self {
            child,
            lines,
            errors: said,
            heard_all: thread::spawn(move || gather(errors, &heard)),
        }
    }

    /// The next line of its output.
    pub(crate) fn line(&mut self) -> String {
        let line = self.line_within(LIMIT);
        line.unwrap_or_else(|| panic!("no line; it said: {}", self.errors()))
    }

    /// The next line of its output, if it comes in this time: for whoever does something about it and asks again.
    pub(crate) fn line_within(&mut self, time: Duration) -> Option<String> {
        match self.lines.recv_timeout(time) {
            Ok(line) => Some(text(&line)),
            Err(RecvTimeoutError::Timeout) => None,
            Err(why) => panic!("no line ({why}); it said: {}", self.errors()),
        }
    }

    /// What it said on standard error so far.
    pub(crate) fn errors(&self) -> String {
        text(&self.errors.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until it says `what` on standard error.
    pub(crate) fn hear(&self, what: &str) {
        until(what, || self.errors().contains(what));
    }

    /// Puts `bytes` into its standard input.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let input = self.child.stdin.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).unwrap();
        signal::kill(Pid::from_raw(pid), signal).unwrap();
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Closes its standard input, waits for its end, and returns all it said.
    pub(crate) fn end(mut self) -> Ended {
        drop(self.child.stdin.take());
        let mut status = None;
        until(&format!("the end of a process: {}", self.errors()), || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        let lines = self.lines.iter().map(|line| text(&line)).collect();
        until("its last words", || self.heard_all.is_finished());
        Ended {
            code: status.and_then(|status| status.code()),
            by: status.and_then(ended_by),
            lines,
            errors: self.errors(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The signal that ended a process.
pub(crate) fn ended_by(status: ExitStatus) -> Option<Signal> {
    status.signal().map(|signal| signal.try_into().unwrap())
}

fn gather(mut from: impl Read, to: &Mutex<Vec<u8>>) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let mut to = to.lock().unwrap_or_else(PoisonError::into_inner);
        to.extend_from_slice(&bytes[..count]);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
