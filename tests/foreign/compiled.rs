//! Where does the C client come from? `cc` compiles it, once for all tests of a run, with all warnings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::asked::asked;
use crate::narrow;
use crate::processes::{Folder, Running};

/// The C client and `host`, in a folder with a key of its own.
pub(crate) struct Both {
    pub(crate) folder: Folder,
    client: &'static Path,
}

impl Both {
    /// `None`, said, where there is no C compiler; on a build server that is a failure.
    pub(crate) fn compiled() -> Option<Self> {
        static CLIENT: OnceLock<Option<PathBuf>> = OnceLock::new();
        Self::with(&CLIENT, "foreign-client", &["client.c"])
    }

    /// With a client of 32 bits: it accesses each pair of words as two. Where such programs do not run, one of 64 bits that does so.
    pub(crate) fn of_32_bits() -> Option<Self> {
        static CLIENT: OnceLock<Option<PathBuf>> = OnceLock::new();
        let flags = [&["client.c", "-DRAMFRAME_WIDE=0"], narrow::flags()].concat();
        Self::with(&CLIENT, "foreign-client-32", &flags)
    }

    fn with(
        client: &'static OnceLock<Option<PathBuf>>,
        name: &str,
        flags: &[&str],
    ) -> Option<Self> {
        let client = client.get_or_init(|| compiled_with(name, flags));
        let client = client.as_deref()?;
        let folder = Folder::new();
        Some(Self { folder, client })
    }

    /// Starts the C client with pipes at all three ends.
    pub(crate) fn client(&self, args: &[&str]) -> Running {
        Running::start(self.folder.program(self.client, args))
    }

    /// Starts `host` in the same way.
    pub(crate) fn host(&self, args: &[&str]) -> Running {
        self.folder.start(args)
    }

    /// The C client as a sender that has attached: a receiver that comes before that learns of it as of any other.
    pub(crate) fn client_sender(&self, args: &[&str]) -> Running {
        let sender = self.client(&[&["send"], args].concat());
        sender.hear("attached");
        sender
    }

    /// `host` as such a sender, of the lines that it is fed.
    pub(crate) fn host_sender(&self, args: &[&str]) -> Running {
        let lossless = args.contains(&"--backpressure");
        let policy: &[&str] = if lossless { &[] } else { &["--overwrite"] };
        let sender = self.host(&[&["send", "--lines", "--slot", "48"], policy, args].concat());
        sender.hear("sending on");
        sender
    }

    /// What `host status` says of the channel.
    pub(crate) fn status(&self) -> Value {
        let says = self.host(&["status", "--json"]).end();
        serde_json::from_str(&says.lines.concat()).unwrap_or_default()
    }
}

fn has_cc() -> bool {
    let has_cc = Command::new("cc").arg("--version").output().is_ok();
    asked(has_cc, "cc, to compile the header with")
}

/// Sources of the folder `client`, and flags, as a program of this name; or `None` as in [`Both::compiled`].
pub(crate) fn compiled_with(name: &str, args: &[&str]) -> Option<PathBuf> {
    has_cc().then(|| compile(name, args))
}

fn compile(name: &str, args: &[&str]) -> PathBuf {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Another run may be using the one that is there.
    let made = program.with_extension(std::process::id().to_string());
    let output = Command::new("cc")
        .current_dir(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../tests/foreign/client"
        ))
        .args(["-std=c11", "-O2", "-Werror"])
        .args(["-Wall", "-Wextra", "-Wconversion", "-Wpedantic"])
        .args(args)
        .arg("-o")
        .arg(&made)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    fs::rename(made, &program).unwrap();
    program
}
