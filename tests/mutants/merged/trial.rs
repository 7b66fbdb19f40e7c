//! One run of a test program, ended at the first failure.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Seconds for which all threads sleep before a program counts as stuck.
const ASLEEP: u32 = 30;

/// How a program ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All tests passed.
    Passed,
    /// This test failed, or the whole program.
    Failed(String),
    /// It used up its time on the processor. A starved program does not.
    Looped,
    /// All its threads slept, and it did not end.
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
    let end = watch(&mut child);
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
fn watch(child: &mut Child) -> Option<End> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (say, heard) = mpsc::channel();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some(test) = failed(&line) {
                let _ = say.send(test);
            }
        }
    });
    let mut asleep = 0;
    while asleep < ASLEEP {
        match heard.recv_timeout(Duration::from_secs(1)) {
            Ok(test) => return Some(End::Failed(test)),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if is_asleep(child.id()) => asleep += 1,
            Err(RecvTimeoutError::Timeout) => asleep = 0,
        }
    }
    Some(End::Stuck)
}

/// Whether no thread of a process wants the processor. A starved one does.
fn is_asleep(process: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{process}/task"));
    let mut states = threads.into_iter().flatten().filter_map(|thread| {
        let text = fs::read_to_string(thread.ok()?.path().join("stat")).ok()?;
        // The name before it is in brackets, and may have any character.
        text.rsplit_once(") ")?.1.chars().next()
    });
    states.all(|state| state == 'S')
}

/// What all programs so far used of the processor.
pub(crate) fn seconds_used() -> u64 {
    const TICKS_A_SECOND: u64 = 100;
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    // The time of ended children, of their own and of the kernel for them: fields 16 and 17, where 3 is the first after the name.
    let (_, fields) = text.rsplit_once(") ").unwrap();
    let fields = fields.split(' ').skip(16 - 3).take(2);
    fields
        .map(|ticks| ticks.parse::<u64>().unwrap())
        .sum::<u64>()
        / TICKS_A_SECOND
}

/// The test of a line as `test steps::name ... FAILED`.
fn failed(line: &str) -> Option<String> {
    let (test, _) = line.strip_prefix("test ")?.split_once(" ... FAILED")?;
    Some(test.into())
}
