//! One of many channels: what was said about it, and how its messages are printed.

use std::io;
use std::mem;

use ramframe_core::geometry::Overflow;

use crate::cli::print::{Printer, Source};
use crate::cli::session::{Reported, Session};
use crate::cli::stderr::about;
use crate::location::Location;
use crate::receiver::{Message, Receiver};
use crate::sysv::key::Key;

pub(super) struct Channel<'a> {
    pub(super) key: Key,
    /// The last sender has closed it, and all was received.
    pub(super) is_closed: bool,
    is_lossless: bool,
    name: String,
    location: Location,
    source: Source<'a>,
    reported: Reported,
    is_in: bool,
}

impl<'a> Channel<'a> {
    pub(super) fn new(key: Key, source: Source<'a>, receiver: &Receiver) -> Self {
        Self {
            key,
            is_closed: false,
            is_lossless: receiver.geometry().overflow() == Overflow::Backpressure,
            name: source.name().unwrap_or_default().into(),
            location: Location::Key(key),
            source,
            reported: Reported::default(),
            is_in: false,
        }
    }

    /// Puts this channel in the place of the one that `session` is about, or takes it out again.
    pub(super) fn swap(&mut self, session: &mut Session<'a>) {
        mem::swap(&mut self.location, &mut session.location);
        mem::swap(&mut self.reported, &mut session.reported);
        session.printer.swap(&mut self.source);
        self.is_in = !self.is_in;
        about(if self.is_in { &self.name } else { "" });
    }

    /// Prints a message of this channel. It is received when it has been printed, so that this process can be killed and lose none.
    pub(super) fn print(
        &mut self,
        printer: &mut Printer<'a>,
        message: &Message<'_>,
    ) -> io::Result<()> {
        about(&self.name);
        printer.swap(&mut self.source);
        let printed = printer.message(message.header(), message.payload);
        printer.swap(&mut self.source);
        about("");
        printed?;
        match self.is_lossless {
            true => printer.flush(),
            false => Ok(()),
        }
    }
}
