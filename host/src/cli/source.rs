//! Where the messages to send come from: a list in turn, or standard input.

use std::io;
use std::time::Duration;

use ramframe_core::alternate::{Alternate, Outcome};

pub(crate) use super::input::Next;

use super::framing::Framing;
use super::input::Input;
use super::limits::Limits;

/// How soon a signal to another thread, or a lost channel, is noticed while standard input is silent.
const LOOK: Duration = Duration::from_millis(100);

/// A source of messages.
pub(crate) enum Source<'a> {
    Turns(Alternate<'a>),
    Piped(Input),
}

impl<'a> Source<'a> {
    /// The messages of standard input, or else those of `list` for ever.
    pub(crate) fn new(piped: Option<Framing>, list: &'a [&'a [u8]]) -> Result<Self, String> {
        match piped {
            Some(framing) => Input::open(framing).map(Source::Piped),
            None => Alternate::new(list)
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
            Source::Piped(input) => input
                .message(usize::try_from(longest).unwrap_or(usize::MAX))
                .map_err(|error| io::Error::new(error.kind(), format!("standard input: {error}"))),
        }
    }

    /// Waits a moment for the next message.
    pub(crate) fn wait(&self, limits: &Limits) {
        if let Source::Piped(input) = self
            && limits.reached().is_none()
        {
            input.wait(LOOK);
        }
    }

    /// How many messages were read and will not be sent, in words; `None` if none were.
    pub(crate) fn untaken(&self) -> Option<String> {
        let Source::Piped(input) = self else {
            return None;
        };
        let (count, noun) = (input.untaken(), input.framing().noun());
        (count > 0).then(|| format!("{count} {noun}s that were read"))
    }
}
