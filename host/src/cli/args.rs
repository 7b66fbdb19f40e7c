//! What can be typed.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, value_parser};

use super::hints;

use crate::file::Window;
use crate::location::Location;
use crate::sysv::key::{self, Key};
use crate::trust::Trust;

use super::bench::args::{BenchArgs, PeerArgs};
use super::spin::SpinArgs;
use super::tour::args::{ActorArgs, TourArgs};

/// Messages through memory that two sides can see.
#[derive(Debug, Parser)]
#[command(name = "host", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 failed, 2 usage, 3 timed out. A signal ends it as a
signal does: a shell shows 130 for Ctrl-C and 143 for SIGTERM.

Two terminals, one folder:   host recv      and      host send
Both at once, to look at:    host demo";

/// What a key is made from unless told otherwise. The help says it too.
pub(crate) const DEFAULT_PATH: &str = ".";
pub(crate) const DEFAULT_ID: u8 = b'S';

/// What a slot of 1 GiB holds beside its header.
const LARGEST_SLOT: i64 = (1 << 30) - 16;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send messages: CIEPLO and ZIMNO in turn, once a second, unless told otherwise
    Send(SendArgs),
    /// Receive messages, each once and in order, as they arrive
    Recv(RecvArgs),
    /// Show how the channel on a key stands
    Status(StatusArgs),
    /// List every ramframe segment of this machine
    List(ListArgs),
    /// Remove the segment and the semaphores of a key
    Rm(RmArgs),
    /// Run both sides as two processes for a few rounds
    Demo(DemoArgs),
    /// Show what goes wrong in the tutorial's programs, and how ramframe does it
    Tour(TourArgs),
    /// Measure round trips and rates on this machine, beside the floor and what else there is
    Bench(BenchArgs),
    /// The second process of `bench`
    #[command(hide = true)]
    BenchPeer(PeerArgs),
    /// A process of `tour`
    #[command(hide = true)]
    TourPeer(ActorArgs),
}

/// Which segment.
#[derive(Args, Clone, Debug)]
pub(crate) struct KeyArgs {
    /// Key of the segment, as `ipcs -m` prints it
    #[arg(long, value_name = "0x...", value_parser = key, conflicts_with_all = ["path", "id"])]
    pub(crate) key: Option<Key>,
    /// File or folder that the key is made from, as ftok does
    #[arg(long, value_name = "P", default_value = DEFAULT_PATH)]
    pub(crate) path: PathBuf,
    /// Character that the key is made from; or its number, as in `ftok(path, 65)`: 65, 0x41, 01
    #[arg(long, value_name = "C", default_value = "S", value_parser = OsStringValueParser::new().try_map(one_byte))]
    pub(crate) id: u8,
}

impl KeyArgs {
    pub(crate) fn key(&self) -> Result<Key, key::Error> {
        self.key
            .map_or_else(|| Key::of_path(&self.path, self.id), Ok)
    }

    /// The key, and where it comes from, for a person.
    pub(crate) fn describe(&self, key: Key) -> String {
        match self.key {
            Some(_) => format!("key {key}"),
            None => format!(
                "key {key} (path {}, id {})",
                self.path.display(),
                id(self.id)
            ),
        }
    }
}

/// Which segment, or which part of a file.
#[derive(Args, Clone, Debug)]
pub(crate) struct LocationArgs {
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    /// A mapped file instead of a segment: a UIO device, /dev/mem, the file that is an emulator's RAM. Polled: a message
    /// after a silence is up to 2 ms late, and idle costs 1 to 2 % of a core
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "path", "id"])]
    pub(crate) map: Option<PathBuf>,
    /// Where in the file the channel begins, decimal or 0x...; a multiple of 64
    #[arg(long, value_name = "N", default_value = "0", requires = "map", value_parser = number)]
    pub(crate) offset: u64,
    /// Which map of a UIO device, as /sys/class/uio/*/maps numbers them
    #[arg(long, value_name = "N", default_value = "0", requires = "map")]
    pub(crate) uio_map: u32,
}

impl LocationArgs {
    /// The place; `size` is that of the part of the file.
    pub(crate) fn location(&self, size: Option<usize>) -> Result<Location, key::Error> {
        let Some(path) = &self.map else {
            return self.key.key().map(Location::Key);
        };
        Ok(Location::Map(Window {
            path: path.clone(),
            offset: self.offset,
            size,
            uio_map: self.uio_map,
        }))
    }

