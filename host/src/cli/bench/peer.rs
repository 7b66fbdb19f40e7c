//! `host bench-peer`: the second process of `host bench`, which does what it is told.

use ramframe_host::{machine, signals};

use super::args::PeerArgs;
use super::control::Kind;
use super::ends::Ends;
use crate::cli::outcome::{Exit, Outcome};

/// Plays its part in one segment after the other, until told that there are no more, or the first process ends.
pub(crate) fn run(args: &PeerArgs) -> Outcome {
    machine::end_with_parent()?;
    // Ctrl-C is for the first process to act on.
    signals::ignore()?;
    machine::pin(args.core)?;
    let mut ends = Ends::inherited(args)?;
    loop {
        let job = ends.control.next().ok_or("an order that makes no sense")?;
        if job.kind == Kind::End {
            return Ok(Exit::Done);
        }
        ends.follow(&job)?;
    }
}
