//! How a command ends, as an exit code or by a signal; and the one place where the process ends.

use std::error::Error;
use std::io;
use std::process::exit;

use crate::cli::signals;

/// What every command returns.
pub(crate) type Outcome<T = Exit> = Result<T, Box<dyn Error>>;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Failed,
    Usage,
    TimedOut,
    /// It was asked to end by this signal.
    Signal(i32),
}

impl Exit {
    const fn code(self) -> i32 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::TimedOut => 3,
            Exit::Signal(signal) => 128 + signal,
        }
    }

    /// Ends this process, whatever its other threads do: by the signal that it was asked to end by, so that a shell or a
    /// supervisor sees that.
    pub(crate) fn now(self) -> ! {
        if let Exit::Signal(signal) = self {
            signals::end_by(signal);
        }
        exit(self.code())
    }
}

/// A reader of our output that has gone (`| head -3`) is no failure: we are done.
pub(crate) fn unless_pipe_closed(result: io::Result<()>) -> io::Result<Option<Exit>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Some(Exit::Done)),
        other => other.map(|()| None),
    }
}
