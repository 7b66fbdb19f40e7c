//! `host demo`: a receiver and a sender, as two processes on a key of their own.

use std::env;
use std::io;
use std::path::Path;
use std::process::{Child, Command};

use super::args::DemoArgs;
use super::outcome::{Exit, Outcome};

/// Runs both sides until the sender has sent its messages and the receiver has heard that it left.
pub(crate) fn run(args: &DemoArgs) -> Outcome {
    // A new file has a key that nobody uses, but by accident.
    let file = tempfile::NamedTempFile::new()?;
    eprintln!("host: two processes on one segment: `host recv` prints what `host send` sends");
    let mut receiver = start(file.path(), &["recv", "--until-close", "--timeout", "1h"])?;
    let sending = [
        "send",
        "--quiet",
        "--backpressure",
        "--count",
        &args.count.to_string(),
        "--interval",
        &humantime::format_duration(args.interval)
            .to_string()
            .replace(' ', ""),
    ];
    let mut sender = start(file.path(), &sending)?;
    let sent = sender.wait()?;
    if !sent.success() {
        receiver.kill()?;
    }
    let received = receiver.wait()?;
    Ok(if sent.success() && received.success() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn start(path: &Path, args: &[&str]) -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .args(args)
        .arg("--path")
        .arg(path)
        .spawn()
}
