//! What to type next, where a command has been waiting for a while.

use std::time::{Duration, Instant};

use super::hints;
use super::stderr::note;
use crate::location::Location;

/// After this time, who waits for another process learns why it may never come.
const LONG: Duration = Duration::from_secs(1);

/// Says once, to who waits for another process, why it may not come: it shares its messages among workers, has another key, or is in
/// another IPC namespace.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    since: Option<Instant>,
    told: bool,
}

impl Waiting {
    /// Whoever waits is still waiting.
    pub(crate) fn on(&mut self, location: &Location) {
        let since = *self.since.get_or_insert_with(Instant::now);
        let Location::Key(key) = location else {
            return;
        };
        if self.told || since.elapsed() < LONG {
            return;
        }
        self.told = true;
        match hints::shared(*key) {
            Some(shared) => note!("still waiting; {shared}"),
            None => note!(
                "still waiting; both sides need the same `--name`, `--key`, or `--path` and `--id`; both need `--share`, or neither; containers need one IPC namespace (`docker run --ipc`)"
            ),
        }
    }

    /// What was waited for has come.
    pub(crate) fn over(&mut self) {
        self.since = None;
    }
}
