//! What can be typed.

mod demo;
mod examples;
pub(crate) mod headings;
mod location;
mod locations;
mod manage;
mod recv;
mod send;
mod trust;
pub(crate) mod values;

use clap::{Arg, ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use super::bench::args::{BenchArgs, PeerArgs};
use super::program::HOST;
use super::tour::args::{ActorArgs, TourArgs};

pub(crate) use self::demo::DemoArgs;
pub(crate) use self::location::{DEFAULT_ID, DEFAULT_PATH};
pub(crate) use self::locations::Wanted;
pub(crate) use self::manage::{CompletionsArgs, ListArgs, ManArgs, RmArgs, StatusArgs};
pub(crate) use self::recv::RecvArgs;
pub(crate) use self::send::SendArgs;
pub(crate) use self::values::LARGEST_SLOT;

/// Messages through memory that two sides can see
#[derive(Debug, Parser)]
#[command(name = "host", version, max_term_width = 100)]
#[command(after_help = examples::MAIN, after_long_help = examples::MAIN_LONG)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send messages: by default CIEPLO and ZIMNO in turn, once a second
    #[command(after_long_help = examples::SEND)]
    Send(SendArgs),
    /// Receive messages, each once and in order
    #[command(after_long_help = examples::RECV)]
    Recv(RecvArgs),
    /// Show the state of one channel
    #[command(after_long_help = examples::STATUS)]
    Status(StatusArgs),
    /// List every ramframe segment of this machine
    #[command(after_long_help = examples::LIST)]
    List(ListArgs),
    /// Remove the segment and the semaphores of a channel
    #[command(after_long_help = examples::RM)]
    Rm(RmArgs),
    /// Run both sides as two processes for a few messages
    #[command(after_long_help = examples::DEMO)]
    Demo(DemoArgs),
    /// Show the tutorial's faults, and what ramframe does instead
    #[command(after_long_help = examples::TOUR)]
    Tour(TourArgs),
    /// Benchmark against pipes, sockets and the hardware minimum
    #[command(after_long_help = examples::BENCH)]
    Bench(BenchArgs),
    /// Print the script that completes commands in a shell
    #[command(after_long_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print the manual page, of the program or of one command
    #[command(after_long_help = examples::MAN)]
    Man(ManArgs),
    /// The second process of `bench`
    #[command(hide = true)]
    BenchPeer(PeerArgs),
    /// A process of `tour`
    #[command(hide = true)]
    TourPeer(ActorArgs),
}

/// How much is said beside what is asked for.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct NoteArgs {
    /// Print nothing but errors on standard error
    #[arg(long, short, help_heading = headings::OUTPUT)]
    pub(crate) quiet: bool,
    /// Describe the channel too
    #[arg(long, short, conflicts_with = "quiet", hide_short_help = true, help_heading = headings::OUTPUT)]
    pub(crate) verbose: bool,
}

/// What the bytes in the segment mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wire {
    /// The format of ramframe: numbered messages, in order, never torn (half old and half new)
    #[default]
    Framed,
    /// The format of the tutorial's C programs: one string at offset 0, which ends with a NUL
    Text,
}

impl Cli {
    /// What was typed.
    pub(crate) fn typed() -> Result<Self, clap::Error> {
        let matches = command().try_get_matches()?;
        let cli = Self::from_arg_matches(&matches)?;
        if let Some(Command::Recv(args)) = &cli.command {
            args.check()?;
        }
        Ok(cli)
    }
}

/// The whole command line, under the name that was typed.
pub(crate) fn command() -> clap::Command {
    let command = Cli::command().name(HOST.name()).bin_name(HOST.name());
    renamed(command).mut_subcommands(|command| {
        let all = format!(
            "`{HOST} {} --help` explains, and has all options and examples.",
            command.get_name()
        );
        let short = command.clone().after_help(all);
        renamed(short).disable_help_flag(true).arg(help())
    })
}

/// The option that prints the help, among those that say what is printed.
fn help() -> Arg {
    let help = Arg::new("help").short('h').long("help");
    help.action(ArgAction::Help)
        .help("Print help; `--help` explains more than `-h`")
        .help_heading(headings::OUTPUT)
}

/// The same, with the program's name in all its texts.
fn renamed(command: clap::Command) -> clap::Command {
    let long = command
        .get_after_long_help()
        .map(|text| HOST.named(&text.to_string()));
    let short = command
        .get_after_help()
        .map(|text| HOST.named(&text.to_string()));
    let command = command.mut_args(|arg| {
        let help = arg.get_help().map(|text| HOST.named(&text.to_string()));
        let long = arg
            .get_long_help()
            .map(|text| HOST.named(&text.to_string()));
        let arg = help.into_iter().fold(arg, Arg::help);
        long.into_iter().fold(arg, Arg::long_help)
    });
    let command = short.into_iter().fold(command, clap::Command::after_help);
    long.into_iter()
        .fold(command, clap::Command::after_long_help)
}
