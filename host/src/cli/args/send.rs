//! What can be typed after `host send`.

use std::ffi::OsString;
use std::time::Duration;

use clap::{ArgGroup, Args, value_parser};

use crate::cli::framing::Framing;
use crate::cli::spin::SpinArgs;
use crate::share::MAX_WORKERS;

use super::headings::{ACCESS, DELIVERY, LOCATION, MESSAGE, OUTPUT};
use super::location::LocationArgs;
use super::trust::TrustArgs;
use super::values::{length, octal, slot, time};
use super::{NoteArgs, Wire};

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("lossless").multiple(true).args(["backpressure", "stream", "lines", "delimited", "null", "share"])))]
pub(crate) struct SendArgs {
    /// Messages to send in turn [default: CIEPLO ZIMNO]
    ///
    /// After the last message the first one follows again, until `--count` or Ctrl-C ends the command.
    #[arg(value_name = "MESSAGE", display_order = 0, help_heading = MESSAGE)]
    pub(crate) messages: Vec<OsString>,
    /// Send each line of standard input, and lose none
    ///
    /// When the channel is full, the sender waits until a receiver has read. If there are several receivers, use `--receivers`.
    #[arg(long, conflicts_with = "messages", help_heading = MESSAGE)]
    pub(crate) lines: bool,
    /// Send messages of standard input, each with its length before it
    ///
    /// `host recv --delimited` prints them so. A message may have any bytes. The length is a varint, as in delimited protobuf.
    /// The sender waits as with `--lines`.
    #[arg(long, conflicts_with_all = ["messages", "lines", "null"], hide_short_help = true, help_heading = MESSAGE)]
    pub(crate) delimited: bool,
    /// Send messages of standard input, each with a NUL after it
    ///
    /// `find -print0` prints them so. The sender waits as with `--lines`.
    #[arg(long, short = '0', conflicts_with_all = ["messages", "lines"], hide_short_help = true, help_heading = MESSAGE)]
    pub(crate) null: bool,
    /// Stop after this many messages
    #[arg(long, short = 'n', value_name = "COUNT", help_heading = MESSAGE)]
    pub(crate) count: Option<u64>,
    /// Delay between messages [default: 1s; 0s with --lines]
    ///
    /// With `--wire text` the default is 1s for lines too, because each text replaces the one before it.
    #[arg(long, short, value_name = "TIME", value_parser = time, help_heading = MESSAGE)]
    pub(crate) interval: Option<Duration>,
    /// Send standard input as bytes, to `host recv --stream`
    ///
    /// The sender waits for the receiver. The stream ends at the end of standard input, and may be of any length.
    #[arg(long, conflicts_with_all = ["messages", "lines", "delimited", "null", "interval", "count", "wire", "map", "overwrite"], hide_short_help = true, help_heading = MESSAGE)]
    pub(crate) stream: bool,
    /// Longest message, in bytes [default: as needed; 4K from standard input]
    ///
    /// A channel has slots, and each message takes one. All slots have this size.
    #[arg(long, value_name = "SIZE", value_parser = slot, hide_short_help = true, help_heading = MESSAGE)]
    pub(crate) slot: Option<u32>,
    /// Format of the messages in memory
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, conflicts_with = "map", hide_short_help = true, help_heading = MESSAGE)]
    pub(crate) wire: Wire,
    #[command(flatten)]
    pub(crate) location: LocationArgs,
    /// Bytes of the segment [default: 1K, or more if the messages need it]
    ///
    /// With `--map` it is the part of the file that is used, by default all from `--offset` on. It must be given for a device.
    #[arg(long, value_name = "SIZE", value_parser = length, hide_short_help = true, help_heading = LOCATION)]
    pub(crate) size: Option<usize>,
    /// Wait for receivers, so that none misses a message
    ///
    /// This is the default with `--lines`, `--delimited` and `--null`.
    #[arg(long, conflicts_with = "wire", help_heading = DELIVERY)]
    pub(crate) backpressure: bool,
    /// Never wait for receivers: a slow one misses messages
    ///
    /// This is the default if the messages are on the command line. A receiver that misses messages reports how many.
    #[arg(long, conflicts_with_all = ["backpressure", "receivers", "dead_after"], hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) overwrite: bool,
    /// Receivers that each get every message
    ///
    /// From 1 to 32, for `--lines`, `--delimited`, `--null`, `--stream` and `--backpressure`. When the channel is full, the sender
    /// waits for the slowest receiver, also for one that has not started yet. More receivers than that are refused.
    #[arg(long, value_name = "COUNT", default_value_t = 1, requires = "lossless", conflicts_with = "wire", value_parser = value_parser!(u32).range(1..=32), help_heading = DELIVERY)]
    pub(crate) receivers: u32,
    /// Give each message to one of at most this many workers
    ///
    /// A worker is a `host recv --share`. Workers may come and go at any time. The worker with the fewest waiting messages gets the
    /// next one. If a worker ends or is killed, its waiting messages go to the others. With `--receivers`, in contrast, each
    /// receiver gets all messages.
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["receivers", "overwrite", "stream", "wire", "map", "dead_after", "time"], value_parser = value_parser!(u32).range(1..=i64::from(MAX_WORKERS)), hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) share: Option<u32>,
    /// How long a receiver that was killed may block the sender
    ///
    /// After this time the sender drops the messages for that receiver. The next receiver reports how many.
    #[arg(long = "reclaim-after", alias = "dead-after", value_name = "TIME", default_value = "10s", requires = "lossless", conflicts_with_all = ["map", "wire"], value_parser = time, hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) dead_after: Duration,
    /// Give up this long after the start, with exit code 3
    #[arg(long, value_name = "TIME", value_parser = time, hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) timeout: Option<Duration>,
    /// How long receivers may still read after the first Ctrl-C
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time, hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) drain_timeout: Duration,
    /// Keep the segment at the end, for a receiver that starts later
    ///
    /// With `--map` the channel always stays in the file.
    #[arg(long, conflicts_with = "map", hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) keep: bool,
    #[command(flatten)]
    pub(crate) spin: SpinArgs,
    #[command(flatten)]
    pub(crate) notes: NoteArgs,
    /// Show the progress of the stream
    #[arg(long, requires = "stream", hide_short_help = true, help_heading = OUTPUT)]
    pub(crate) progress: bool,
    /// Permission bits of the segment, in octal
    ///
    /// With 0660 or 0666 other users may use the channel too. They name the owner of the segment with `--trust-uid`.
    #[arg(long, value_name = "MODE", default_value = "0600", conflicts_with = "map", value_parser = octal, hide_short_help = true, help_heading = ACCESS)]
    pub(crate) mode: u32,
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

    /// Whether it waits for receivers rather than overwrite what they have not read.
    pub(crate) fn is_lossless(&self) -> bool {
        let piped = self.piped().is_some() && !self.overwrite && self.wire == Wire::Framed;
        self.backpressure || self.stream || self.share.is_some() || piped
    }
}
