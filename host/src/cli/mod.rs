//! The commands of `host`, one file each, and what they share. No part of the library: the program calls [`main`], and nothing here
//! is stable.

pub(crate) mod args;
pub(crate) mod bench;
pub(crate) mod candidates;
pub(crate) mod complete;
mod counted;
pub(crate) mod demo;
pub(crate) mod drain;
pub(crate) mod exit;
pub(crate) mod framing;
pub mod hints;
pub(crate) mod input;
pub(crate) mod json;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod many;
pub(crate) mod output;
pub(crate) mod own_key;
pub(crate) mod print;
pub(crate) mod printable;
pub(crate) mod program;
pub(crate) mod prometheus;
pub(crate) mod receive;
pub(crate) mod recv;
pub(crate) mod report;
pub(crate) mod rm;
pub(crate) mod send;
pub(crate) mod session;
pub(crate) mod share;
pub(crate) mod signals;
pub(crate) mod source;
mod spin;
pub(crate) mod status;
pub(crate) mod stderr;
pub(crate) mod stream;
pub(crate) mod streams;
pub(crate) mod text;
pub(crate) mod tour;
pub(crate) mod waiting;

use std::io::{IsTerminal, stdout};

use self::args::{Cli, Command, NoteArgs, command};
use self::exit::{Exit, Outcome, unless_pipe_closed};
use self::printable::Shown;
use self::program::Program;
use self::stderr::Level;

/// Runs the command that was typed, and ends this process.
pub fn main() {
    Program::note();
    complete::answer();
    let result = match Cli::typed() {
        Ok(cli) => run(cli),
        Err(answer) => answered(&answer),
    };
    let exit = result.unwrap_or_else(|error| {
        stderr::message!("{}", hints::of(&*error));
        Exit::Failed
    });
    exit.now()
}

fn run(cli: Cli) -> Outcome {
    match cli.command {
        None => shown(&command().render_help()),
        Some(Command::Send(args)) => {
            say(args.notes);
            self::send::run(&args)
        }
        Some(Command::Recv(args)) => {
            say(args.notes);
            self::recv::run(&args)
        }
        Some(Command::Status(args)) => self::status::run(&args),
        Some(Command::List(args)) => self::list::run(&args),
        Some(Command::Rm(args)) => self::rm::run(&args),
        Some(Command::Demo(args)) => self::demo::run(&args),
        Some(Command::Bench(args)) => self::bench::run(&args),
        Some(Command::Completions(args)) => self::complete::script(&args),
        Some(Command::Man(args)) => self::complete::page(&args),
        Some(Command::BenchPeer(args)) => self::bench::peer::run(&args),
        Some(Command::Tour(args)) => self::tour::run(&args),
        Some(Command::TourPeer(args)) => self::tour::peer::run(&args),
    }
}

/// From now on says as much to people as was asked for.
fn say(notes: NoteArgs) {
    stderr::set(match (notes.quiet, notes.verbose) {
        (true, _) => Level::Nothing,
        (_, true) => Level::Details,
        _ => Level::Notes,
    });
}

/// The help or the version that was asked for, or what is wrong with what was typed.
fn answered(answer: &clap::Error) -> Outcome {
    if !answer.use_stderr() {
        return shown(&answer.render());
    }
    let _ = output::say(&Shown::styled(&answer.render(), false));
    Ok(Exit::Usage)
}

fn shown(text: &clap::builder::StyledStr) -> Outcome {
    let text = Shown::styled(text, stdout().is_terminal());
    Ok(unless_pipe_closed(output::print(&text))?.unwrap_or(Exit::Done))
}
