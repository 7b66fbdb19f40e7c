//! `host demo`: a receiver and a sender, as two processes on a key of their own.

use std::ffi::OsStr;
use std::io;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use crate::sysv::key::Key;

use super::args::DemoArgs;
use super::exit::{Exit, Outcome};
use super::limits::Limits;
use super::output::Output;
use super::own_key::{clear, end, free_key, this_program};
use super::program::HOST;
use super::stderr::message;

/// Between two looks whether one of the two has ended.
const LOOK: Duration = Duration::from_millis(20);

/// Runs both sides until the sender has sent its messages and the receiver has heard that it left.
pub(crate) fn run(args: &DemoArgs) -> Outcome {
    if args.count == 0 {
        return Ok(Exit::Done);
    }
    let limits = Limits::watch(None)?;
    refuse_unshown()?;
    let key = free_key()?;
    message!("two processes on key {key}: `{HOST} recv` prints what `{HOST} send` sends");
    let mut receiver = start(key, &["recv", "--until-close"])?;
    let sender = start(key, &sending(args)).inspect_err(|_| end(&mut receiver))?;
    Both {
        receiver,
        sender,
        key,
    }
    .run(&limits)
}

/// The receiver would refuse it too, and the sender would wait for it.
fn refuse_unshown() -> io::Result<()> {
    Output::open().map(drop)
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

fn start<S: AsRef<OsStr>>(key: Key, args: &[S]) -> Result<Child, String> {
    Command::new(this_program())
        .args(args)
        .args(["--key", &key.to_string()])
        .spawn()
        .map_err(|error| format!("a process of this program cannot be started: {error}"))
}

struct Both {
    receiver: Child,
    sender: Child,
    key: Key,
}

impl Both {
    fn run(mut self, limits: &Limits) -> Outcome {
        let exit = self.watch(limits);
        self.end();
        exit
    }

    fn watch(&mut self, limits: &Limits) -> Outcome {
        Ok(loop {
            let sent = self.sender.try_wait()?;
            let received = self.receiver.try_wait()?;
            if let Some(exit) = limits.reached() {
                break exit;
            }
            match (sent, received) {
                (Some(sent), _) if !sent.success() => break Exit::Failed,
                (Some(_), Some(received)) => break done(received),
                // Nobody reads on (`| head -3`), so the sender would wait for ever.
                (None, Some(received)) => break done(received),
                (_, None) => limits.pause(LOOK),
            }
        })
    }

    /// Leaves nothing behind, whichever of the two was cut short.
    fn end(&mut self) {
        end(&mut self.sender);
        end(&mut self.receiver);
        clear(self.key, self.sender.id());
    }
}

fn done(received: ExitStatus) -> Exit {
    match received.success() {
        true => Exit::Done,
        false => Exit::Failed,
    }
}
