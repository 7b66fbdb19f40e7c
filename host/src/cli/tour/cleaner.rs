//! Removes what the processes of a tour leave on its key, when the tour ends in whatever way, killed too.

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, test_kill_process};

use crate::cli::own_key::{clear, is_free};
use crate::sysv::key::Key;

use super::script::{Script, number, say};

/// A process that is in the middle of a step when the tour is killed ends within this time.
const LONGEST_STEP: Duration = Duration::from_secs(6);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// The word that a tour ends with when all its processes have ended.
pub(super) const ALL_ENDED: &str = "all ended";

/// Is told which processes the tour starts, until it ends.
pub(super) fn play(key: Key) -> Result<(), Box<dyn Error>> {
    let mut script = Script::new();
    let mut makers = Vec::new();
    while let Some(line) = script.next()? {
        if line == ALL_ENDED {
            clean(key, &makers);
            return Ok(say("done")?);
        }
        makers.push(number(&line)?);
    }
    // The tour was killed. Its processes notice, each at the end of its step.
    let since = Instant::now();
    while makers.iter().any(|&maker| is_there(maker)) && since.elapsed() < LONGEST_STEP {
        thread::sleep(LOOK);
    }
    clean(key, &makers);
    Ok(())
}

/// Whether there is such a process.
fn is_there(process: u32) -> bool {
    let process = process.try_into().ok().and_then(Pid::from_raw);
    process.is_some_and(|process| test_kill_process(process).is_ok())
}

fn clean(key: Key, makers: &[u32]) {
    for &maker in makers {
        if is_free(key) {
            return;
        }
        clear(key, maker);
    }
}
