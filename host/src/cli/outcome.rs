//! How a command ends, as an exit code.

use std::error::Error;
use std::io;
use std::process::{ExitCode, exit};

/// What every command returns.
pub(crate) type Outcome = Result<Exit, Box<dyn Error>>;

/// The documented exit codes; 2, usage, is clap's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Failed,
    TimedOut,
    Interrupted,
}

impl Exit {
    const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::TimedOut => 3,
            Exit::Interrupted => 130,
        }
    }

    /// Ends this process in the middle of whatever its other threads do.
    pub(crate) fn now(self) -> ! {
        exit(self.code().into())
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

/// A reader of our output that has gone (`| head -3`) is no failure: we are done.
pub(crate) fn unless_pipe_closed(result: io::Result<()>) -> io::Result<Option<Exit>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Some(Exit::Done)),
        other => other.map(|()| None),
    }
}
