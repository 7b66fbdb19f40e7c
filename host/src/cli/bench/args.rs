//! What can be typed after `host bench`.

use clap::{Args, value_parser};

use super::plan::Transport;

#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    /// Print one JSON object a row
    #[arg(long)]
    pub(crate) json: bool,
    /// Payload sizes to measure
    #[arg(long, value_name = "BYTES", num_args = 1.., value_delimiter = ',', default_values_t = [8, 48, 1024, 65536, 1 << 20], value_parser = value_parser!(u64).range(8..=16 << 20))]
    pub(crate) size: Vec<u64>,
    /// How long to measure, about, in all
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,
    /// Printer only these; the floor is measured beside them all the same
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_enum)]
    pub(crate) only: Vec<Transport>,
}

/// What `host bench` tells the second process.
#[derive(Args, Debug)]
pub(crate) struct PeerArgs {
    #[arg(long)]
    pub(crate) core: usize,
    /// Ids of private segments: bare words, channels, channels of slices.
    #[arg(long, num_args = 3)]
    pub(crate) segments: Vec<i32>,
    /// Numbers of the parent's files: the ends of two pipes.
    #[arg(long, num_args = 2)]
    pub(crate) pipes: Vec<i32>,
    /// The longest payload.
    #[arg(long)]
    pub(crate) longest: usize,
}
