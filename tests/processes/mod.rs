//! What does a test need that runs `host` and other programs as processes, on a key of its own?
#![allow(
    dead_code,
    unused_imports,
    reason = "several tests share this folder, and not each uses all of it"
)]

#[path = "../own_key/mod.rs"]
mod own_key;
mod running;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use ramframe_core::channel::ChannelStatus;
use ramframe_core::geometry::{GENERATION, Geometry};
use ramframe_core::region::{Region, RegionMut};
use ramframe_host::locks;
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment;
use ramframe_host::sysv::segment::{ReadOnly, ReadWrite, Segment};
use ramframe_host::trust::Trust;
use tempfile::TempDir;

use own_key::OwnKey;
pub(crate) use running::{Ended, Running, ended_by};

/// Far longer than anything here takes on a machine that is busy with other things: past it, something hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// A working directory with a key of its own, by `ftok(".", 'S')`. Whatever is left on it is removed in the end.
pub(crate) struct Folder {
    own: OwnKey<TempDir>,
    pub(crate) key: Key,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let own = OwnKey::of(|| TempDir::new().unwrap());
        Self { key: own.key, own }
    }

    pub(crate) fn path(&self) -> &Path {
        self.own.file.path()
    }

    /// `host`, to be run in this folder.
    pub(crate) fn host(&self, args: &[&str]) -> Command {
        self.program(Path::new(env!("CARGO_BIN_EXE_host")), args)
    }

    pub(crate) fn program(&self, path: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(path);
        command.args(args).current_dir(self.path());
        // Not the channel of whoever runs the tests.
        command
            .env_remove("RAMFRAME_NAME")
            .env_remove("RAMFRAME_KEY");
        command
    }

    /// Starts `host` with pipes at all three ends.
    pub(crate) fn start(&self, args: &[&str]) -> Running {
        Running::start(self.host(args))
    }

    pub(crate) fn has_segment(&self) -> bool {
        segment::find(self.key).is_ok()
    }

    /// How many messages were published so far; `None` if there is no channel, or its sender is too quick to tell.
    pub(crate) fn sent(&self) -> Option<u64> {
        let segment = Segment::<ReadOnly>::attach(self.key, &Trust::current_user()).ok()?;
        Some(ChannelStatus::of(&segment.memory()).ok()?.sent)
    }

    /// Writes nonsense into the word of its channel that `at` names, as a process does that is none of ours.
    pub(crate) fn spoil(&self, at: fn(&Geometry) -> usize) {
        let segment = Segment::<ReadWrite>::attach(self.key, &Trust::current_user()).unwrap();
        let geometry = Geometry::read(&segment.memory()).unwrap();
        // With the tag of this generation: a word with another one says nothing.
        let tag = segment.memory().load(GENERATION) << 21;
        segment.memory().store(at(&geometry), tag | 0x5554, Relaxed);
    }

    /// Fails the test if anything of ours is left in the kernel.
    pub(crate) fn assert_clean(&self) {
        assert!(!self.has_segment(), "a segment is left");
        let locks = locks::Locks::open(self.key, &Trust::current_user());
        let absent = locks.is_err_and(|error| error.is_absent());
        assert!(absent, "semaphores are left");
    }
}

/// Waits until `done`; fails the test, with `what` it waited for, if that takes beyond all reason.
pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let since = Instant::now();
    while !done() {
        assert!(since.elapsed() < LIMIT, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}
