//! `host recv --stream`.

use std::io;
use std::time::Duration;

use ramframe_core::frame::Header;

use crate::name::State;
use crate::receiver::{Event, Receiver, RecvError};
use crate::stream;

use super::progress::Progress;
use crate::cli::counted::Messages;
use crate::cli::exit::{Exit, Outcome};
use crate::cli::hints;
use crate::cli::session::Session;
use crate::cli::stderr::message;

/// Between two looks for a sender in a segment that one has left behind.
const LOOK: Duration = Duration::from_millis(20);

/// Such looks until a sender is believed to be the one of the channel that is there.
const LOOKS: u32 = 10;

/// How receiving from one channel ends.
enum End {
    Exit(Exit),
    /// Nothing has come from it yet, and nothing will: another may come.
    Next,
}

/// Receives one stream, from its first byte to its end.
pub(crate) fn run(session: &mut Session<'_>) -> Outcome {
    let mut receiving = Receiving {
        progress: Progress::new(session.args.progress, None),
        session,
    };
    let result = receiving.run();
    receiving.progress.finish();
    result
}

struct Receiving<'s, 'a> {
    session: &'s mut Session<'a>,
    progress: Progress,
}

impl Receiving<'_, '_> {
    fn run(&mut self) -> Outcome {
        loop {
            let mut channel = match self.session.open()? {
                Ok(channel) => channel,
                Err(exit) => return Ok(exit),
            };
            let end = match channel.next_sequence() {
                0 => self.follow(&mut channel),
                _ => self.late(&channel),
            };
            channel.detach();
            match end? {
                End::Exit(exit) => return Ok(exit),
                End::Next => self.session.limits.pause(LOOK),
            }
        }
    }

    /// Others have had the beginning of what is there. If that is over, another stream may come.
    fn late(&mut self, channel: &Receiver) -> Outcome<End> {
        if channel.has_sender() == Some(false) || channel.is_closed() {
            self.session.say_waiting();
            return Ok(End::Next);
        }
        // A sender that has just come replaces what a dead one left; one that is in the middle of its stream does not.
        for _ in 0..LOOKS {
            match channel.state() {
                State::Same => self.session.limits.pause(LOOK),
                State::Replaced { .. } => return Ok(End::Next),
                State::Removed => break,
            }
            if let Some(end) = self.idle()? {
                return Ok(end);
            }
        }
        Err(self.broken("another receiver has had its beginning").into())
    }

    fn follow(&mut self, channel: &mut Receiver) -> Outcome<End> {
        loop {
            let end = match self.step(channel) {
                Ok(Event::Nothing) => self.nothing(channel)?,
                Ok(event) => self.event(event)?,
                Err(stream::Error::File(error)) if error.kind() == io::ErrorKind::Interrupted => {
                    self.limited()
                }
                Err(error) => return Err(self.failed(error).into()),
            };
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }

    /// Writes one message to standard output.
    fn step(&mut self, channel: &mut Receiver) -> Result<Event<Header>, stream::Error> {
        let mut moved = 0;
        let limits = self.session.limits;
        let stop = || limits.reached().is_some();
        let result = stream::recv(channel, &io::stdout(), &mut moved, &limits.slice(), stop);
        self.progress
            .add(usize::try_from(moved).unwrap_or(usize::MAX));
        result
    }

    fn failed(&self, error: stream::Error) -> String {
        match error {
            stream::Error::File(error) => self.unwritten(&error),
            stream::Error::Overwrites => self
                .broken("the channel has the overwrite policy; start the sender with `--stream`"),
            stream::Error::Recv(RecvError::NotRegained(error)) => self.broken(&hints::of(&error)),
            error => self.broken(&error.to_string()),
        }
    }

    fn unwritten(&self, error: &io::Error) -> String {
        match error.kind() {
            io::ErrorKind::BrokenPipe => self.broken("nobody reads standard output any more"),
            _ => self.broken(&format!("standard output: {error}")),
        }
    }

    /// What ends it from outside. Bytes that never cease are no reason to go on past a limit. A stream that nobody reads on
    /// is broken.
    fn idle(&mut self) -> Outcome<Option<End>> {
        match self.session.idle()? {
            Some(Exit::Done) => Err(self.broken("nobody reads standard output any more").into()),
            Some(exit) => Ok(Some(self.cut(exit))),
            None => Ok(None),
        }
    }

    fn limited(&self) -> Option<End> {
        self.session.limits.reached().map(|exit| self.cut(exit))
    }

    /// Says how much had come when it was cut short.
    fn cut(&self, exit: Exit) -> End {
        if self.progress.bytes() > 0 {
            message!(
                "gave up after {} bytes, before the end of the stream",
                self.progress.bytes()
            );
        }
        End::Exit(exit)
    }

    fn event(&self, event: Event<Header>) -> Outcome<Option<End>> {
        let why = match event {
            Event::Closed => return Ok(Some(End::Exit(Exit::Done))),
            Event::Gone => return self.ended().map(Some),
            Event::Nothing | Event::Message(_) | Event::Opened => return Ok(self.limited()),
            // Whatever broke off before the first byte is not this stream.
            Event::SenderRestarted | Event::Lagged(_) if self.progress.bytes() == 0 => {
                return Ok(self.limited());
            }
            Event::SenderRestarted => "its sender died, and another one began".into(),
            Event::Lagged(count) => format!("{} of it were discarded", Messages(count)),
            Event::ProgressLost => "parts of it are missing".into(),
        };
        Err(self.broken(&why).into())
    }

    /// Nothing has come for a while: looks at the limits, the segment and the sender.
    fn nothing(&mut self, channel: &Receiver) -> Outcome<Option<End>> {
        if let Some(end) = self.idle()? {
            return Ok(Some(end));
        }
        let removed = channel.state() != State::Same;
        let gone = removed || channel.has_sender() == Some(false);
        match gone && !channel.has_news() {
            true => self.ended().map(Some),
            false => Ok(None),
        }
    }

    /// The sender is gone without having closed.
    fn ended(&self) -> Outcome<End> {
        match self.progress.bytes() {
            0 => Ok(End::Next),
            _ => Err(self.broken("its sender died").into()),
        }
    }

    fn broken(&self, why: &str) -> String {
        format!(
            "the stream on {} broke after {} bytes: {why}",
            self.session.location,
            self.progress.bytes()
        )
    }
}
