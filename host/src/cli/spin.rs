//! What can be typed about how a side waits.

use std::time::Duration;

use clap::Args;

use crate::wait::rate::NAP_LIMIT;

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct SpinArgs {
    /// Before each sleep look for this long, at most 100ms; 0 sleeps at once [default: as long as it pays]
    #[arg(long = "spin", value_name = "TIME", conflicts_with_all = ["map", "wire"], value_parser = time)]
    pub(crate) time: Option<Duration>,
}

fn time(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    // No longer than a nap: a signal is heard only after it.
    match time <= NAP_LIMIT {
        true => Ok(time),
        false => Err(format!("at most {}", humantime::format_duration(NAP_LIMIT))),
    }
}
