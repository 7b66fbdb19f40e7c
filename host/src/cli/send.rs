//! `host send`: what it sends, and how it leaves.

use std::collections::BTreeMap;
use std::time::Duration;

use ramframe_core::alternate::TUTORIAL;
use ramframe_core::channel::SendError;
use ramframe_host::dead::{DeadReceiver, Death};
use ramframe_host::lock;
use ramframe_host::open;
use ramframe_host::outgoing::{Outgoing, Wanted};
use ramframe_host::place::Place;

use super::args::{SendArgs, Wire};
use super::interrupt::Interrupts;
use super::outcome::{Exit, Outcome};
use super::say::{self, note};
use super::show::Printable;
use super::source::{Next, Source};
use super::stream;
use super::text;

/// A line of standard input, as `LINE_MAX` users know it, and then some.
const LONGEST_LINE: u32 = 4096;

/// Messages without a pause after which a sender looks whether its channel is still there.
const CHECK: u64 = 1024;

/// Slots for lines, which come in bursts.
const LINE_SLOTS: u32 = 64;

/// Sends until there is nothing more to send, or this process is asked to end.
pub(crate) fn run(args: &SendArgs) -> Outcome {
    let place = args.place.place(args.size)?;
    let given: Vec<&[u8]> = args.messages.iter().map(String::as_bytes).collect();
    let list: &[&[u8]] = if given.is_empty() { &TUTORIAL } else { &given };
    // The second gives up what the first waits for.
    let interrupts = Interrupts::watch_until(3)?;
    if args.wire == Wire::Text {
        return text::send(args, args.place.key.key()?, list, &interrupts);
    }
    if args.stream {
        return stream::send::run(args, args.place.key.key()?, &interrupts);
    }
    let channel = Outgoing::open(place, &wanted(args, list), &args.trust.trust(args.mode))?;
    let longest = channel.geometry().capacity();
    let source = match args.lines {
        true => Source::lines(longest).map_err(|error| format!("standard input: {error}")),
        false => Source::turns(list).ok_or_else(|| "no message to send".into()),
    };
    let mut sending = Sending {
        args,
        channel,
        interrupts,
        sent: 0,
        awaited: BTreeMap::new(),
    };
    sending.greet();
    // Whatever fails now, what was made is removed.
    let result = match source {
        Ok(source) => sending.all(source),
        Err(error) => Err(error.into()),
    };
    sending.finish(result)
}

fn wanted(args: &SendArgs, list: &[&[u8]]) -> Wanted {
    let base = match args.backpressure {
        true => Wanted::backpressure(args.receivers),
        false => Wanted::overwrite(),
    };
    let longest = list.iter().map(|message| message.len()).max().unwrap_or(0);
    let longest = u32::try_from(longest).unwrap_or(u32::MAX);
    let common = Wanted {
        longest,
        slot: args.slot,
        size: args.size,
        mode: args.mode,
        ..base
    };
    match args.lines {
        true => Wanted {
            longest: 0,
            default_slot: LONGEST_LINE,
            slots: LINE_SLOTS,
            ..common
        },
        false => common,
    }
}

/// One run of `host send`.
pub(crate) struct Sending<'a> {
    pub(crate) args: &'a SendArgs,
    pub(crate) channel: Outgoing,
    pub(crate) interrupts: Interrupts,
    pub(crate) sent: u64,
    /// The seats that were said to wait for a receiver, and how many had come there before.
    awaited: BTreeMap<u32, u32>,
}

