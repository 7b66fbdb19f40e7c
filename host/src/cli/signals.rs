//! The signals by which a person or a supervisor asks this process to end.
//!
//! The first SIGINT asks it to [drain](Request::Drain): to wait until what it sent was taken. A later SIGINT, and any SIGTERM or
//! SIGHUP, ask it to end [now](Request::Now). Signals are not counted, because pending ones of a kind merge into one.
//!
//! There is one set of signals for a process, and so this state is global. After [`watch`] a signal interrupts each system call
//! that blocks: with `ErrorKind::Interrupted`, whoever made it looks at [`asked`].

use std::io;
use std::time::{Duration, Instant};

use crate::sys::cli::signal;
use crate::wait::limit::StopToken;

/// How soon a signal ends a pause if another thread heard it.
const LOOK: Duration = Duration::from_millis(100);

/// What this process was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Request {
    /// Nothing.
    None,
    /// To end when everything was taken.
    Drain,
    /// To end now.
    Now,
}

/// Notes SIGINT, SIGTERM and SIGHUP from now on, instead of dying of them.
///
/// # Errors
/// The system's.
pub(crate) fn watch() -> io::Result<()> {
    signal::watch()
}

/// Does nothing about SIGINT, SIGTERM and SIGHUP from now on.
///
/// # Errors
/// The system's.
pub(crate) fn ignore() -> io::Result<()> {
    signal::ignore()
}

/// What this process was asked for so far.
pub(crate) fn asked() -> Request {
    match signal::asked() {
        signal::NOTHING => Request::None,
        signal::DRAIN => Request::Drain,
        _ => Request::Now,
    }
}

/// Stopped once more is asked than the caller `knows` of: nothing, or to drain.
pub(crate) fn token(knows: Request) -> &'static StopToken {
    let [first, now] = signal::tokens();
    match knows {
        Request::None => first,
        Request::Drain | Request::Now => now,
    }
}

/// The signal that asked last.
pub(crate) fn asked_by() -> Option<i32> {
    Some(signal::asked_by()).filter(|&signal| signal != 0)
}

/// Makes sure that a system call that blocks at `deadline` is interrupted then.
pub(crate) fn interrupt_at(deadline: Instant) {
    signal::tick_after(deadline.saturating_duration_since(Instant::now()));
}

/// Sleeps for `time`, or until more is asked than the caller `knows` of.
pub(crate) fn pause(time: Duration, knows: Request) {
    let since = Instant::now();
    while asked() <= knows {
        let left = time.saturating_sub(since.elapsed());
        if left.is_zero() {
            return;
        }
        signal::sleep(left.min(LOOK));
    }
}

/// Ends this process by `signal`, so that whoever started it sees that. Returns only where the kernel does not let the
/// signal end it, as in the first process of a container.
pub(crate) fn end_by(signal: i32) {
    signal::end_by(signal);
}
