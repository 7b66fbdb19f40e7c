//! What can be typed after `host tour`.

use clap::{Args, ValueEnum};

use crate::cli::args::headings::OUTPUT;
use crate::sysv::key::Key;

/// One fault of the tutorial's programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    /// A text that is half old and half new
    Torn,
    /// A message that is lost, and one that comes twice
    Lost,
    /// A segment that stays when its programs have ended
    Stays,
    /// A receiver that burns a core, or sleeps through its messages
    Waits,
    /// A sender that dies in the middle of a message
    Crash,
}

#[derive(Args, Debug)]
pub(crate) struct TourArgs {
    /// Show only this fault [default: all, one after the other]
    #[arg(value_name = "NAME", value_enum)]
    pub(crate) name: Option<Fault>,
    /// Print the names of the faults, and show none of them
    #[arg(long, conflicts_with = "name", help_heading = OUTPUT)]
    pub(crate) list: bool,
}

/// What a process of the tour does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// What the tutorial's programs do.
    Tutorial,
    /// The same with ramframe.
    Ramframe,
    /// Removes what the others leave, when the tour ends in whatever way.
    Cleaner,
}

/// What `host tour` tells its processes.
#[derive(Args, Debug)]
pub(crate) struct ActorArgs {
    #[arg(value_enum)]
    pub(crate) role: Role,
    #[arg(long, value_parser = key)]
    pub(crate) key: Key,
}

fn key(text: &str) -> Result<Key, String> {
    text.parse()
        .map_err(|error: crate::sysv::key::Error| error.to_string())
}
