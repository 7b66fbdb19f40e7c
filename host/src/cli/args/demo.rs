//! What can be typed after `host demo`.

use std::time::Duration;

use clap::Args;

use super::headings::MESSAGE;
use super::values::time;

#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Number of messages
    #[arg(long, short = 'n', value_name = "COUNT", default_value_t = 6, help_heading = MESSAGE)]
    pub(crate) count: u64,
    /// Delay between messages
    #[arg(long, short, value_name = "TIME", default_value = "500ms", value_parser = time, help_heading = MESSAGE)]
    pub(crate) interval: Duration,
}