    /// The place, and where it comes from, for a person.
    pub(crate) fn describe(&self, location: &Location) -> String {
        match location {
            Location::Key(key) => self.key.describe(*key),
            Location::Map(_) => location.to_string(),
        }
    }
}

/// Whose segments are believed.
#[derive(Args, Clone, Debug)]
pub(crate) struct TrustArgs {
    /// Also believe a segment of this user; may be repeated
    #[arg(long, value_name = "UID")]
    pub(crate) allow_uid: Vec<u32>,
}

impl TrustArgs {
    /// Trusts this user and those named, with segments that others may write as far as `mode` says.
    pub(crate) fn trust(&self, mode: u32) -> Trust {
        let mine = Trust::current_user().allow_mode(mode);
        self.allow_uid
            .iter()
            .fold(mine, |trust, &uid| trust.allow_uid(uid))
    }
}

/// What the bytes in the segment mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wire {
    /// Frames: never torn, in order, each counted
    #[default]
    Framed,
    /// The tutorial's: a NUL-terminated string at offset 0, for its C programs
    Text,
}

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("lossless").multiple(true).args(["backpressure", "stream"])))]
pub(crate) struct SendArgs {
    /// Messages to send in turn [default: CIEPLO ZIMNO]
    #[arg(value_name = "MESSAGE")]
    pub(crate) messages: Vec<OsString>,
    /// Send each line of standard input as one message
    #[arg(long, conflicts_with = "messages")]
    pub(crate) lines: bool,
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
    #[arg(long, value_name = "BYTES", value_parser = value_parser!(u32).range(1..=LARGEST_SLOT))]
    pub(crate) slot: Option<u32>,
    /// Send standard input as bytes, however many, to `host recv --stream`; with backpressure
    #[arg(long, conflicts_with_all = ["messages", "lines", "interval", "count", "wire", "map"])]
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
    #[arg(long, conflicts_with_all = ["expect", "any", "count", "latest", "interval", "new", "json", "raw", "wire", "map"])]
    pub(crate) stream: bool,
    /// Show how far the stream is
    #[arg(long, requires = "stream")]
    pub(crate) progress: bool,
    /// Print one JSON object a line: sequence, epoch, verdict, payload
    #[arg(long, conflicts_with = "raw")]
    pub(crate) json: bool,
    /// Print payloads and newlines, nothing else
    #[arg(long)]
    pub(crate) raw: bool,
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

#[derive(Args, Debug)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) location: LocationArgs,
    /// Bytes of the part of the file [default: the rest; a device needs it]
    #[arg(long, value_name = "BYTES", requires = "map", value_parser = length)]
    pub(crate) size: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RmArgs {
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    /// Also if it is in use, or not ramframe's
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Messages to send
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) count: u64,
    /// Time between messages
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = humantime::parse_duration)]
    pub(crate) interval: Duration,
}

/// One character is that character, a digit too; more are a number. 0 is left out, because ftok does not define it.
fn one_byte(text: OsString) -> Result<u8, String> {
    if let [byte] = text.as_bytes() {
        return Ok(*byte);
    }
    let number = text.to_str().and_then(|text| number(text).ok());
    number
        .and_then(|number| u8::try_from(number).ok())
        .filter(|&number| number != 0)
        .ok_or_else(|| {
            "one character of one byte, as ftok takes it, or its number: 65, 0x41, 01".into()
        })
}

/// An id as a person types it.
pub(crate) fn id(id: u8) -> String {
    match id.is_ascii_graphic() {
        true => char::from(id).into(),
        false => format!("{id:#04x}"),
    }
}

/// As data sheets and device trees write it, or as people do.
fn key(text: &str) -> Result<Key, String> {
    text.parse().map_err(|error: key::Error| hints::of(&error))
}

fn number(text: &str) -> Result<u64, String> {
    let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    number.map_err(|error| format!("{error}; write decimal, or hexadecimal as 0x8000"))
}

fn length(text: &str) -> Result<usize, String> {
    usize::try_from(number(text)?).map_err(|error| error.to_string())
}

fn octal(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text.trim_start_matches("0o"), 8);
    let mode = mode.ok().filter(|&mode| mode <= 0o777);
    let mode = mode.ok_or("permission bits in octal, as 0600")?;
    match mode & 0o600 {
        0o600 => Ok(mode),
        _ => Err(format!(
            "you must be able to read and write it: use {:04o}",
            mode | 0o600
        )),
    }
}
