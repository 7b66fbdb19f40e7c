//! What can be typed after `host send`.

use std::ffi::OsString;
use std::time::Duration;

use clap::{ArgGroup, Args, value_parser};

use crate::cli::framing::Framing;
use crate::cli::spin::SpinArgs;

use super::Wire;
use super::location::LocationArgs;
use super::trust::TrustArgs;
use super::values::{length, octal};

/// What a slot of 1 GiB holds beside its header.
pub(crate) const LARGEST_SLOT: u32 = (1 << 30) - 16;

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("lossless").multiple(true).args(["backpressure", "stream"])))]
pub(crate) struct SendArgs {
    /// Messages to send in turn [default: CIEPLO ZIMNO]
    #[arg(value_name = "MESSAGE")]
    pub(crate) messages: Vec<OsString>,
    /// Send each line of standard input as one message
    #[arg(long, conflicts_with = "messages")]
    pub(crate) lines: bool,
    /// Send messages of any bytes from standard input, each behind its length: a varint, as protobuf delimits messages
    #[arg(long, conflicts_with_all = ["messages", "lines", "null"])]
    pub(crate) delimited: bool,
    /// Send each part of standard input that a NUL ends as one message, as of `find -print0`
    #[arg(short = '0', long, conflicts_with_all = ["messages", "lines"])]
    pub(crate) null: bool,
    /// Time between messages [default: 1s; with --lines none, but for --wire text, where each is seen only while it stands]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) interval: Option<Duration>,
    /// End after N messages
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,
    #[command(flatten)]
    pub(crate) location: LocationArgs,
    /// Bytes of the segment [default: 1024, or more where the messages need it]; with --map of its part of the file
    /// [default: the rest; a device needs it]
    #[arg(long, value_name = "BYTES", value_parser = length)]
    pub(crate) size: Option<usize>,
    /// Longest message a slot holds [default: what the messages need; with --lines 4096]
    #[arg(long, value_name = "BYTES", value_parser = value_parser!(u32).range(1..=i64::from(LARGEST_SLOT)))]
    pub(crate) slot: Option<u32>,
    /// Send standard input as bytes, however many, to `host recv --stream`; with backpressure
    #[arg(long, conflicts_with_all = ["messages", "lines", "delimited", "null", "interval", "count", "wire", "map"])]
    pub(crate) stream: bool,
    /// Show how far the stream is
    #[arg(long, requires = "stream")]
    pub(crate) progress: bool,
    /// Wait for receivers rather than overwrite: no message is lost
    #[arg(long, conflicts_with = "wire")]
    pub(crate) backpressure: bool,
    /// Receivers that each take every message, with --backpressure
    #[arg(long, value_name = "N", default_value_t = 1, requires = "lossless", value_parser = value_parser!(u32).range(1..=32))]
    pub(crate) receivers: u32,
    /// How long a receiver that was killed may hold up this sender; what it did not take is then dropped, and counted
    #[arg(long, value_name = "TIME", default_value = "10s", requires = "lossless", conflicts_with = "map", value_parser = humantime::parse_duration)]
    pub(crate) dead_after: Duration,
    /// Give up after this time in all, with exit code 3
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// How long receivers may still take what was sent after Ctrl-C
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(crate) drain_timeout: Duration,
    /// Permission bits of the segment, octal
    #[arg(long, value_name = "MODE", default_value = "0600", conflicts_with = "map", value_parser = octal)]
    pub(crate) mode: u32,
    /// Do not remove the segment at the end
    #[arg(long, conflicts_with = "map")]
    pub(crate) keep: bool,
    #[command(flatten)]
    pub(crate) spin: SpinArgs,
    /// What the bytes mean
    #[arg(long, value_enum, default_value_t, conflicts_with = "map")]
    pub(crate) wire: Wire,
    /// Say nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
}

impl SendArgs {
    /// How the messages follow one another in standard input; `None` if they do not come from there.
    pub(crate) fn piped(&self) -> Option<Framing> {
        match (self.lines, self.delimited, self.null) {
            (true, _, _) => Some(Framing::Lines),
            (_, true, _) => Some(Framing::Delimited),
            (_, _, true) => Some(Framing::Null),
            (false, false, false) => None,
        }
    }

    /// What a person calls one message.
    pub(crate) fn noun(&self) -> &'static str {
        self.piped().map_or("message", Framing::noun)
    }
}
