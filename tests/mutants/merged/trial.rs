//! One run of a test program, ended at the first failure.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How a program ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All tests passed.
    Passed,
    /// This test failed, or the whole program.
    Failed(String),
    /// It used up its time on the processor. A starved program does not.
    Looped,
    /// It used neither its time on the processor nor ended.
    Stuck,
}

/// Runs `program` in `folder` with a mutant, for at most `seconds` on the processor.
pub(crate) fn run(program: &Path, folder: &Path, mutant: Option<usize>, seconds: u64) -> End {
    let limits = format!(
        "ulimit -t {seconds}; ulimit -v 16000000; ulimit -c 0; exec \"$0\" --test-threads 2"
    );
    let mut command = Command::new("bash");
    command.args(["-c", &limits]).arg(program);
    command.current_dir(folder);
    // What cargo says to a test.
    command.env("CARGO_MANIFEST_DIR", folder);
    command.envs(mutant.map(|number| ("RAMFRAME_MUTANT", number.to_string())));
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let end = watch(&mut child, Duration::from_secs(20 + 5 * seconds));
    let _ = child.kill();
    let status = child.wait().unwrap();
    match end {
        Some(end) => end,
        None if status.success() => End::Passed,
        None if matches!(status.signal(), Some(9 | 24)) => End::Looped,
        None => End::Failed("the whole".into()),
    }
}

/// The first failure; `None` if the program ended before.
fn watch(child: &mut Child, limit: Duration) -> Option<End> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (say, heard) = mpsc::channel();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some(test) = failed(&line) {
                let _ = say.send(test);
            }
        }
    });
    match heard.recv_timeout(limit) {
        Ok(test) => Some(End::Failed(test)),
        Err(mpsc::RecvTimeoutError::Disconnected) => None,
        Err(mpsc::RecvTimeoutError::Timeout) => Some(End::Stuck),
    }
}

/// The test of a line as `test steps::name ... FAILED`.
fn failed(line: &str) -> Option<String> {
    let (test, _) = line.strip_prefix("test ")?.split_once(" ... FAILED")?;
    Some(test.into())
}
