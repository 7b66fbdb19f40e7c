//! `--wire text`: the tutorial's string at offset 0, for its C programs and against them.

use std::io;
use std::time::Duration;

use ramframe_core::frame::Header;
use ramframe_core::geometry::{Geometry, GeometryError};
use ramframe_core::region::Region;
use ramframe_core::text::{self, ReadError, WriteError};

use crate::error::Kind;
use crate::location::Location;
use crate::sender::DEFAULT_SIZE;
use crate::sysv::key::Key;
use crate::sysv::segment::{ReadOnly, ReadWrite, Segment, State};

use super::args::SendArgs;
use super::counted::Messages;
use super::exit::{Exit, Outcome};
use super::hints;
use super::limits::Limits;
use super::output::buffer;
use super::printable::Printable;
use super::session::Session;
use super::source::{Next, Source};
use super::stderr::{self, message};

/// Between two looks at a string that nobody announces.
const POLL: Duration = Duration::from_millis(20);

/// The tutorial creates its segments for everyone.
const ANY_MODE: u32 = 0o666;

/// Puts one text after the other at offset 0.
pub(crate) fn send(args: &SendArgs, key: Key, source: Source<'_>, limits: Limits) -> Outcome {
    let size = args.size.unwrap_or(DEFAULT_SIZE);
    let (segment, made) = match Segment::<ReadWrite>::attach(key, &args.trust.trust(ANY_MODE)) {
        Err(error) if matches!(error.kind, Kind::Absent) => {
            (Segment::create(key, size, args.mode)?, true)
        }
        found => (found?, false),
    };
    let result = match refuse_other(key, &segment.memory(), Some(size)) {
        Ok(()) => Sending::new(args, key, &segment, limits).all(source),
        Err(why) => Err(why.into()),
    };
    if made && !args.keep && segment.name().state() == State::Same {
        segment.remove()?;
    }
    result
}

/// One run of `host send --wire text`.
struct Sending<'a> {
    args: &'a SendArgs,
    key: Key,
    segment: &'a Segment<ReadWrite>,
    limits: Limits,
    sent: u64,
}

impl<'a> Sending<'a> {
    fn new(args: &'a SendArgs, key: Key, segment: &'a Segment<ReadWrite>, limits: Limits) -> Self {
        Self {
            args,
            key,
            segment,
            limits,
            sent: 0,
        }
    }

    /// Sends everything that `source` gives, and says what was left when something ended that.
    fn all(&mut self, mut source: Source<'_>) -> Outcome {
        // Lines too: each replaces the one before, whether or not anyone has seen it.
        let interval = self.args.interval.unwrap_or(Duration::from_secs(1));
        while self.args.count.is_none_or(|count| self.sent < count) {
            let Some(message) = self.next(&mut source)? else {
                break;
            };
            self.put(&message)?;
            self.sent += 1;
            if !self.report(&message) {
                break;
            }
            // Also after the last: whoever polls once in this time has seen it before the segment goes.
            self.limits.pause(interval);
        }
        let exit = self.limits.reached();
        if exit.is_some() {
            self.give_up(&source);
        }
        Ok(exit.unwrap_or(Exit::Done))
    }

    /// The next message; `None` at the end, or if something ends the command before.
    fn next(&self, source: &mut Source<'_>) -> Result<Option<Vec<u8>>, Box<dyn std::error::Error>> {
        let longest = u32::try_from(self.segment.memory().len() - 1).unwrap_or(u32::MAX);
        while self.limits.reached().is_none() {
            match source.next(longest)? {
                Next::Message(message) => return Ok(Some(message)),
                Next::TooLong(_) => {
                    return Err(format!(
                        "{} {} is longer than the segment; make it larger with `--size BYTES`",
                        self.args.noun(),
                        self.sent + 1
                    )
                    .into());
                }
                Next::Later => source.wait(&self.limits),
                Next::End => break,
            }
        }
        Ok(None)
    }

    fn give_up(&self, source: &Source<'_>) {
        if let Some(left) = source.untaken() {
            message!("gave up: {left} were not sent");
        }
        if let Some(count) = self.args.count.filter(|&count| self.sent < count) {
            message!("gave up: sent {} of {}", self.sent, Messages(count));
        }
    }

    /// As `report` of frames: false when a text was sent for people to look at, and nobody does any more.
    fn report(&self, message: &[u8]) -> bool {
        let endless = self.args.piped().is_none() && self.args.count.is_none();
        self.args.notes.quiet || was_seen(message) || !endless
    }

