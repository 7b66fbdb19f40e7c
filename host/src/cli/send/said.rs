//! What a sender says: where it sends, whom it waits for, what failed and what to do.

use std::io;

use ramframe_core::geometry::{Geometry, Overflow};

use super::Sending;
use crate::cli::args::LARGEST_SLOT;
use crate::cli::counted::Messages;
use crate::cli::hints;
use crate::cli::printable::Printable;
use crate::cli::stderr::{self, message};
use crate::error::{Error, Kind};
use crate::location::Location;
use crate::sender::SendError;
use crate::sender::dead::Death;

/// What kind of channel it is, for a person.
pub(crate) fn channel(geometry: &Geometry) -> String {
    let (slots, capacity) = (geometry.slots(), geometry.capacity());
    let policy = match geometry.overflow() {
        Overflow::Overwrite => "overwrite".into(),
        Overflow::Backpressure => format!("backpressure for {} receivers", geometry.receivers()),
    };
    format!("the channel has {slots} slots of {capacity} bytes, {policy}")
}

impl Sending<'_> {
    pub(crate) fn say(&self, what: &str) {
        if !self.args.notes.quiet {
            message!("{what}");
        }
    }

    fn describe(&self) -> String {
        self.args.location.describe(self.channel.location())
    }

    pub(super) fn greet(&self) {
        self.say(&format!("sending on {}", self.describe()));
        if self.args.notes.verbose {
            self.say(&channel(self.channel.geometry()));
        }
    }

    /// Why this process cannot go on as the sender.
    pub(crate) fn over(&self, error: &Error) -> String {
        let location = self.channel.location();
        match (&error.kind, location) {
            (Kind::SenderHeld(_), _) => {
                format!(
                    "the locks on {location} were removed, and {}",
                    hints::of(error)
                )
            }
            (_, Location::Key(key)) => {
                format!("the channel on {key:#} was removed by another process; start again")
            }
            (_, Location::Map(window)) => format!(
                "the channel in {window} was formatted anew, or the file replaced; start again"
            ),
        }
    }

    /// Says what happened while the library waited: receivers that died, and locks that were lost.
    pub(crate) fn tell_news(&mut self) {
        for Death { receiver, dropped } in self.channel.take_deaths() {
            message!(
                "receiver {receiver} died; dropped {} that it had not received",
                Messages(dropped)
            );
        }
        if self.regained != self.channel.regained() {
            self.regained = self.channel.regained();
            let location = self.channel.location();
            message!("the locks on {location} were removed; going on with new ones");
        }
    }

    /// Shows what was sent; false when it was sent for people to look at, and nobody does any more (`2>&1 | head -3`). Whatever
    /// else keeps it from being shown is no reason not to send.
    pub(super) fn report(&self, message: &[u8]) -> bool {
        if self.args.piped().is_some() || self.args.notes.quiet {
            return true;
        }
        match stderr::line(format_args!("Sent: {}", Printable(message))) {
            Err(error) => error.kind() != io::ErrorKind::BrokenPipe || !self.is_endless(),
            Ok(()) => true,
        }
    }

    /// Why a message was not sent, and what to do about it.
    pub(super) fn failed(&self, error: SendError) -> Box<dyn std::error::Error> {
        match error {
            SendError::TooLong { capacity } => self.too_long(capacity, None).into(),
            SendError::Corrupt { what } => self.corrupt(&what).into(),
            SendError::NotRegained(error) => self.over(&error).into(),
            SendError::NotReclaimed(error) => hints::of(&error).into(),
            error => error.into(),
        }
    }

    /// Says that a receiver is waited for, once until one has come and left.
    pub(crate) fn say_waiting(&mut self, receiver: u32) {
        let attached = self.channel.attach_count(receiver);
        let vacant = self.channel.is_vacant(receiver);
        if vacant && !self.args.notes.quiet {
            self.waiting.on(self.channel.location());
        }
        if vacant && self.awaited.insert(receiver, attached) != Some(attached) {
            self.say(&format!(
                "waiting for receiver {receiver} on {}",
                self.describe()
            ));
        }
    }

    /// A message is too long; `len` bytes, if that is known.
    pub(super) fn too_long(&self, capacity: u32, len: Option<u64>) -> String {
        let number = self.sent + 1;
        let what = match self.args.piped() {
            Some(framing) => format!("{} {number}", framing.noun()),
            None => "the message".into(),
        };
        match len {
            None => format!(
                "{what} is longer than the {capacity} bytes of a slot; make them larger with `--slot BYTES`"
            ),
            Some(len) if len <= u64::from(LARGEST_SLOT) => format!(
                "{what} has {len} bytes, more than the {capacity} of a slot; make them larger with `--slot {len}`"
            ),
            Some(len) => format!(
                "{what} should have {len} bytes, more than any slot holds; is standard input written as `recv --delimited` does it?"
            ),
        }
    }

    pub(crate) fn corrupt(&self, what: &dyn std::fmt::Display) -> String {
        let location = self.channel.location();
        format!(
            "{}: {what}; {}, and start again",
            location.channel(),
            hints::clear(location, false)
        )
    }
}
