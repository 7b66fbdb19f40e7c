//! `host`: sends and receives messages over System V shared memory. This file is its table of contents.

mod cli;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use cli::args::{Cli, Command};
use cli::outcome::{Exit, Outcome, unless_pipe_closed};

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            cli::say::note!("{error}");
            Exit::Failed.into()
        }
    }
}

fn run(cli: Cli) -> Outcome {
    match cli.command {
        None => {
            let printed = Cli::command().print_help();
            Ok(unless_pipe_closed(printed)?.unwrap_or(Exit::Done))
        }
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
