//! `host recv --stream`.

use std::io;
use std::time::Duration;

use crate::receiver::{Event, Receiver, RecvError};
use crate::stream;
use crate::sysv::segment::State;

use super::Patience;
use super::progress::Progress;
use crate::cli::exit::{Exit, Outcome};
use crate::cli::hints;
use crate::cli::recv::Session;
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
        patience: Patience::default(),
        session,
    };
    let result = receiving.run();
    receiving.progress.finish();
    result
}

struct Receiving<'s, 'a> {
    session: &'s mut Session<'a>,
    progress: Progress,
    patience: Patience,
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
                Ok(Event::Message(_)) => {
                    self.patience.renew();
                    self.limited()
                }
                Ok(event) => self.event(channel, event)?,
                Err(stream::Error::File(error)) if error.kind() == io::ErrorKind::Interrupted => {
                    self.limited()
                }
                Err(stream::Error::Recv(RecvError::Lost)) => self.regain(channel)?,
                Err(stream::Error::File(error)) => return Err(self.unwritten(&error).into()),
                Err(stream::Error::Overwrites) => {
                    return Err(self.broken("it overwrites; send with `--stream`").into());
                }
                Err(error) => return Err(self.broken(&error.to_string()).into()),
            };
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }

    /// Goes on in the same seat under new locks, as soon as the sender has made them.
    fn regain(&self, channel: &mut Receiver) -> Outcome<Option<End>> {
        match channel.regain() {
            Ok(()) => Ok(None),
            Err(error) if error.is_absent() && channel.state() == State::Same => {
                self.session.limits.pause(LOOK);
                Ok(self.limited())
            }
            Err(error) => Err(self.broken(&hints::of(&error)).into()),
        }
    }

    /// Writes one message to standard output.
    fn step(&mut self, channel: &mut Receiver) -> Result<Event, stream::Error> {
        let mut moved = 0;
        let limits = self.session.limits;
        let stop = || limits.reached().is_some();
        let result = stream::recv(channel, &io::stdout(), &mut moved, stop);
        self.progress
            .add(usize::try_from(moved).unwrap_or(usize::MAX));
        result
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

    fn event(&mut self, channel: &mut Receiver, event: Event) -> Outcome<Option<End>> {
        match event {
            Event::Closed => Ok(Some(End::Exit(Exit::Done))),
            // Whatever broke off before the first byte is not this stream.
            Event::SenderRestarted | Event::Lagged(_) if self.progress.bytes() == 0 => {
                Ok(self.limited())
            }
            Event::SenderRestarted => {
                Err(self.broken("its sender died, and another one began").into())
            }
            Event::Lagged(count) => {
                let why = format!("{count} messages of it were discarded");
                Err(self.broken(&why).into())
            }
            Event::ProgressLost => Err(self.broken("parts of it are missing").into()),
            Event::Gone => Err(self.broken("the channel was formatted anew").into()),
            Event::Nothing | Event::Message(_) | Event::Opened => self.wait(channel),
        }
    }

    /// Nothing to take: looks again for a moment, then at the limits, the segment and the sender, and naps.
    fn wait(&mut self, channel: &mut Receiver) -> Outcome<Option<End>> {
        if self.patience.lasts() {
            return Ok(None);
        }
        if let Some(end) = self.idle()? {
            return Ok(Some(end));
        }
        let removed = channel.state() != State::Same;
        let gone = removed || channel.has_sender() == Some(false);
        if gone && !channel.has_news() {
            return self.ended().map(Some);
        }
        if !gone {
            channel.wait(self.session.limits.deadline);
        }
        Ok(None)
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
