//! Where the messages to send come from: a list in turn, or the lines of standard input.

use std::io;
use std::time::Duration;

use ramframe_core::alternate::{Alternate, Outcome};

pub(crate) use super::input::Next;

use super::input::Input;
use super::limits::Limits;

/// How soon a signal to another thread, or a lost channel, is noticed while standard input is silent.
const LOOK: Duration = Duration::from_millis(100);

/// A source of messages.
pub(crate) enum Source<'a> {
    Turns(Alternate<'a>),
    Lines(Input),
}

impl<'a> Source<'a> {
    /// The lines of standard input, or else the messages of `list` for ever.
    pub(crate) fn new(lines: bool, list: &'a [&'a [u8]]) -> Result<Self, String> {
        match lines {
            true => Input::open().map(Source::Lines),
            false => Alternate::new(list)
                .map(Source::Turns)
                .ok_or_else(|| "no message to send".into()),
        }
    }

    /// The next message of at most `longest` bytes, if there is one already.
    pub(crate) fn next(&mut self, longest: u32) -> io::Result<Next> {
        match self {
            Source::Turns(turns) => {
                let message = turns.current().to_vec();
                turns.on(Outcome::Sent);
                Ok(Next::Message(message))
            }
            Source::Lines(input) => input
                .line(usize::try_from(longest).unwrap_or(usize::MAX))
                .map_err(|error| io::Error::new(error.kind(), format!("standard input: {error}"))),
        }
    }

    /// Waits a moment for the next message.
    pub(crate) fn wait(&self, limits: &Limits) {
        if let Source::Lines(input) = self
            && limits.reached().is_none()
        {
            input.wait(LOOK);
        }
    }

    /// How many messages were read and will not be sent.
    pub(crate) fn untaken(&self) -> u64 {
        match self {
            Source::Turns(_) => 0,
            Source::Lines(input) => input.untaken(),
        }
    }
}
