//! `host tour`: the faults of the tutorial's programs, each shown by processes that really have it, and what ramframe does there.
//!
//! The tour stops a process where a scheduler may stop it, so that each fault is there to see each time. Every figure is
//! measured. A process of its own clears what the others leave, even when the tour is killed.

mod actor;
pub(crate) mod args;
mod cleaner;
mod clock;
mod crash;
mod framed;
mod lost;
pub(crate) mod peer;
mod receiving;
mod script;
mod sending;
mod stage;
mod stays;
mod torn;
mod tutorial;
mod waits;

use std::io;

use clap::ValueEnum;

use super::exit::{Exit, Outcome, unless_pipe_closed};
use super::limits::Limits;

use self::args::{Fault, TourArgs};
use self::stage::{Stage, print};

/// Shows the faults that were asked for.
pub(crate) fn run(args: &TourArgs) -> Outcome {
    let limits = Limits::watch(None)?;
    let shown = match args.list {
        true => list(),
        false => show(args, &limits),
    };
    match limits.reached() {
        Some(exit) => Ok(exit),
        None => Ok(unless_pipe_closed(shown)?.unwrap_or(Exit::Done)),
    }
}

fn list() -> io::Result<()> {
    let lines = Fault::value_variants().iter();
    let lines = lines.map(|&fault| format!("{:<6} {}\n", name(fault), title(fault)));
    print(&lines.collect::<String>())
}

fn show(args: &TourArgs, limits: &Limits) -> io::Result<()> {
    let all = Fault::value_variants();
    let faults = args.name.as_ref().map_or(all, std::slice::from_ref);
    for (index, &fault) in faults.iter().enumerate() {
        let (number, count) = (index + 1, faults.len());
        let heading = format!("{number} of {count}: {}\n{}\n", name(fault), title(fault));
        print(&heading)?;
        one(fault, limits)?;
    }
    print("Nothing is left behind: each segment above was on a key of its own.\n")
}

/// Shows one fault, on a stage of each kind, and clears both.
fn one(fault: Fault, limits: &Limits) -> io::Result<()> {
    let acts = match fault {
        Fault::Torn => [torn::tutorial, torn::ramframe],
        Fault::Lost => [lost::tutorial, lost::ramframe],
        Fault::Stays => [stays::tutorial, stays::ramframe],
        Fault::Waits => [waits::tutorial, waits::ramframe],
        Fault::Crash => [crash::tutorial, crash::ramframe],
    };
    for (act, of) in acts.into_iter().zip(["The tutorial", "ramframe"]) {
        let mut stage = Stage::open(limits)?;
        stage.name(of)?;
        let shown = act(&mut stage);
        stage.close()?;
        shown?;
    }
    print("\n")
}

fn name(fault: Fault) -> String {
    let value = fault.to_possible_value();
    value.map_or(String::new(), |value| value.get_name().into())
}

fn title(fault: Fault) -> String {
    let help = fault
        .to_possible_value()
        .and_then(|value| value.get_help().cloned());
    help.map_or(String::new(), |help| help.to_string())
}
