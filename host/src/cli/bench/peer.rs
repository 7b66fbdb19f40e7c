//! `host bench-peer`: the second process of `host bench`, which does what it is told.

use crate::cli::bench::machine;
use crate::cli::signals;

use super::args::PeerArgs;
use super::control::Kind;
use super::endpoints::Endpoints;
use crate::cli::exit::{Exit, Outcome};

/// Plays its part in one segment after the other, until told that there are no more, or the first process ends.
pub(crate) fn run(args: &PeerArgs) -> Outcome {
    machine::end_with_parent()?;
    // Ctrl-C is for the first process to act on.
    signals::ignore()?;
    machine::pin(args.core)?;
    let mut ends = Endpoints::inherited(args)?;
    loop {
        let job = ends.control.next().ok_or("an order that makes no sense")?;
        if job.kind == Kind::End {
            return Ok(Exit::Done);
        }
        ends.follow(&job)?;
    }
}
