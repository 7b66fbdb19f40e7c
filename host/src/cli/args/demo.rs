//! What can be typed after `host demo`.

use std::time::Duration;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Messages to send
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) count: u64,
    /// Time between messages
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = humantime::parse_duration)]
    pub(crate) interval: Duration,
}