impl Sending<'_> {
    pub(crate) fn say(&self, what: &str) {
        if !self.args.quiet {
            note!("{what}");
        }
    }

    fn describe(&self) -> String {
        self.args.place.describe(self.channel.place())
    }

    fn greet(&self) {
        self.say(&format!("sending on {}", self.describe()));
    }

    /// Sends everything that `source` gives.
    fn all(&mut self, mut source: Source<'_>) -> Outcome {
        let interval = self
            .args
            .interval
            .unwrap_or(Duration::from_secs(if self.args.lines { 0 } else { 1 }));
        while self.args.count.is_none_or(|count| self.sent < count) {
            let message = match self.next(&mut source)? {
                Next::Message(message) => message,
                Next::TooLong => {
                    return Err(self.too_long(self.channel.geometry().capacity()).into());
                }
                Next::Later | Next::End => break,
            };
            if !self.deliver(&message)? {
                break;
            }
            self.sent += 1;
            if !self.report(&message) {
                break;
            }
            let more = self.args.count.is_none_or(|count| self.sent < count);
            if more && !interval.is_zero() {
                self.rest(interval)?;
            }
        }
        Ok(if self.interrupts.any() {
            Exit::Interrupted
        } else {
            Exit::Done
        })
    }

    fn next(&mut self, source: &mut Source<'_>) -> Result<Next, String> {
        if self.interrupts.any() {
            return Ok(Next::End);
        }
        let unreadable = |error| format!("standard input: {error}");
        let next = match source.next().map_err(unreadable)? {
            Next::Later => {
                // Whatever was sent in a burst is heard before the pause.
                self.channel.ring();
                source.wait(&self.interrupts).map_err(unreadable)?
            }
            // Seldom enough to cost nothing: a sender that never pauses learns too that its channel is gone.
            next if !self.sent.is_multiple_of(CHECK) => return Ok(next),
            next => next,
        };
        self.check().map(|()| next)
    }

    fn rest(&mut self, interval: Duration) -> Result<(), String> {
        self.channel.ring();
        self.interrupts.pause(interval);
        self.check()
    }

    /// Whether somebody removed the channel under us. Where only the locks are gone, new ones are made.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        if self.channel.is_current() {
            return Ok(());
        }
        let place = self.channel.place().clone();
        match (self.channel.regain(), &place) {
            (Ok(()), _) => {
                note!("the locks on {place} were removed; going on with new ones");
                Ok(())
            }
            (Err(error @ open::Error::Lock(lock::Error::SenderHeld { .. })), _) => {
                Err(format!("the locks on {place} were removed, and {error}"))
            }
            (Err(_), Place::Key(key)) => Err(format!(
                "the channel on key {key} was removed by another process; start again"
            )),
            (Err(_), Place::Map(window)) => Err(format!(
                "the channel in {window} was formatted anew, or the file replaced; start again"
            )),
        }
    }

    /// Shows what was sent; false when nobody looks any more (`2>&1 | head -3`).
    fn report(&self, message: &[u8]) -> bool {
        let silent = self.args.lines || self.args.quiet;
        silent || say::line(format_args!("Sent: {}", Printable(message))).is_ok()
    }

    /// Sends one message, waiting for room as long as it takes; false when this process was asked to end instead.
    fn deliver(&mut self, message: &[u8]) -> Result<bool, Box<dyn std::error::Error>> {
        loop {
            match self.channel.send(message) {
                Ok(_) => return Ok(true),
                Err(SendError::Full { receiver }) => self.wait_for_room(receiver)?,
                Err(SendError::TooLong { capacity }) => return Err(self.too_long(capacity).into()),
                Err(SendError::Corrupt { .. }) if !self.channel.is_current() => self.check()?,
                Err(SendError::Corrupt { what }) => return Err(self.corrupt(&what).into()),
            }
            if self.interrupts.any() {
                return Ok(false);
            }
        }
    }

    fn wait_for_room(&mut self, receiver: u32) -> Result<(), Box<dyn std::error::Error>> {
        self.check()?;
        self.look_after(receiver)?;
        self.channel.wait_for_room(receiver);
        Ok(())
    }

    /// Says that a receiver is waited for, once until one has come and left; and drops what a dead one holds up when its time
    /// is over.
    pub(crate) fn look_after(&mut self, receiver: u32) -> Result<(), ramframe_host::open::Error> {
        let joined = self.channel.attach_count(receiver);
        if self.channel.is_vacant(receiver) && self.awaited.insert(receiver, joined) != Some(joined)
        {
            self.say(&format!(
                "waiting for receiver {receiver} on {}",
                self.describe()
            ));
        }
        let policy = DeadReceiver::DropAfter(self.args.dead_after);
        for Death { receiver, dropped } in self.channel.look_after(receiver, policy)? {
            note!("receiver {receiver} died; dropped {dropped} messages that it had not taken");
        }
        Ok(())
    }

    fn too_long(&self, capacity: u32) -> String {
        let number = self.sent + 1;
        let what = if self.args.lines {
            format!("line {number}")
        } else {
            "the message".into()
        };
        format!(
            "{what} is longer than the {capacity} bytes of a slot; make them larger with `--slot BYTES`"
        )
    }

    pub(crate) fn corrupt(&self, what: &dyn std::fmt::Display) -> String {
        let place = self.channel.place();
        format!(
            "{}: {what}; {}, and start again",
            place.channel(),
            place.clear(false)
        )
    }
}
