//! A key of a test's own with nothing left behind under it, and second processes of the test's own binary.
#![allow(
    dead_code,
    reason = "several tests share this file, and not each uses all of it"
)]

#[path = "../asked/mod.rs"]
mod asked;
#[path = "../own_key/mod.rs"]
mod own_key;

use std::io::{BufRead, BufReader, Lines};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

pub(crate) use asked::asked;
use own_key::OwnKey;
use ramframe_host::sysv::key::Key;
use tempfile::NamedTempFile;

/// A user who owns nothing here.
pub(crate) const NOBODY: u32 = 65534;

/// A key, and the temporary file that it is of.
pub(crate) struct Scratch {
    pub(crate) key: Key,
    _own: OwnKey<NamedTempFile>,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let own = OwnKey::of(|| NamedTempFile::new().unwrap());
        Self {
            key: own.key,
            _own: own,
        }
    }
}

/// Whether this process may become another user, without which the tests about other users have nothing to ask.
pub(crate) fn is_root() -> bool {
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    asked(root, "root, to become another user")
}

/// Far longer than anything here takes on a machine that is busy with other things: past it, something hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// Waits for something that is true at last. What the kernel counts of a segment moves for a moment whenever another test of this
/// process forks, since the child has its mappings until it runs another program.
pub(crate) fn eventually(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < LIMIT, "it never came true");
        thread::sleep(Duration::from_millis(1));
    }
}

/// A process that runs the ignored test `role` of this binary, on `key`.
pub(crate) struct Peer {
    pub(crate) child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

/// Opened without its path, on which another user may have no leave to go.
const THIS_BINARY: &str = "/proc/self/exe";

/// What a role says to the test that started it begins so, since the test harness prints too.
const SAYS: &str = "says: ";

impl Peer {
    pub(crate) fn start(role: &str, key: Key) -> Self {
        Self::run(Command::new(THIS_BINARY), role, key)
    }

    /// As user [`NOBODY`].
    pub(crate) fn start_as_nobody(role: &str, key: Key) -> Self {
        let mut command = Command::new(THIS_BINARY);
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
        Self::run(command, role, key)
    }

    fn run(mut command: Command, role: &str, key: Key) -> Self {
        command.args(["--exact", role, "--ignored", "--nocapture"]);
        command.env("KEY", key.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next thing the role says; it fails the test if the role ends without saying any.
    pub(crate) fn hear(&mut self) -> String {
        let mut lines = self.lines.by_ref().map(Result::unwrap);
        let line = lines.find_map(|line| line.split_once(SAYS).map(|(_, said)| said.to_string()));
        line.expect("the role has ended")
    }

    /// Lets a role end that waits in [`told_to_end`], and finds it content.
    pub(crate) fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// In a role: the key it was started on; `None` if nobody started it as one.
pub(crate) fn given_key() -> Option<Key> {
    Some(env::var("KEY").ok()?.parse().unwrap())
}

/// In a role: tells the test something.
pub(crate) fn say(what: &str) {
    println!("{SAYS}{what}");
}

/// In a role: returns when the test lets go.
pub(crate) fn told_to_end() {
    let _ = std::io::stdin().read_line(&mut String::new());
}
