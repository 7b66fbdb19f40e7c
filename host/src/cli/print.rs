//! A received message, on standard output: for a person, as JSON, or as it is.

use std::io;
use std::mem;

use ramframe_core::alternate::TUTORIAL;
use ramframe_core::frame::Header;
use ramframe_core::validate::{Expect, Validate, Verdict};

use super::framing::Framing;
use super::json::{Encoding, Event, Line, Message, NotText};
use super::output::Output;
use super::printable::{Printable, Shown};
use super::stderr::{message, note};

/// How messages are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Human,
    Json(Encoding),
    /// Payloads alone.
    Raw(Framing),
}

/// What is known of a message that goes to one of many workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shared {
    /// The place where it was sent first, and the generation of the channel there.
    pub(crate) worker: u16,
    pub(crate) generation: u32,
    /// How often a worker may have begun it before.
    pub(crate) attempts: u32,
}

/// One channel as the printer knows it.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// What tells it from others that are received from too.
    name: Option<String>,
    validate: Validate<'a>,
}

/// Judges messages and prints them.
pub(crate) struct Printer<'a> {
    out: Output,
    form: Form,
    list: &'a [&'a [u8]],
    source: Source<'a>,
    /// Of the message that is printed now.
    shared: Option<Shared>,
    shown: u64,
    invalid: u64,
    out_of_turn: u64,
}

