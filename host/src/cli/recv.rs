//! `host recv`: what it expects, and how it receives.

use std::os::unix::ffi::OsStrExt;

use ramframe_core::alternate::TUTORIAL;

use super::args::{RecvArgs, Wire};
use super::exit::Outcome;
use super::session::Session;
use super::{share, stream, text};

/// Receives until enough has come, or this process is asked to end.
pub(crate) fn run(args: &RecvArgs) -> Outcome {
    let given: Vec<&[u8]> = args.expect.iter().map(|text| text.as_bytes()).collect();
    let list: &[&[u8]] = match (args.any(), given.is_empty()) {
        (true, _) => &[],
        (_, true) => &TUTORIAL,
        (_, false) => &given,
    };
    let mut session = Session::new(args, list)?;
    if let Some(exit) = session.enough() {
        return Ok(exit);
    }
    let result = match (args.stream, args.wire) {
        (true, _) => stream::recv::run(&mut session),
        _ if args.share => share::recv::run(&mut session),
        (_, Wire::Text) => text::recv(&mut session),
        (_, Wire::Framed) => session.run(),
    };
    session.finish(result)
}
