//! `host completions` and `host man`: what a shell and a reader learn of the command line. Completion asks this program itself, so
//! it offers the names and the keys of the channels that are there.

use clap_complete::env::{CompleteEnv, Shells};

use super::args::{CompletionsArgs, ManArgs, command};
use super::exit::{Exit, Outcome, unless_pipe_closed};
use super::output;
use super::printable::Shown;
use super::program::HOST;

/// The variable by which the script of a shell asks this program for candidates.
const ASKS: &str = "COMPLETE";

/// Answers a shell that asks for candidates, and ends; else does nothing.
pub(crate) fn answer() {
    CompleteEnv::with_factory(command).var(ASKS).complete();
}

/// Prints the script of one shell.
pub(crate) fn script(args: &CompletionsArgs) -> Outcome {
    let shells = Shells::builtins();
    let shell = args.shell.to_string();
    let completer = shells
        .completer(&shell)
        .ok_or_else(|| format!("there is no completion for {shell}"))?;
    let mut script = Vec::new();
    let program = HOST.name();
    completer.write_registration(ASKS, program, program, program, &mut script)?;
    printed(&script)
}

/// Prints the manual page of the program or of one command.
pub(crate) fn page(args: &ManArgs) -> Outcome {
    let mut all = command();
    all.build();
    let described = match &args.command {
        None => all,
        Some(name) => {
            let found = all
                .find_subcommand(name)
                .filter(|found| !found.is_hide_set());
            let found = found.ok_or_else(|| {
                format!("there is no command {name:?}; `{HOST} --help` lists the commands")
            })?;
            let title = format!("{HOST}-{name}");
            found.clone().name(title)
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(described).render(&mut page)?;
    printed(&page)
}

fn printed(text: &[u8]) -> Outcome {
    let text = Shown::lines(&String::from_utf8_lossy(text));
    Ok(unless_pipe_closed(output::print(&text))?.unwrap_or(Exit::Done))
}
