//! What can be typed after `host recv`.

use std::ffi::OsString;
use std::time::Duration;

use clap::Args;

use crate::cli::framing::Framing;
use crate::cli::json::Encoding;
use crate::cli::spin::SpinArgs;

use super::Wire;
use super::location::LocationArgs;
use super::trust::TrustArgs;
use super::values::length;

#[derive(Args, Debug)]
pub(crate) struct RecvArgs {
    /// Expect this text, and others so named, in turn [default: CIEPLO, ZIMNO]
    #[arg(long, value_name = "TEXT", conflicts_with = "any")]
    pub(crate) expect: Vec<OsString>,
    /// Any message will do
    #[arg(long)]
    pub(crate) any: bool,
    /// End after N messages
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,
    /// End when the sender leaves in good order
    #[arg(long)]
    pub(crate) until_close: bool,
    /// Give up after this time in all, with exit code 3
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Look at the newest message now and then, rather than take each
    #[arg(long)]
    pub(crate) latest: bool,
    /// Time between two looks, with --latest or --wire text [default: 1s, and 20ms]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) interval: Option<Duration>,
    /// Start with the next message, not with the oldest that is still there
    #[arg(long, conflicts_with = "latest")]
    pub(crate) new: bool,
    /// Write the bytes of `host send --stream` to standard output, and end when the sender does
    #[arg(long, conflicts_with_all = ["expect", "any", "count", "latest", "interval", "new", "json", "raw", "delimited", "null", "wire", "map"])]
    pub(crate) stream: bool,
    /// Show how far the stream is
    #[arg(long, requires = "stream")]
    pub(crate) progress: bool,
    /// Print one JSON object a line, as host/JSON.md documents them
    #[arg(short, long, conflicts_with_all = ["raw", "delimited", "null"])]
    pub(crate) json: bool,
    /// How --json writes the bytes of a payload
    #[arg(
        long,
        value_name = "ENCODING",
        value_enum,
        default_value_t,
        requires = "json"
    )]
    pub(crate) payload: Encoding,
    /// Print payloads and newlines, nothing else
    #[arg(long, conflicts_with_all = ["delimited", "null"])]
    pub(crate) raw: bool,
    /// Write each payload behind its length, a varint, as protobuf delimits messages; any message will do, unless --expect is given
    #[arg(long, conflicts_with = "null")]
    pub(crate) delimited: bool,
    /// Write each payload and a NUL, as for `xargs -0`; any message without a NUL will do, unless --expect is given
    #[arg(short = '0', long)]
    pub(crate) null: bool,
    #[command(flatten)]
    pub(crate) location: LocationArgs,
    /// Bytes of the part of the file [default: the rest; a device needs it]
    #[arg(long, value_name = "BYTES", requires = "map", value_parser = length)]
    pub(crate) size: Option<usize>,
    #[command(flatten)]
    pub(crate) spin: SpinArgs,
    /// What the bytes mean
    #[arg(long, value_enum, default_value_t, conflicts_with = "map")]
    pub(crate) wire: Wire,
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

    /// Whether any message will do. Messages that come from a pipe of another program are not the tutorial's.
    pub(crate) fn any(&self) -> bool {
        self.any || self.expect.is_empty() && (self.delimited || self.null)
    }
}
