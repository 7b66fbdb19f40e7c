//! What can be typed after `host bench`.

use std::path::PathBuf;

use clap::{Args, value_parser};

use super::plan::{Subject, Transport};

#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    /// Print one JSON object a row
    #[arg(short, long)]
    pub(crate) json: bool,
    /// Payload sizes to measure
    #[arg(long, value_name = "BYTES", num_args = 1.., value_delimiter = ',', default_values_t = [8, 48, 1024, 65536, 1 << 20], value_parser = value_parser!(u64).range(8..=16 << 20))]
    pub(crate) size: Vec<u64>,
    /// How long to measure, about, in all
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,
    /// Show only these; the floor is measured beside them all the same
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_enum)]
    pub(crate) only: Vec<Transport>,
    /// Measure this program too
    ///
    /// It is started for each segment, reads the line `BYTES NANOSECONDS CORE CORE`, and answers with the line
    /// `ROUND_TRIP_IN_NANOSECONDS MESSAGES_PER_SECOND`. It holds one side to each core. 0 messages: not measured.
    #[arg(long, value_name = "EXECUTABLE")]
    pub(crate) against: Option<PathBuf>,
}

impl BenchArgs {
    /// Whether `--only` lets a row be seen.
    pub(super) fn shows(&self, subject: Subject) -> bool {
        self.only.is_empty() || self.only.contains(&subject.transport)
    }

    /// Whether a row is measured: one that is seen, or the floor.
    pub(super) fn needs(&self, subject: Subject) -> bool {
        match subject.transport {
            Transport::Floor => true,
            Transport::Against => self.against.is_some() && self.shows(subject),
            _ => self.shows(subject),
        }
    }
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
