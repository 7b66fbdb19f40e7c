//! A received message, on standard output: for a person, as JSON, or as it is.

use std::fmt::Write as _;
use std::io::{self, Write};

use ramframe_core::alternate::TUTORIAL;
use ramframe_core::frame::Header;
use ramframe_core::validate::{Expect, Validate, Verdict};
use serde_json::{Value, json};

use super::output::Output;
use super::printable::{self, Printable};
use super::stderr::{message, note};

/// How messages are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Human,
    Json,
    Raw,
}

/// Judges messages and prints them.
pub(crate) struct Printer<'a, W> {
    out: W,
    form: Form,
    list: &'a [&'a [u8]],
    validate: Validate<'a>,
    shown: u64,
    invalid: u64,
}

impl<'a, W: Write> Printer<'a, W> {
    /// Messages are expected in the turns of `list`, or may be anything if it is empty.
    pub(crate) fn new(out: W, form: Form, list: &'a [&'a [u8]]) -> Self {
        let expect = if list.is_empty() {
            Expect::Any
        } else {
            Expect::Turns(list)
        };
        Self {
            out,
            form,
            list,
            validate: Validate::new(expect),
            shown: 0,
            invalid: 0,
        }
    }

    /// How many messages were printed.
    pub(crate) fn shown(&self) -> u64 {
        self.shown
    }

    /// How many of them were not expected at all.
    pub(crate) fn invalid(&self) -> u64 {
        self.invalid
    }

    /// Messages are missing before the next one: its turn is not known. From a `lossless` channel they were dropped for a
    /// receiver that was dead.
    pub(crate) fn missed(&mut self, count: u64, lossless: bool) -> io::Result<()> {
        self.validate.missed(count);
        let event = if lossless { "discarded" } else { "lagged" };
        self.event(json!({ "event": event, "count": count }))
    }

    /// The sender begins anew, and so do the turns.
    pub(crate) fn restarted(&mut self) -> io::Result<()> {
        self.validate.restarted();
        self.event(json!({ "event": "restarted" }))
    }

    /// The sender left in good order.
    pub(crate) fn closed(&mut self) -> io::Result<()> {
        self.event(json!({ "event": "closed" }))
    }

    /// What is no message has a line of its own where a program reads.
    fn event(&mut self, event: Value) -> io::Result<()> {
        match self.form {
            Form::Json => writeln!(self.out, "{}", printable::json(&event)),
            Form::Human | Form::Raw => Ok(()),
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

    /// The next message in order.
    pub(crate) fn message(&mut self, header: Header, payload: &[u8]) -> io::Result<()> {
        let verdict = self.validate.message(payload);
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
            Form::Human if verdict == Verdict::Invalid => {
                self.out.write_all(b"Error: Invalid message\n")
            }
            Form::Human => writeln!(self.out, "Received: {}", Printable(payload)),
            Form::Json => self.json(header, payload, verdict),
            Form::Raw if verdict == Verdict::Invalid => {
                message!("Error: Invalid message");
                Ok(())
            }
            Form::Raw => {
                self.out.write_all(payload)?;
                self.out.write_all(b"\n")
            }
        }
    }

    /// Counts a message that was not expected. Once says why every message may be invalid: who waits for other texts than the
    /// tutorial's must say so.
    fn say_invalid(&mut self) {
        self.invalid += 1;
        if self.invalid == 1 && self.list == TUTORIAL {
            note!("a message is not one of the tutorial's; `--any` accepts every message");
        }
    }

    fn json(&mut self, header: Header, payload: &[u8], verdict: Verdict) -> io::Result<()> {
        let mut line = json!({
            "sequence": header.sequence,
            "epoch": header.epoch,
            "verdict": name(verdict),
            "payload": std::str::from_utf8(payload).ok(),
        });
        if std::str::from_utf8(payload).is_err() {
            line["payload_hex"] = json!(hex(payload));
        }
        if let Verdict::OutOfTurn { expected } = verdict {
            line["expected"] = json!(
                self.list
                    .get(expected)
                    .map(|text| String::from_utf8_lossy(text))
            );
        }
        writeln!(self.out, "{}", printable::json(&line))
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

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

impl Printer<'_, Output> {
    /// How many bytes were printed and not written yet.
    pub(crate) fn waiting(&self) -> usize {
        self.out.waiting()
    }
}
