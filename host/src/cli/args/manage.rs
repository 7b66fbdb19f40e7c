//! What can be typed after the commands that look at channels and remove them, and after those that tell a shell of `host`.

use clap::Args;
use clap_complete::Shell;

use super::headings::{ACCESS, LOCATION, OUTPUT};
use super::location::{KeyArgs, LocationArgs};
use super::trust::TrustArgs;
use super::values::length;

#[derive(Args, Debug)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) location: LocationArgs,
    /// How much of the file is used [default: all from --offset on]
    ///
    /// It must be given for a device.
    #[arg(long, value_name = "SIZE", requires = "map", value_parser = length, hide_short_help = true, help_heading = LOCATION)]
    pub(crate) size: Option<usize>,
    /// Print one JSON object
    #[arg(long, short, help_heading = OUTPUT)]
    pub(crate) json: bool,
    /// Print all channels, or the given one, in Prometheus's format
    #[arg(long, conflicts_with = "json", hide_short_help = true, help_heading = OUTPUT)]
    pub(crate) prometheus: bool,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Print one JSON object a line
    #[arg(long, short, help_heading = OUTPUT)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RmArgs {
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    /// Remove it even if it is in use, another user's, or not ramframe's
    #[arg(long, help_heading = ACCESS)]
    pub(crate) force: bool,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell that the script is for
    pub(crate) shell: Shell,
}

#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The command to describe [default: the whole program]
    pub(crate) command: Option<String>,
}