    /// Writes the next text where receivers find it. An empty one is what a new segment holds, so nobody would see it.
    fn put(&self, text: &[u8]) -> Result<(), String> {
        let number = self.sent + 1;
        if text.is_empty() {
            return Err(format!(
                "message {number} is empty, and `--wire text` cannot show that; send it without `--wire text`"
            ));
        }
        if self.segment.name().state() != State::Same {
            return Err(format!(
                "the segment of {:#} was removed by another process, and message {number} was not sent; start again",
                self.key
            ));
        }
        text::write(&self.segment.memory(), text).map_err(|error| match error {
            WriteError::InteriorNul { at } => format!(
                "message {number} has a NUL at byte {at}, where `--wire text` ends; send it without `--wire text`"
            ),
            WriteError::TooLong { capacity } => format!(
                "message {number} is longer than the {capacity} bytes of the segment; make it larger with `--size`"
            ),
            error => format!("message {number}: {error}"),
        })
    }
}

/// Whether anyone may have seen what was said of a message; what else keeps it from being shown is no reason to end.
fn was_seen(message: &[u8]) -> bool {
    let shown = stderr::line(format_args!("Sent: {}", Printable(message)));
    !shown.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// A ramframe channel is no place for texts, and a segment of another size is not the one that was meant.
fn refuse_other(key: Key, region: &impl Region, size: Option<usize>) -> Result<(), String> {
    match Geometry::read(region) {
        Err(GeometryError::Unformatted | GeometryError::Foreign { .. }) => {}
        Err(GeometryError::RegionTooSmall { .. }) if region.len() < 64 => {}
        _ => {
            return Err(format!(
                "{key:#} holds a ramframe channel; use it without `--wire text`, or use {}",
                hints::another(key)
            ));
        }
    }
    match size {
        Some(size) if size != region.len() => Err(format!(
            "the segment of {key:#} has {0} bytes, not {size}; use `--size {0}`, or {1}",
            region.len(),
            hints::another(key)
        )),
        _ => Ok(()),
    }
}

/// Prints each text that stands at offset 0 after another one did.
pub(crate) fn recv(session: &mut Session<'_>) -> Outcome {
    let mut sequence = 0;
    loop {
        let (key, segment) = match open(session)? {
            Ok(found) => found,
            Err(exit) => return Ok(exit),
        };
        if let Some(exit) = follow(session, key, &segment, &mut sequence)? {
            return Ok(exit);
        }
    }
}

/// A segment that came, or how the command ends instead.
type Found = Result<(Key, Segment<ReadOnly>), Exit>;

fn open(session: &mut Session<'_>) -> Result<Found, Box<dyn std::error::Error>> {
    loop {
        let Location::Key(key) = session.location else {
            return Err("`--wire text` is for segments".into());
        };
        match Segment::<ReadOnly>::attach(key, &session.args.trust.trust(ANY_MODE)) {
            Err(error) if matches!(error.kind, Kind::Absent) => session.say_waiting(),
            found => {
                let segment = found?;
                refuse_other(key, &segment.memory(), None)?;
                session.waiting.over();
                return Ok(Ok((key, segment)));
            }
        }
        if let Some(exit) = session.idle()? {
            return Ok(Err(exit));
        }
        session.limits.pause(POLL);
        session.follow_path();
    }
}

/// Until the segment is no more, or the exit.
fn follow(
    session: &mut Session<'_>,
    key: Key,
    segment: &Segment<ReadOnly>,
    sequence: &mut u64,
) -> Result<Option<Exit>, Box<dyn std::error::Error>> {
    let interval = session.args.interval.unwrap_or(POLL);
    let mut buffer = buffer(segment.memory().len())?;
    let mut last = Vec::new();
    while segment.name().state() == State::Same {
        match text::read(&segment.memory(), &mut buffer) {
            // Nothing was written yet: a new segment is all zero.
            Ok([]) => {}
            Ok(text) if text != last.as_slice() || session.args.latest => {
                last = text.to_vec();
                let printed = show(session, text, sequence);
                if let Some(exit) = session.shown(printed)? {
                    return Ok(Some(exit));
                }
            }
            Ok(_) | Err(ReadError::Unsettled) => {}
            Err(error) => return Err(format!("the segment of {key:#}: {error}").into()),
        }
        if let Some(exit) = session
            .enough()
            .map_or_else(|| session.idle(), |exit| Ok(Some(exit)))?
        {
            let flushed = session.flushed(Ok(()))?;
            return Ok(Some(flushed.unwrap_or(exit)));
        }
        session.limits.pause(interval);
    }
    message!("the segment was removed");
    Ok(session.args.until_close.then_some(Exit::Done))
}

fn show(session: &mut Session<'_>, text: &[u8], sequence: &mut u64) -> io::Result<()> {
    let header = Header {
        sequence: *sequence,
        epoch: 0,
        len: text.len(),
    };
    *sequence += 1;
    session.printer.message(header, text)
}
