//! Ctrl-C and SIGTERM, counted: the first asks to end, the second to give up waiting.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// How often this process was asked to end. Clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupts(Arc<(Mutex<u32>, Condvar)>);

impl Interrupts {
    /// Counts from now on, instead of dying.
    pub(crate) fn watch() -> io::Result<Self> {
        let this = Self::default();
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let counting = this.clone();
        thread::spawn(move || signals.forever().for_each(|_| counting.add()));
        Ok(this)
    }

    fn add(&self) {
        let (count, changed) = &*self.0;
        *count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        changed.notify_all();
    }

    /// How often so far.
    pub(crate) fn count(&self) -> u32 {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this process was asked to end.
    pub(crate) fn any(&self) -> bool {
        self.count() > 0
    }

    /// Sleeps for `time`, or until this process is asked to end.
    pub(crate) fn pause(&self, time: Duration) {
        let (count, changed) = &*self.0;
        let count = count.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *count;
        let _ = changed.wait_timeout_while(count, time, |count| *count == before);
    }
}
