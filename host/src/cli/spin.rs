//! What can be typed about how a side waits.

use std::time::Duration;

use clap::Args;

use crate::wait::rate::NAP_LIMIT;

use super::args::headings::DELIVERY;
use super::args::values;

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct SpinArgs {
    /// Poll for this long before each sleep, at most 100ms [default: adapts]
    ///
    /// A longer time gives faster answers, and uses more of a core. With 0s a side sleeps at once. By default a side polls only if
    /// its recent waits show that polling is faster.
    #[arg(long = "spin", value_name = "TIME", conflicts_with_all = ["map", "wire"], value_parser = time, hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) time: Option<Duration>,
}

fn time(text: &str) -> Result<Duration, String> {
    let time = values::time(text)?;
    // No longer than a nap: a signal is heard only after it.
    match time <= NAP_LIMIT {
        true => Ok(time),
        false => Err(format!("at most {}", humantime::format_duration(NAP_LIMIT))),
    }
}
