//! What the workers of a test did, written down by processes that may be killed at any instant.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use ramframe_host::share::{MessageId, Worker};
use ramframe_host::sysv::key::Key;
use ramframe_host::{Event, Limit, Trust};
use tempfile::TempDir;

use super::PATIENCE;
use super::mortal::Mortal;

/// One line of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Whether the handler was at its end, or at its beginning.
    pub(crate) is_done: bool,
    pub(crate) message: u64,
    pub(crate) attempts: u32,
    pub(crate) id: MessageId,
    /// The process.
    pub(crate) by: u32,
}

pub(crate) struct Ledger(TempDir);

impl Ledger {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("ledger")
    }

    /// A process that works, and writes down what it does.
    pub(crate) fn worker(&self, key: Key) -> Mortal {
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(["--exact", "ledger::works", "--ignored", "--nocapture"])
            .env("KEY", key.to_string())
            .env("LEDGER", self.path())
            .stdout(Stdio::null());
        Mortal::spawn(&mut command)
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        let text = fs::read_to_string(self.path()).unwrap_or_default();
        // The last line may be on its way.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(entry).collect()
    }
}

fn entry(line: &str) -> Entry {
    let numbers: Vec<u64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
    let small = |at: usize| u32::try_from(numbers[at]).unwrap();
    Entry {
        is_done: numbers[0] == 1,
        message: numbers[1],
        attempts: small(2),
        id: MessageId {
            worker: numbers[3].try_into().unwrap(),
            generation: small(4),
            epoch: small(5),
            sequence: numbers[6],
        },
        by: small(7),
    }
}

fn write_down(to: &mut File, is_done: bool, message: ramframe_host::share::Message<'_>) {
    let id = message.id;
    let number = u64::from_le_bytes(message.payload.try_into().unwrap());
    let line = format!(
        "{} {number} {} {} {} {} {} {}\n",
        u8::from(is_done),
        message.attempts,
        id.worker,
        id.generation,
        id.epoch,
        id.sequence,
        std::process::id(),
    );
    // In one call, so that no line is cut in two.
    to.write_all(line.as_bytes()).unwrap();
}

fn open(path: &Path) -> File {
    let mut options = OpenOptions::new();
    options.append(true).create(true).open(path).unwrap()
}

/// The role of a worker, in a process of its own.
#[test]
#[ignore = "a role, not a test"]
fn works() {
    let key: Key = env::var("KEY").unwrap().parse().unwrap();
    let mut ledger = open(Path::new(&env::var("LEDGER").unwrap()));
    let limit = Limit::within(PATIENCE);
    let mut worker = Worker::wait_open(key, &Trust::current_user(), &limit).unwrap();
    loop {
        let done = worker.recv_with(&limit, |message| {
            write_down(&mut ledger, false, message);
            if message.payload[0] % 32 == 0 {
                thread::sleep(Duration::from_millis(1));
            }
            write_down(&mut ledger, true, message);
            Ok::<_, std::convert::Infallible>(())
        });
        match done.unwrap() {
            Ok(Event::Closed | Event::Gone | Event::Nothing) => break,
            Ok(_) => {}
            Err(never) => match never {},
        }
    }
    worker.detach();
}
