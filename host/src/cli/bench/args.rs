//! What can be typed after `host bench`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, value_parser};

use super::plan::{Subject, Transport};
use crate::cli::args::headings::{MESSAGE, OUTPUT};
use crate::cli::args::values;

#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    /// Print one JSON object a row
    #[arg(long, short, help_heading = OUTPUT)]
    pub(crate) json: bool,
    /// Payload sizes to measure, with commas between them
    #[arg(long, value_name = "SIZE", num_args = 1.., value_delimiter = ',', default_values = ["8", "48", "1K", "64K", "1M"], value_parser = payload, help_heading = MESSAGE)]
    pub(crate) size: Vec<u64>,
    /// About how long the whole benchmark takes, from 1s to 1h
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub(crate) duration: Duration,
    /// The same, in seconds
    #[arg(long, hide = true, value_name = "COUNT", conflicts_with = "duration", value_parser = value_parser!(u64).range(1..=3600))]
    seconds: Option<u64>,
    /// Show only these rows, with commas between them
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_enum)]
    pub(crate) only: Vec<Transport>,
    /// Measure this program too
    ///
    /// `bench` starts it for each measurement. It reads the line `BYTES NANOSECONDS CORE CORE`, runs one side on each of the two
    /// cores, and answers with the line `ROUND_TRIP_IN_NANOSECONDS MESSAGES_PER_SECOND`. The rate 0 means that it measures none.
    #[arg(long, value_name = "EXECUTABLE")]
    pub(crate) against: Option<PathBuf>,
}

impl BenchArgs {
    /// How long to measure.
    pub(super) fn time(&self) -> Duration {
        self.seconds.map_or(self.duration, Duration::from_secs)
    }

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

fn payload(text: &str) -> Result<u64, String> {
    let size = values::size(text)?;
    let sizes = 8..=16 << 20;
    sizes
        .contains(&size)
        .then_some(size)
        .ok_or_else(|| "from 8 to 16M".into())
}

fn duration(text: &str) -> Result<Duration, String> {
    let time = values::time(text)?;
    let times = Duration::from_secs(1)..=Duration::from_secs(3600);
    times
        .contains(&time)
        .then_some(time)
        .ok_or_else(|| "from 1s to 1h".into())
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
