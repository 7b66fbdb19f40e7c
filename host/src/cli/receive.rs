//! The receive loop of `host recv` over one channel: until it has enough, or the channel is no more.

use std::io;
use std::time::Duration;

use ramframe_core::geometry::Overflow;

use crate::location::Location;
use crate::name::State;
use crate::receiver::{Event, Receiver, RecvError};

use super::counted::Messages;
use super::exit::{Exit, Outcome};
use super::hints;
use super::output;
use super::session::{End, Reported, Session};
use super::stderr::{message, note};

/// Between two samples, unless told otherwise: the original's.
const SAMPLE: Duration = Duration::from_secs(1);

impl Session<'_> {
    /// Receives from one channel after the other.
    pub(crate) fn run(&mut self) -> Outcome {
        let mut followed = None;
        loop {
            let channel = match self.open()? {
                Ok(channel) => channel,
                Err(exit) => return Ok(exit),
            };
            self.reported = Reported::default();
            if let Some(before) = followed {
                // Another channel: its sender begins its turns anew.
                self.printer.restarted()?;
                self.say_following(*channel.name() != before);
            }
            followed = Some(channel.name().clone());
            if let End::Exit(exit) = self.follow(channel)? {
                return Ok(exit);
            }
        }
    }

    /// Receives from one channel until it is no more.
    pub(crate) fn follow(
        &mut self,
        mut channel: Receiver,
    ) -> Result<End, Box<dyn std::error::Error>> {
        self.say_channel(&channel);
        let mut buffer = output::buffer(channel.geometry().capacity() as usize)?;
        let end = match self.args.latest {
            true => self.sample(&mut channel, &mut buffer),
            false => self.take(&mut channel, &mut buffer),
        };
        let flushed = self.flushed(Ok(()));
        channel.detach();
        let closed = flushed?.map(End::Exit);
        match end? {
            End::Exit(exit) if exit != Exit::Done => Ok(End::Exit(exit)),
            end => Ok(closed.unwrap_or(end)),
        }
    }

    /// What there is to say about a channel before its messages.
    pub(crate) fn say_channel(&self, channel: &Receiver) {
        if channel.name().owner().mode & 0o022 != 0 {
            message!(
                "others may write into this {} (mode {:04o})",
                if self.is_map() { "file" } else { "segment" },
                channel.name().owner().mode & 0o777
            );
        }
        if self.args.notes.verbose {
            note!("{}", super::send::channel(channel.geometry()));
        }
    }

    /// Each message once, in order.
    fn take(
        &mut self,
        channel: &mut Receiver,
        buffer: &mut [u8],
    ) -> Result<End, Box<dyn std::error::Error>> {
        let lossless = channel.geometry().overflow() == Overflow::Backpressure;
        let mut limit = self.limits.at_once();
        loop {
            let printer = &mut self.printer;
            let received = channel.recv_with(buffer, &limit, |message| {
                printer.message(message.header(), message.payload)?;
                // A message is taken when it has been printed, so that this process can be killed and lose none.
                if lossless { printer.flush() } else { Ok(()) }
            });
            let waits = matches!(received, Ok(Ok(Event::Nothing)));
            if let Some(end) = self.received(channel, received)? {
                return Ok(end);
            }
            // Not waiting at first, so that what was printed is brought to its reader before it waits.
            limit = match waits {
                true => self.limits.slice(),
                false => self.limits.at_once(),
            };
        }
    }

    /// What was received, and what became of printing it: said, or the end.
    pub(crate) fn received(
        &mut self,
        channel: &Receiver,
        received: Result<io::Result<Event<()>>, RecvError>,
    ) -> Result<Option<End>, Box<dyn std::error::Error>> {
        match received {
            Ok(Ok(Event::Message(_))) => self.printed(Ok(())),
            Ok(Err(error)) => self.printed(Err(error)),
            Ok(Ok(Event::Nothing)) => self.nothing(channel),
            Ok(Ok(event)) => self.event(channel, event),
            Err(RecvError::NotRegained(_)) => Ok(Some(End::Next)),
            Err(error) => Err(self.corrupt(&error).into()),
        }
    }

    fn printed(
        &mut self,
        printed: io::Result<()>,
    ) -> Result<Option<End>, Box<dyn std::error::Error>> {
        self.reported.gone = false;
        let exit = self.shown(printed)?.or_else(|| self.enough());
        Ok(exit.or_else(|| self.limits.reached()).map(End::Exit))
    }

    /// Something other than a message: said once, or the end.
    fn event(
        &mut self,
        channel: &Receiver,
        event: Event<()>,
    ) -> Result<Option<End>, Box<dyn std::error::Error>> {
        match event {
            Event::Lagged(count) => {
                let lossless = channel.geometry().overflow() == Overflow::Backpressure;
                message!("missed {}", Messages(count));
                let printed = self.printer.missed(count, lossless);
                if let Some(exit) = self.shown(printed)? {
                    return Ok(Some(End::Exit(exit)));
                }
            }
            Event::SenderRestarted => self.say_restarted()?,
            Event::Closed if self.args.until_close => {
                self.printer.closed()?;
                return Ok(Some(End::Exit(Exit::Done)));
            }
            Event::Closed => self.say_closed()?,
            Event::ProgressLost => {
                message!("missed messages, how many is not known");
                let printed = self.printer.progress_lost();
                if let Some(exit) = self.shown(printed)? {
                    return Ok(Some(End::Exit(exit)));
                }
            }
            Event::Gone => {
                self.say_removed(channel);
                return Ok(Some(End::Next));
            }
            Event::Message(_) | Event::Opened | Event::Nothing => {}
        }
        // There may be no end of events: a fast sender always has more to be missed.
        Ok(self.limits.reached().map(End::Exit))
    }

    pub(crate) fn corrupt(&self, error: &RecvError) -> String {
        format!(
            "{}: {error}; {}, and start its sender again",
            self.location.channel(),
            hints::clear(&self.location, true)
        )
    }

    fn is_map(&self) -> bool {
        matches!(self.location, Location::Map(_))
    }

    /// Nothing to take: brings what was printed to its reader, looks at the limits, and says how the other side is.
    fn nothing(&mut self, channel: &Receiver) -> Result<Option<End>, Box<dyn std::error::Error>> {
        if let Some(exit) = self.idle()? {
            return Ok(Some(End::Exit(exit)));
        }
        self.say_lost(channel);
        if channel.state() == State::Same {
            self.say_gone(channel);
        }
        Ok(None)
    }

    /// Says that the lock was lost, and when the library has taken another one.
    pub(crate) fn say_lost(&mut self, channel: &Receiver) {
        let lost = channel.is_lost();
        let regained = channel.regained() != self.reported.regained;
        if (lost || regained) && !self.reported.lost {
            let location = &self.location;
            message!("the locks on {location} were removed; attaching again");
        }
        if regained {
            note!("attached again to {}", self.location);
        }
        self.reported.lost = lost;
        self.reported.regained = channel.regained();
    }

    fn say_restarted(&mut self) -> io::Result<()> {
        self.reported = Reported {
            lost: self.reported.lost,
            regained: self.reported.regained,
            ..Reported::default()
        };
        note!("the sender restarted");
        self.printer.restarted()
    }

    pub(crate) fn say_closed(&mut self) -> io::Result<()> {
        if self.reported.closed {
            return Ok(());
        }
        self.reported.closed = true;
        note!("the sender closed the channel; waiting for the next sender");
        self.printer.closed()
    }

    fn say_removed(&self, channel: &Receiver) {
        if !self.reported.closed && channel.state() != State::Same {
            match self.is_map() {
                true => note!("the file was replaced"),
                false => note!("the segment was removed"),
            }
        }
    }

    pub(crate) fn say_gone(&mut self, channel: &Receiver) {
        let silent = !self.reported.gone && !self.reported.closed;
        // In this order: a sender that leaves says so before it gives its lock back.
        if silent && channel.has_sender() == Some(false) && !channel.is_closed() {
            self.reported.gone = true;
            note!("the sender ended without closing the channel; waiting for the next sender");
        }
    }

    /// The newest message now and then, as the original polled.
    fn sample(
        &mut self,
        channel: &mut Receiver,
        buffer: &mut [u8],
    ) -> Result<End, Box<dyn std::error::Error>> {
        let mut epoch = None;
        loop {
            // Asked before the last look, so that the last message is not overlooked; and in this order, for a sender
            // that leaves says so before it gives its lock back.
            let state = channel.state();
            let closed = channel.is_closed();
            if let Some(end) = self.look(channel, buffer, &mut epoch)? {
                return Ok(end);
            }
            if let Some(exit) = self.idle()? {
                return Ok(End::Exit(exit));
            }
            if closed && self.args.until_close {
                self.printer.closed()?;
                return Ok(End::Exit(Exit::Done));
            }
            match closed {
                true => self.say_closed()?,
                false => self.say_gone(channel),
            }
            if state != State::Same {
                self.say_removed(channel);
                return Ok(End::Next);
            }
            if channel.was_reformatted() {
                return Ok(End::Next);
            }
            self.limits.pause(self.args.interval.unwrap_or(SAMPLE));
        }
    }

    /// One look at the newest message, printed if there is one.
    fn look(
        &mut self,
        channel: &mut Receiver,
        buffer: &mut [u8],
        epoch: &mut Option<u32>,
    ) -> Result<Option<End>, Box<dyn std::error::Error>> {
        let message = match channel.latest(buffer) {
            Ok(Event::Message(message)) => message,
            Ok(Event::Gone) => return Ok(Some(End::Next)),
            Ok(_) => return Ok(None),
            Err(RecvError::Corrupt { .. }) if channel.is_being_formatted() => {
                return Ok(Some(End::Next));
            }
            Err(RecvError::Lost) => return Ok(Some(End::Next)),
            Err(error) => return Err(self.corrupt(&error).into()),
        };
        let before = epoch.replace(message.epoch);
        if before.is_some_and(|before| before != message.epoch) {
            self.say_restarted()?;
        }
        let printed = self.printer.sample(message.header(), message.payload);
        let exit = self.shown(printed)?;
        Ok(exit.or_else(|| self.enough()).map(End::Exit))
    }
}

