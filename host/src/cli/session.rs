//! One run of `host recv`: the channel that it waits for, and what it has said.

use std::io;
use std::time::{Duration, Instant};

use ramframe_core::channel::Start;

use crate::error::Error;
use crate::location::Location;
use crate::receiver::Receiver;
use crate::wait::limit::between_looks;

use super::args::RecvArgs;
use super::counted::Messages;
use super::exit::{Exit, Outcome, unless_pipe_closed};
use super::hints;
use super::limits::Limits;
use super::output::{self, Output};
use super::print::{Form, Printer};
use super::stderr::{message, note};
use super::waiting::Waiting;

/// After this, a segment without a channel in it is worth a word.
const HALF_MADE: Duration = Duration::from_secs(2);

/// What was said about the present state, so that it is said once.
#[derive(Default)]
pub(crate) struct Reported {
    pub(crate) waiting: bool,
    pub(crate) gone: bool,
    pub(crate) closed: bool,
    pub(crate) lost: bool,
    /// How often the library was heard to have regained its lock.
    pub(crate) regained: u32,
}

/// One run of `host recv`, over however many senders.
pub(crate) struct Session<'a> {
    pub(crate) args: &'a RecvArgs,
    pub(crate) location: Location,
    pub(crate) limits: Limits,
    pub(crate) printer: Printer<'a>,
    pub(crate) reported: Reported,
    pub(crate) waiting: Waiting,
    /// No channel has been found or missed yet: what is there now was sent before this process came.
    first_look: bool,
}

/// How receiving from one channel ends.
pub(crate) enum End {
    Exit(Exit),
    /// The channel is no more; another may come.
    Next,
}

impl<'a> Session<'a> {
    /// Messages are expected in the turns of `list`, or may be anything if it is empty.
    pub(crate) fn new(
        args: &'a RecvArgs,
        list: &'a [&'a [u8]],
        location: Location,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let form = match args.raw() {
            _ if args.json => Form::Json(args.payload),
            Some(framing) => Form::Raw(framing),
            None => Form::Human,
        };
        // Before anything is taken that could not be shown.
        let out = Output::open()?;
        Ok(Self {
            args,
            location,
            limits: Limits::watch(args.timeout)?,
            printer: Printer::new(out, form, list),
            reported: Reported::default(),
            waiting: Waiting::default(),
            first_look: true,
        })
    }
}

impl Session<'_> {
    /// Counts what was received and not shown, if the end came before.
    pub(crate) fn finish(mut self, result: Outcome) -> Outcome {
        match self.printer.flush() {
            Err(error) if output::was_given_up(&error) => message!(
                "gave up: {} bytes were not written to standard output",
                self.printer.waiting()
            ),
            _ => {}
        }
        let unexpected = self.printer.unexpected();
        match result? {
            Exit::Done if self.args.strict && unexpected > 0 => {
                Err(format!("invalid or out of turn: {}", Messages(unexpected)).into())
            }
            exit => Ok(exit),
        }
    }

    /// Waits for a channel at the location.
    pub(crate) fn open(&mut self) -> Outcome<Result<Receiver, Exit>> {
        let trust = self.args.trust.trust(0o666);
        let since = Instant::now();
        loop {
            let start = match self.args.new && std::mem::take(&mut self.first_look) {
                true => Start::Next,
                false => Start::Oldest,
            };
            let location = self.location.clone();
            let error = match Receiver::open(location, start, &trust) {
                Ok(mut channel) => {
                    self.waiting.over();
                    channel.set_spin(self.args.spin.time);
                    return Ok(Ok(channel));
                }
                Err(error) if error.is_absent() => error,
                Err(error) => return Err(hints::of(&error).into()),
            };
            if let Some(exit) = self.idle()? {
                return Ok(Err(exit));
            }
            self.say_absent(&error, since);
            self.follow_path();
            self.limits.pause(between_looks(since));
        }
    }

    /// Says why there is no channel, once. Memory that waits for its firmware is nothing half made.
    fn say_absent(&mut self, error: &Error, since: Instant) {
        if !error.is_half_made() || matches!(self.location, Location::Map(_)) {
            self.say_waiting();
        } else if since.elapsed() > HALF_MADE && !self.reported.gone {
            self.reported.gone = true;
            message!("{}; waiting", hints::of(error));
        }
    }

    /// Another file in the path's place, as editors and deployments put it there, has another key: whoever comes now sends on
    /// that.
    pub(crate) fn follow_path(&mut self) {
        let Ok(location) = self.args.location.location(self.args.size) else {
            return;
        };
        if location != self.location {
            note!(
                "the path was replaced: waiting on {}",
                self.args.location.describe(&location)
            );
            self.location = location;
        }
    }

    pub(crate) fn say_waiting(&mut self) {
        self.waiting.on(&self.location);
        if !self.reported.waiting {
            self.reported.waiting = true;
            note!(
                "waiting for a sender on {}",
                self.args.location.describe(&self.location)
            );
        }
    }

    pub(crate) fn say_following(&self, elsewhere: bool) {
        match &self.location {
            Location::Key(key) if elsewhere => {
                note!("a new segment has {key:#}: following it");
            }
            Location::Key(key) => note!("attached again to the segment of {key:#}"),
            Location::Map(window) => note!("a new channel is in {window}: following it"),
        }
    }

    pub(crate) fn enough(&self) -> Option<Exit> {
        self.args
            .count
            .is_some_and(|count| self.printer.shown() >= count)
            .then_some(Exit::Done)
    }

    /// What to do whenever there is nothing to do; says when to end.
    pub(crate) fn idle(&mut self) -> io::Result<Option<Exit>> {
        let closed = self.flushed(Ok(()))?;
        Ok(closed
            .or_else(|| stdout_is_closed().then_some(Exit::Done))
            .or_else(|| self.limits.reached()))
    }
}

impl Session<'_> {
    /// What becomes of the command after something was `printed` as it was; `None` if it goes on.
    pub(crate) fn shown(&self, printed: io::Result<()>) -> io::Result<Option<Exit>> {
        match printed {
            Err(error) if output::was_given_up(&error) => Ok(self.limits.reached()),
            printed => unless_pipe_closed(printed),
        }
    }

    /// As [`shown`](Self::shown), after bringing it to its reader.
    pub(crate) fn flushed(&mut self, printed: io::Result<()>) -> io::Result<Option<Exit>> {
        let printed = printed.and_then(|()| self.printer.flush());
        self.shown(printed)
    }
}

/// Whether the reader of our output has gone although we print nothing.
fn stdout_is_closed() -> bool {
    crate::cli::streams::stdout_closed()
}
