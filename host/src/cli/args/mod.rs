//! What can be typed.

mod demo;
mod location;
mod manage;
mod recv;
mod send;
mod trust;
mod values;

use clap::{Parser, Subcommand, ValueEnum};

use super::bench::args::{BenchArgs, PeerArgs};
use super::tour::args::{ActorArgs, TourArgs};

pub(crate) use self::demo::DemoArgs;
pub(crate) use self::location::{DEFAULT_ID, DEFAULT_PATH};
pub(crate) use self::manage::{ListArgs, RmArgs, StatusArgs};
pub(crate) use self::recv::RecvArgs;
pub(crate) use self::send::{LARGEST_SLOT, SendArgs};

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

/// What the bytes in the segment mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wire {
    /// Frames: never torn, in order, each counted
    #[default]
    Framed,
    /// The tutorial's: a NUL-terminated string at offset 0, for its C programs
    Text,
}