impl<'a> Source<'a> {
    fn of(list: &'a [&'a [u8]], name: Option<String>) -> Self {
        let expect = match list.is_empty() {
            true => Expect::Any,
            false => Expect::Turns(list),
        };
        let validate = Validate::new(expect);
        Self { name, validate }
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl<'a> Printer<'a> {
    /// Messages are expected in the turns of `list`, or may be anything if it is empty.
    pub(crate) fn new(out: Output, form: Form, list: &'a [&'a [u8]]) -> Self {
        Self {
            out,
            form,
            list,
            source: Source::of(list, None),
            shared: None,
            shown: 0,
            invalid: 0,
            out_of_turn: 0,
        }
    }

    /// One channel of many.
    pub(crate) fn source(&self, name: String) -> Source<'a> {
        Source::of(self.list, Some(name))
    }

    /// What is printed next is of `source`, and what was printed was of the one that is put in its place.
    pub(crate) fn swap(&mut self, source: &mut Source<'a>) {
        mem::swap(&mut self.source, source);
    }

    /// How many messages were printed.
    pub(crate) fn shown(&self) -> u64 {
        self.shown
    }

    /// How many of them were not the expected one: invalid, out of turn, or repeated.
    pub(crate) fn unexpected(&self) -> u64 {
        self.invalid + self.out_of_turn
    }

    /// Messages are missing before the next one: its turn is not known. From a `lossless` channel they were dropped for a
    /// receiver that was dead.
    pub(crate) fn missed(&mut self, count: u64, lossless: bool) -> io::Result<()> {
        self.source.validate.missed(count);
        self.event(match lossless {
            true => Event::Discarded { count },
            false => Event::Lagged { count },
        })
    }

    /// The same, and nobody knows how many.
    pub(crate) fn progress_lost(&mut self) -> io::Result<()> {
        self.source.validate.restarted();
        self.event(Event::ProgressLost)
    }

    /// The sender begins anew, and so do the turns.
    pub(crate) fn restarted(&mut self) -> io::Result<()> {
        self.source.validate.restarted();
        self.event(Event::Restarted)
    }

    /// The sender left in good order.
    pub(crate) fn closed(&mut self) -> io::Result<()> {
        self.event(Event::Closed)
    }

    /// What is no message has a line of its own where a program reads.
    fn event(&mut self, event: Event<'_>) -> io::Result<()> {
        match self.form {
            Form::Json(_) => {
                let line = Line::of_channel(self.source.name(), event);
                self.out.shown(&Shown::json(&line)?)
            }
            Form::Human | Form::Raw(_) => Ok(()),
        }
    }

    /// A message that is looked at out of order: only whether it is expected at all counts.
    pub(crate) fn sample(&mut self, header: Header, payload: &[u8]) -> io::Result<()> {
        let known = self.list.is_empty() || self.list.contains(&payload);
        self.print(
            header,
            payload,
            if known {
                Verdict::Received
            } else {
                Verdict::Invalid
            },
        )
    }

    /// A message that goes to this worker of many.
    pub(crate) fn shared(
        &mut self,
        shared: Shared,
        header: Header,
        payload: &[u8],
    ) -> io::Result<()> {
        if shared.attempts > 0 {
            message!("a message comes again: a worker that is gone may have received it");
        }
        self.shared = Some(shared);
        self.message(header, payload)
    }

    /// The next message in order.
    pub(crate) fn message(&mut self, header: Header, payload: &[u8]) -> io::Result<()> {
        let verdict = self.source.validate.message(payload);
        if matches!(verdict, Verdict::Repeated | Verdict::OutOfTurn { .. }) {
            self.out_of_turn += 1;
        }
        match verdict {
            Verdict::Repeated => message!("message {} repeats the one before it", header.sequence),
            Verdict::OutOfTurn { .. } => {
                message!(
                    "message {} is out of turn{}",
                    header.sequence,
                    self.expected(verdict)
                );
            }
            Verdict::Received | Verdict::Invalid | Verdict::Lagged(_) => {}
        }
        self.print(header, payload, verdict)
    }

    fn expected(&self, verdict: Verdict) -> String {
        let Verdict::OutOfTurn { expected } = verdict else {
            return String::new();
        };
        self.list.get(expected).map_or(String::new(), |text| {
            format!(": {} was expected", Printable(text))
        })
    }

    fn print(&mut self, header: Header, payload: &[u8], verdict: Verdict) -> io::Result<()> {
        self.shown += 1;
        if verdict == Verdict::Invalid {
            self.say_invalid();
        }
        match self.form {
            Form::Human => {
                let line = self.line(payload, verdict);
                self.out.shown(&line)
            }
            Form::Json(encoding) => self.json(encoding, header, payload, verdict),
            Form::Raw(_) if verdict == Verdict::Invalid => {
                message!("Error: Invalid message");
                Ok(())
            }
            Form::Raw(framing) => self.raw(framing, header, payload),
        }
    }

    /// A message for a person; of many channels with the name of its own.
    fn line(&self, payload: &[u8], verdict: Verdict) -> Shown {
        let payload = Printable(payload);
        match (&self.source.name, verdict == Verdict::Invalid) {
            (None, true) => Shown::line(format_args!("Error: Invalid message")),
            (None, false) => Shown::line(format_args!("Received: {payload}")),
            (Some(name), true) => Shown::line(format_args!("{name}: Error: Invalid message")),
            (Some(name), false) => Shown::line(format_args!("{name}: {payload}")),
        }
    }

    /// Counts a message that was not expected. Once says why every message may be invalid: who waits for other texts than the
    /// tutorial's must say so.
    fn say_invalid(&mut self) {
        self.invalid += 1;
        if self.invalid == 1 && self.list == TUTORIAL {
            note!(
                "expected the tutorial's messages, CIEPLO and ZIMNO; `--any` accepts every message"
            );
        }
    }

    /// A payload that would look like two is refused before any of it is written.
    fn raw(&mut self, framing: Framing, header: Header, payload: &[u8]) -> io::Result<()> {
        let nul = payload.iter().position(|&byte| byte == 0);
        if let (Framing::Null, Some(at)) = (framing, nul) {
            return Err(io::Error::other(format!(
                "message {} has a NUL at byte {at}, where `--null` ends it; use `--delimited`",
                header.sequence
            )));
        }
        let (before, count) = framing.before(payload.len());
        self.out.bytes(before.get(..count).unwrap_or_default())?;
        self.out.bytes(payload)?;
        self.out.bytes(framing.after())
    }

    /// A payload that the encoding cannot say is refused before any of it is written.
    fn json(
        &mut self,
        encoding: Encoding,
        header: Header,
        payload: &[u8],
        verdict: Verdict,
    ) -> io::Result<()> {
        let sequence = header.sequence;
        let refused = |why: NotText| io::Error::other(format!("message {sequence} {why}"));
        let expected = match verdict {
            Verdict::OutOfTurn { expected } => self.list.get(expected),
            _ => None,
        };
        let unexpected = |why: NotText| {
            io::Error::other(format!(
                "the text expected instead of message {sequence} {why}"
            ))
        };
        let expected = expected.map(|text| encoding.encode(text)).transpose();
        let message = Message {
            sequence,
            epoch: header.epoch,
            worker: self.shared.map(|shared| shared.worker),
            generation: self.shared.map(|shared| shared.generation),
            attempts: self.shared.map(|shared| shared.attempts),
            verdict: name(verdict),
            expected: expected.map_err(unexpected)?,
            encoding,
            payload: encoding.encode(payload).map_err(refused)?,
        };
        let line = Line::of_channel(self.source.name(), Event::Message(message));
        self.out.shown(&Shown::json(&line)?)
    }

    /// Brings what was printed to its reader.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Received => "received",
        Verdict::Repeated => "repeated",
        Verdict::OutOfTurn { .. } => "out_of_turn",
        Verdict::Invalid => "invalid",
        Verdict::Lagged(_) => "missed",
    }
}

impl Printer<'_> {
    /// How many bytes were printed and not written yet.
    pub(crate) fn waiting(&self) -> usize {
        self.out.waiting()
    }
}
