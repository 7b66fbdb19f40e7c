//! What can be typed after `host recv`.

use std::ffi::OsString;
use std::time::Duration;

use clap::Args;
use clap::error::ErrorKind;

use crate::cli::framing::Framing;
use crate::cli::json::Encoding;
use crate::cli::spin::SpinArgs;

use super::headings::{DELIVERY, LOCATION, MESSAGE, OUTPUT};
use super::locations::LocationsArgs;
use super::trust::TrustArgs;
use super::values::{length, time};
use super::{NoteArgs, Wire, command};

#[derive(Args, Debug)]
pub(crate) struct RecvArgs {
    /// Accept every message, and not only the expected texts
    #[arg(long, help_heading = MESSAGE)]
    pub(crate) any: bool,
    /// Accept this text; may be repeated [default: CIEPLO ZIMNO]
    ///
    /// Several texts must come in turn; any of them may be the first. A text out of turn is reported, and so is any other text, as
    /// invalid.
    #[arg(long, value_name = "TEXT", conflicts_with = "any", help_heading = MESSAGE)]
    pub(crate) expect: Vec<OsString>,
    /// Fail with exit code 1 at the end if a message was invalid or out of turn
    #[arg(long, hide_short_help = true, help_heading = MESSAGE)]
    pub(crate) strict: bool,
    /// Stop after this many messages
    #[arg(long, short = 'n', value_name = "COUNT", help_heading = MESSAGE)]
    pub(crate) count: Option<u64>,
    /// Write the bytes of `host send --stream` to standard output
    ///
    /// Ends when the sender does.
    #[arg(long, conflicts_with_all = ["expect", "any", "strict", "count", "latest", "interval", "new", "json", "raw", "delimited", "null", "wire", "map"], hide_short_help = true, help_heading = MESSAGE)]
    pub(crate) stream: bool,
    /// Format of the messages in memory
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, conflicts_with = "map", hide_short_help = true, help_heading = MESSAGE)]
    pub(crate) wire: Wire,
    #[command(flatten)]
    pub(crate) location: LocationsArgs,
    /// How much of the file is used [default: all from --offset on]
    ///
    /// It must be given for a device.
    #[arg(long, value_name = "SIZE", requires = "map", value_parser = length, hide_short_help = true, help_heading = LOCATION)]
    pub(crate) size: Option<usize>,
    /// Stop when the sender closes the channel
    ///
    /// Of many channels: when each one that is given has been closed, each pattern has matched one, and all that are there are closed.
    #[arg(long, help_heading = DELIVERY)]
    pub(crate) until_close: bool,
    /// Give up this long after the start, with exit code 3
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = DELIVERY)]
    pub(crate) timeout: Option<Duration>,
    /// Receive as one of the workers of `host send --share`
    ///
    /// Each message goes to one worker. If a worker is killed, the messages that it has not printed go to the other workers.
    /// Accepts every message, unless `--expect` is given.
    #[arg(long, conflicts_with_all = ["stream", "wire", "map", "new", "latest", "interval"], hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) share: bool,
    /// Start with the next message, and skip the older ones
    #[arg(long = "from-now", alias = "new", conflicts_with = "latest", hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) new: bool,
    /// Print only the latest message, once in each --interval
    #[arg(long = "sample", alias = "latest", hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) latest: bool,
    /// Delay between two reads [default: 1s with --sample, 20ms with --wire text]
    ///
    /// Without these two options it has no effect.
    #[arg(long, short, value_name = "TIME", value_parser = time, hide_short_help = true, help_heading = DELIVERY)]
    pub(crate) interval: Option<Duration>,
    #[command(flatten)]
    pub(crate) spin: SpinArgs,
    /// Print one JSON object a line
    ///
    /// The file host/JSON.md in the sources documents the objects.
    #[arg(long, short, conflicts_with_all = ["raw", "delimited", "null"], help_heading = OUTPUT)]
    pub(crate) json: bool,
    /// How --json writes the bytes of a payload
    #[arg(long, value_name = "ENCODING", value_enum, default_value_t, requires = "json", hide_short_help = true, help_heading = OUTPUT)]
    pub(crate) payload: Encoding,
    /// Print only the payload of each message, with a newline after it
    #[arg(long, conflicts_with_all = ["delimited", "null"], hide_short_help = true, help_heading = OUTPUT)]
    pub(crate) raw: bool,
    /// Print each payload with its length before it
    ///
    /// `host send --delimited` reads that. The length is a varint, as in delimited protobuf. Accepts every message, unless
    /// `--expect` is given.
    #[arg(long, conflicts_with = "null", hide_short_help = true, help_heading = OUTPUT)]
    pub(crate) delimited: bool,
    /// Print each payload with a NUL after it, for `xargs -0`
    ///
    /// Accepts every message, unless `--expect` is given. But a message that contains a NUL ends the command with an error, and
    /// stays for the next receiver.
    #[arg(long, short = '0', hide_short_help = true, help_heading = OUTPUT)]
    pub(crate) null: bool,
    /// Show the progress of the stream
    #[arg(long, requires = "stream", hide_short_help = true, help_heading = OUTPUT)]
    pub(crate) progress: bool,
    #[command(flatten)]
    pub(crate) notes: NoteArgs,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
}

impl RecvArgs {
    /// How payloads follow one another in standard output, if they are all that is written there.
    pub(crate) fn raw(&self) -> Option<Framing> {
        match (self.raw, self.delimited, self.null) {
            (true, _, _) => Some(Framing::Lines),
            (_, true, _) => Some(Framing::Delimited),
            (_, _, true) => Some(Framing::Null),
            (false, false, false) => None,
        }
    }

    /// Whether any message will do. Messages that come from a pipe of another program, that are shared, or that come from many channels, are
    /// not the tutorial's in turn.
    pub(crate) fn any(&self) -> bool {
        let others = self.delimited || self.null || self.share;
        self.any || self.expect.is_empty() && (others || self.location.many().is_some())
    }

    /// What the parser cannot check: some options are for one channel.
    pub(super) fn check(&self) -> Result<(), clap::Error> {
        let of_one = [
            (self.stream, "--stream"),
            (self.share, "--share"),
            (self.latest, "--sample"),
            (self.wire == Wire::Text, "--wire text"),
        ];
        let given = of_one.iter().find(|(given, _)| *given);
        match given.filter(|_| self.location.many().is_some()) {
            None => Ok(()),
            Some((_, option)) => Err(command().error(
                ErrorKind::ArgumentConflict,
                format!(
                    "{option} needs one channel: give one --name without a pattern, or one --key"
                ),
            )),
        }
    }
}
