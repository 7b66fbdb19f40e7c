//! How `host recv` receives from one channel: until it has enough, or the channel is no more.

use std::io;
use std::time::Duration;

use crate::location::Location;
use crate::receiver::Receiver;
use crate::sysv::segment::State;
use ramframe_core::channel::RecvError;
use ramframe_core::geometry::Overflow;

use super::exit::Exit;
use super::recv::{End, Reported, Session};
use super::stderr::message;

/// Between two samples, unless told otherwise: the original's.
const SAMPLE: Duration = Duration::from_secs(1);

/// Between two looks for new locks.
const LOOK: Duration = Duration::from_millis(50);

impl Session<'_> {
    /// Receives from one channel until it is no more.
    pub(crate) fn follow(
        &mut self,
        mut channel: Receiver,
    ) -> Result<End, Box<dyn std::error::Error>> {
        if channel.owner().mode & 0o022 != 0 {
            message!(
                "others may write into this {} (mode {:04o})",
                if self.is_map() { "file" } else { "segment" },
                channel.owner().mode & 0o777
            );
        }
        let mut buffer = buffer(channel.geometry().capacity() as usize)?;
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

    /// Each message once, in order.
    fn take(
        &mut self,
        channel: &mut Receiver,
        buffer: &mut [u8],
    ) -> Result<End, Box<dyn std::error::Error>> {
        let lossless = channel.geometry().overflow() == Overflow::Backpressure;
        loop {
            let show = &mut self.show;
            let shown = channel.recv_with(buffer, |header, payload| {
                show.message(header, payload)?;
                // A message is taken when it has been printed, so that this process can be killed and lose none.
                if lossless { show.flush() } else { Ok(()) }
            });
            match shown {
                Ok(shown) => {
                    if let Some(exit) = self.shown(shown)? {
                        return Ok(End::Exit(exit));
                    }
                    if let Some(exit) = self.enough().or_else(|| self.limits.reached()) {
                        return Ok(End::Exit(exit));
                    }
                    self.told.gone = false;
                }
                Err(news) => {
                    if let Some(end) = self.news(channel, news)? {
                        return Ok(end);
                    }
                }
            }
        }
    }

    /// Something other than a message: said once, waited for, or the end.
    fn news(
        &mut self,
        channel: &mut Receiver,
        news: RecvError,
    ) -> Result<Option<End>, Box<dyn std::error::Error>> {
        match news {
            RecvError::Empty | RecvError::Busy => return self.wait(channel),
            RecvError::Lagged(count) => {
                let lossless = channel.geometry().overflow() == Overflow::Backpressure;
                message!("missed {count} messages");
                let printed = self.show.missed(count, lossless);
                if let Some(exit) = self.shown(printed)? {
                    return Ok(Some(End::Exit(exit)));
                }
            }
            RecvError::SenderRestarted => self.say_restarted()?,
            RecvError::Closed if self.args.until_close => {
                self.show.closed()?;
                return Ok(Some(End::Exit(Exit::Done)));
            }
            RecvError::Closed => {
                self.say_closed()?;
                return self.wait(channel);
            }
            RecvError::ProgressLost => message!("missed messages, how many is not known"),
            RecvError::Reformatted => return self.over(channel),
            RecvError::Corrupt { .. } if channel.is_being_formatted() => {
                return self.over(channel);
            }
            RecvError::Corrupt { .. } | RecvError::BufferTooSmall { .. } => {
                return Err(self.corrupt(news).into());
            }
        }
        // There may be no end of news: a fast sender always has more to be missed.
        Ok(self.limits.reached().map(End::Exit))
    }

    fn corrupt(&self, news: RecvError) -> String {
        format!(
            "{}: {news}; {}, and start its sender again",
            self.location.channel(),
            self.location.clear(true)
        )
    }

    fn is_map(&self) -> bool {
        matches!(self.location, Location::Map(_))
    }

    /// Nothing to take: brings what was printed to its reader, looks at the limits and the segment, and naps.
    fn wait(&mut self, channel: &mut Receiver) -> Result<Option<End>, Box<dyn std::error::Error>> {
        if let Some(exit) = self.idle()? {
            return Ok(Some(End::Exit(exit)));
        }
        if self.told.removed {
            self.say_removed();
            return Ok(Some(End::Next));
        }
        if channel.state() != State::Same {
            // What was sent between the last look and the removal is still there to be taken, the end included.
            self.told.removed = true;
            // Where its lock cannot be asked for, its word may still be on the way.
            channel.wait(self.limits.deadline);
            return Ok(None);
        }
        self.say_gone(channel);
        channel.wait(self.limits.deadline);
        Ok(None)
    }

    /// The channel is formatted anew, or the seat was lost: then this receiver goes on as soon as there are new locks.
    fn over(&mut self, channel: &mut Receiver) -> Result<Option<End>, Box<dyn std::error::Error>> {
        if !channel.is_lost() {
            return Ok(Some(End::Next));
        }
        if !self.told.lost {
            self.told.lost = true;
            message!(
                "the locks on {} were removed; attaching again",
                self.location
            );
        }
        match channel.regain() {
            Ok(()) => {
                self.told.lost = false;
                message!("attached again to {}", self.location);
                return Ok(None);
            }
            Err(error) if error.is_absent() && channel.state() == State::Same => {}
            Err(_) => return Ok(Some(End::Next)),
        }
        self.limits.pause(LOOK);
        Ok(self.idle()?.map(End::Exit))
    }

    fn say_restarted(&mut self) -> io::Result<()> {
        self.told = Reported::default();
        message!("the sender restarted");
        self.show.restarted()
    }

    fn say_closed(&mut self) -> io::Result<()> {
        if self.told.closed {
            return Ok(());
        }
        self.told.closed = true;
        message!("the sender left in good order; waiting for the next");
        self.show.closed()
    }

    fn say_removed(&self) {
        if !self.told.closed {
            match self.is_map() {
                true => message!("the file was replaced"),
                false => message!("the segment was removed"),
            }
        }
    }

    fn say_gone(&mut self, channel: &Receiver) {
        let silent = !self.told.gone && !self.told.closed;
        // In this order: a sender that leaves says so before it gives its lock back.
        if silent && channel.has_sender() == Some(false) && !channel.is_closed() {
            self.told.gone = true;
            message!("the sender is gone without a word; waiting for it to start again");
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
            // OnRequest before the last look, so that the last message is not overlooked; and in this order, for a sender
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
                self.show.closed()?;
                return Ok(End::Exit(Exit::Done));
            }
            match closed {
                true => self.say_closed()?,
                false => self.say_gone(channel),
            }
            if state != State::Same {
                self.say_removed();
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
        let header = match channel.latest(buffer) {
            Ok(header) => header,
            Err(RecvError::Empty | RecvError::Busy) => return Ok(None),
            Err(RecvError::Reformatted) => return Ok(Some(End::Next)),
            Err(RecvError::Corrupt { .. }) if channel.is_being_formatted() => {
                return Ok(Some(End::Next));
            }
            Err(news) => return Err(self.corrupt(news).into()),
        };
        let before = epoch.replace(header.epoch);
        if before.is_some_and(|before| before != header.epoch) {
            self.say_restarted()?;
        }
        let payload = buffer.get(..header.len).unwrap_or_default();
        let printed = self.show.sample(header, payload);
        let exit = self.shown(printed)?;
        Ok(exit.or_else(|| self.enough()).map(End::Exit))
    }
}

/// Room for the longest message, or why there is none.
pub(crate) fn buffer(capacity: usize) -> Result<Vec<u8>, String> {
    let mut buffer = Vec::new();
    buffer
        .try_reserve_exact(capacity)
        .map_err(|error| format!("no memory for a message of {capacity} bytes: {error}"))?;
    buffer.resize(capacity, 0);
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use crate::receiver::Receiver;
    use crate::sender::{ChannelOptions, Sender};
    use crate::trust::Trust;
    use clap::Parser;
    use ramframe_core::channel::{RecvError, Start};

    use super::{End, Exit, Session};
    use crate::cli::args::{Cli, Command};

    #[test]
    fn news_that_never_ceases_does_not_keep_it_from_a_limit() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(4096).unwrap();
        let path = file.path().to_str().unwrap();
        let line = ["host", "recv", "--timeout", "0s", "--map", path];
        let Some(Command::Recv(args)) = Cli::parse_from(line).command else {
            panic!("that is what was typed");
        };
        let mut session = Session::new(&args, &[]).unwrap();
        let location = session.location.clone();
        let _sender = Sender::open(
            location.clone(),
            &ChannelOptions::overwrite(),
            &Trust::current_user(),
        )
        .unwrap();
        let mut channel = Receiver::open(location, Start::Oldest, &Trust::current_user()).unwrap();
        for news in [RecvError::Lagged(1), RecvError::SenderRestarted] {
            let end = session.news(&mut channel, news).unwrap();
            assert!(matches!(end, Some(End::Exit(Exit::TimedOut))), "{news:?}");
        }
    }
}
