//! `host tour-peer`: a process of `host tour`, which does what it is told.

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::cli::exit::{Exit, Outcome};
use crate::cli::signals;

use super::args::{ActorArgs, Role};
use super::{cleaner, framed, tutorial};

/// Plays its part until it is told no more. Then the tour has ended, or this part of it.
pub(crate) fn run(args: &ActorArgs) -> Outcome {
    // Ctrl-C is for the tour to act on.
    signals::ignore()?;
    let played = match args.role {
        Role::Tutorial => tutorial::play(args.key),
        Role::Ramframe => framed::play(args.key),
        Role::Cleaner => cleaner::play(args.key),
    };
    match played {
        Err(error) if !is_over(&*error) => Err(error),
        _ => Ok(Exit::Done),
    }
}

/// Whether an error says that there is no tour any more.
fn is_over(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(
        error,
        Some(ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe)
    )
}
