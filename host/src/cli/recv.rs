//! `host recv`: what it expects, and how it receives.

use std::os::unix::ffi::OsStrExt;

use ramframe_core::alternate::TUTORIAL;

use super::args::{RecvArgs, Wire};
use super::exit::Outcome;
use super::session::Session;
use super::{many, share, stream, text};

/// Receives until enough has come, or this process is asked to end.
pub(crate) fn run(args: &RecvArgs) -> Outcome {
    let given: Vec<&[u8]> = args.expect.iter().map(|text| text.as_bytes()).collect();
    let list: &[&[u8]] = match (args.any(), given.is_empty()) {
        (true, _) => &[],
        (_, true) => &TUTORIAL,
        (_, false) => &given,
    };
    let many = args.location.many();
    let location = match many {
        Some(_) => many::nowhere(),
        None => args.location.location(args.size)?,
    };
    let mut session = Session::new(args, list, location)?;
    if let Some(exit) = session.enough() {
        return Ok(exit);
    }
    let result = match (many, args.wire) {
        (Some(wanted), _) => many::run(&mut session, wanted),
        _ if args.stream => stream::recv::run(&mut session),
        _ if args.share => share::recv::run(&mut session),
        (None, Wire::Text) => text::recv(&mut session),
        (None, Wire::Framed) => session.run(),
    };
    session.finish(result)
}
