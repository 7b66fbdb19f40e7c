//! `host`: sends and receives messages over System V shared memory. This file is its table of contents.

mod cli;

use std::io::{IsTerminal, stdout};

use clap::{CommandFactory, Parser};

use cli::args::{Cli, Command};
use cli::outcome::{Exit, Outcome, unless_pipe_closed};
use cli::{output, say};

fn main() {
    let result = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(answer) => answered(&answer),
    };
    let exit = result.unwrap_or_else(|error| {
        say::note!("{error}");
        Exit::Failed
    });
    exit.now()
}

fn run(cli: Cli) -> Outcome {
    match cli.command {
        None => shown(&Cli::command().render_help()),
        Some(Command::Send(args)) => cli::send::run(&args),
        Some(Command::Recv(args)) => cli::recv::run(&args),
        Some(Command::Status(args)) => cli::status::run(&args),
        Some(Command::List(args)) => cli::list::run(&args),
        Some(Command::Rm(args)) => cli::rm::run(&args),
        Some(Command::Demo(args)) => cli::demo::run(&args),
        Some(Command::Bench(args)) => cli::bench::run(&args),
        Some(Command::BenchPeer(args)) => cli::bench::peer::run(&args),
    }
}

/// The help or the version that was asked for, or what is wrong with what was typed.
fn answered(answer: &clap::Error) -> Outcome {
    if !answer.use_stderr() {
        return shown(&answer.render());
    }
    let text = answer.render().to_string();
    let _ = say::line(format_args!("{}", text.trim_end()));
    Ok(Exit::Usage)
}

fn shown(text: &clap::builder::StyledStr) -> Outcome {
    let text = match stdout().is_terminal() {
        true => text.ansi().to_string(),
        false => text.to_string(),
    };
    Ok(unless_pipe_closed(output::print(&text))?.unwrap_or(Exit::Done))
}
