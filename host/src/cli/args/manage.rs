//! What can be typed after the commands that look at channels and remove them.

use clap::Args;

use super::location::{KeyArgs, LocationArgs};
use super::trust::TrustArgs;
use super::values::length;

#[derive(Args, Debug)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) location: LocationArgs,
    /// Bytes of the part of the file [default: the rest; a device needs it]
    #[arg(long, value_name = "BYTES", requires = "map", value_parser = length)]
    pub(crate) size: Option<usize>,
    /// Print one JSON object
    #[arg(short, long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Print one JSON object a line
    #[arg(short, long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RmArgs {
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    /// Also if it is in use, or not ramframe's
    #[arg(long)]
    pub(crate) force: bool,
}
