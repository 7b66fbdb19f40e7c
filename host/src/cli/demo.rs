//! `host demo`: a receiver and a sender, as two processes on a key of their own.

use std::env;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use ramframe_host::key::Key;
use ramframe_host::{lock, segment};

use super::args::DemoArgs;
use super::interrupt::Interrupts;
use super::outcome::{Exit, Outcome};
use super::say::note;

/// Between two looks whether one of the two has ended.
const LOOK: Duration = Duration::from_millis(20);

/// Runs both sides until the sender has sent its messages and the receiver has heard that it left.
pub(crate) fn run(args: &DemoArgs) -> Outcome {
    if args.count == 0 {
        return Ok(Exit::Done);
    }
    let interrupts = Interrupts::watch()?;
    // A new file has a key that nobody uses, but by accident; then the sender says so.
    let file = tempfile::NamedTempFile::new()?;
    note!("two processes on one segment: `host recv` prints what `host send` sends");
    let mut both = Both {
        receiver: start(file.path(), &["recv", "--until-close"])?,
        sender: start(file.path(), &sending(args))?,
        key: Key::of_path(file.path(), b'S')?,
    };
    both.run(&interrupts)
}

fn sending(args: &DemoArgs) -> Vec<String> {
    let interval = humantime::format_duration(args.interval).to_string();
    let count = args.count.to_string();
    [
        "send",
        "--quiet",
        "--backpressure",
        "--count",
        &count,
        "--interval",
        &interval,
    ]
    .map(String::from)
    .to_vec()
}

fn start<S: AsRef<std::ffi::OsStr>>(path: &Path, args: &[S]) -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .args(args)
        .arg("--path")
        .arg(path)
        .spawn()
}

struct Both {
    receiver: Child,
    sender: Child,
    key: Key,
}

impl Both {
    fn run(&mut self, interrupts: &Interrupts) -> Outcome {
        let exit = loop {
            let sent = self.sender.try_wait()?;
            let received = self.receiver.try_wait()?;
            match (sent, received) {
                _ if interrupts.any() => break Exit::Interrupted,
                (Some(sent), _) if !sent.success() => break Exit::Failed,
                (Some(_), Some(received)) => break done(received),
                // Nobody reads on (`| head -3`), so the sender would wait for ever.
                (None, Some(received)) => break done(received),
                (_, None) => interrupts.pause(LOOK),
            }
        };
        self.end();
        Ok(exit)
    }

    /// Leaves nothing behind, whichever of the two was cut short.
    fn end(&mut self) {
        for child in [&mut self.sender, &mut self.receiver] {
            let _ = child.kill();
            let _ = child.wait();
        }
        let sender = i64::from(self.sender.id());
        let left = segment::find(self.key).and_then(segment::stat).ok();
        if let Some(left) = left
            && i64::from(left.creator_pid) == sender
            && segment::remove(left.id).is_ok()
        {
            let _ = lock::remove(self.key);
        }
    }
}

fn done(received: ExitStatus) -> Exit {
    match received.success() {
        true => Exit::Done,
        false => Exit::Failed,
    }
}