#[cfg(test)]
mod tests {
    use crate::receiver::Event;
    use crate::receiver::Receiver;
    use crate::sender::{ChannelOptions, Sender};
    use crate::trust::Trust;
    use clap::Parser;
    use ramframe_core::channel::Start;

    use super::{End, Exit, Session};
    use crate::cli::args::{Cli, Command};

    #[test]
    fn events_that_never_cease_do_not_keep_it_from_a_limit() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(4096).unwrap();
        let path = file.path().to_str().unwrap();
        let line = ["host", "recv", "--timeout", "0s", "--map", path];
        let Some(Command::Recv(args)) = Cli::parse_from(line).command else {
            panic!("that is what was typed");
        };
        let location = args.location.location(None).unwrap();
        let mut session = Session::new(&args, &[], location.clone()).unwrap();
        let _sender = Sender::open(
            location.clone(),
            &ChannelOptions::overwrite(),
            &Trust::current_user(),
        )
        .unwrap();
        let channel = Receiver::open(location, Start::Oldest, &Trust::current_user()).unwrap();
        for event in [Event::Lagged(1), Event::SenderRestarted] {
            let end = session.event(&channel, event).unwrap();
            assert!(matches!(end, Some(End::Exit(Exit::TimedOut))), "{event:?}");
        }
    }
}
