//! Ctrl-C and SIGTERM, counted: the first asks to end, the second to give up waiting, and a last one is obeyed at once.

use std::fs;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::outcome::Exit;

/// How long a process that was asked for the last time may take to end by itself: longer than any nap.
const GRACE: Duration = Duration::from_secs(1);

/// How often this process was asked to end. Clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupts(Arc<(Mutex<u32>, Condvar)>);

impl Interrupts {
    /// Counts from now on, instead of dying.
    pub(crate) fn watch() -> io::Result<Self> {
        Self::watch_until(u32::MAX)
    }

    /// As [`watch`](Self::watch), but when this process is asked for the `last` time it ends, whatever it is doing: a write to
    /// a pipe that nobody reads would last for ever. It leaves as if killed, and the kernel gives its locks back.
    pub(crate) fn watch_until(last: u32) -> io::Result<Self> {
        let this = Self::default();
        let asking = [SIGINT, SIGTERM, SIGHUP].into_iter();
        let mut signals =
            Signals::new(asking.filter(|&signal| signal != SIGHUP || !is_ignored(signal)))?;
        let counting = this.clone();
        thread::Builder::new().spawn(move || {
            for _ in signals.forever() {
                counting.add();
                if counting.count() >= last {
                    thread::sleep(GRACE);
                    Exit::Interrupted.now();
                }
            }
        })?;
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

    /// Sleeps for `time`, or until this process is asked to end: not at all if it was before.
    pub(crate) fn pause(&self, time: Duration) {
        self.pause_past(0, time);
    }

    /// Sleeps for `time`, or until this process was asked to end more often than the `seen` times that its caller knows of:
    /// one that comes between a look and the sleep is not slept over.
    pub(crate) fn pause_past(&self, seen: u32, time: Duration) {
        let (count, changed) = &*self.0;
        let count = count.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = changed.wait_timeout_while(count, time, |count| *count <= seen);
    }
}

/// Whether this process was started so that `signal` does nothing to it, as `nohup` does with SIGHUP. (A shell does it with
/// SIGINT for what it starts in the background; asked by `kill -INT`, that ends all the same.)
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 != 0)
}

#[cfg(test)]
mod tests {
    use std::thread::{self, JoinHandle};
    use std::time::{Duration, Instant};

    use super::Interrupts;

    /// Longer than anyone waits for a test.
    const LONG: Duration = Duration::from_secs(24 * 3600);

    fn pausing(interrupts: &Interrupts, seen: u32) -> JoinHandle<()> {
        let interrupts = interrupts.clone();
        thread::spawn(move || interrupts.pause_past(seen, LONG))
    }

    fn ends(pause: &JoinHandle<()>) {
        let since = Instant::now();
        while !pause.is_finished() {
            assert!(since.elapsed() < Duration::from_secs(60), "it sleeps on");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn an_interrupt_before_a_pause_is_not_slept_over() {
        let interrupts = Interrupts::default();
        interrupts.add();
        ends(&pausing(&interrupts, 0));
        interrupts.add();
        ends(&pausing(&interrupts, 1));
    }

    #[test]
    fn one_that_is_known_does_not_end_a_pause_and_the_next_does() {
        let interrupts = Interrupts::default();
        interrupts.add();
        let since = Instant::now();
        let short = Duration::from_millis(50);
        interrupts.pause_past(1, short);
        assert!(since.elapsed() >= short);
        let pause = pausing(&interrupts, 1);
        interrupts.add();
        ends(&pause);
    }
}
