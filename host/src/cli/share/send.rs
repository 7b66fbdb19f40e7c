//! `host send --share`: gives each message to one of many workers.

use std::time::{Duration, Instant};

use crate::cli::args::SendArgs;
use crate::cli::counted::Messages;
use crate::cli::exit::{Exit, Outcome};
use crate::cli::hints;
use crate::cli::limits::Limits;
use crate::cli::printable::Printable;
use crate::cli::signals::Request;
use crate::cli::source::{Next, Source};
use crate::cli::stderr::{self, message};
use crate::cli::waiting::Waiting;
use crate::location::Location;
use crate::sender::ChannelOptions;
use crate::share::{Share, ShareError};
use crate::sysv::key::Key;

/// How soon a sender that pauses moves the messages of a worker that is gone.
const LOOK: Duration = Duration::from_millis(100);

/// One run of `host send --share`.
struct Sharing<'a> {
    args: &'a SendArgs,
    base: Key,
    share: Share,
    limits: Limits,
    sent: u64,
    waiting: Waiting,
    /// Whether it was said that no worker is there, and one has not come since.
    has_said: bool,
}

/// Shares everything that `source` gives among `workers` workers, and waits until they have taken it.
pub(crate) fn run(
    args: &SendArgs,
    workers: u32,
    options: &ChannelOptions,
    mut source: Source<'_>,
    limits: Limits,
) -> Outcome {
    let base = args.location.key.key()?;
    let trust = args.trust.trust(args.mode);
    let share = Share::open(base, workers, options, &trust)
        .map_err(|error| hints::opening(&error, &trust))?;
    let mut sharing = Sharing {
        args,
        base,
        share,
        limits,
        sent: 0,
        waiting: Waiting::default(),
        has_said: false,
    };
    let described = args.location.describe(&Location::Key(base));
    let places = sharing.share.places();
    sharing.say(&format!("sharing on {described} among {places} workers"));
    let result = sharing.all(&mut source);
    sharing.finish(result)
}

impl Sharing<'_> {
    fn say(&self, what: &str) {
        if !self.args.notes.quiet {
            message!("{what}");
        }
    }

    /// Shares everything, and says what was left when something ended that.
    fn all(&mut self, source: &mut Source<'_>) -> Outcome {
        let end = self.each(source)?;
        if end != Exit::Done {
            if let Some(unsent) = source.untaken() {
                message!("gave up: {unsent} were not sent");
            }
            if let Some(count) = self.args.count {
                message!("gave up: sent {} of {}", self.sent, Messages(count));
            }
        }
        Ok(end)
    }

    fn each(&mut self, source: &mut Source<'_>) -> Outcome {
        let usual = Duration::from_secs(self.args.piped().is_none().into());
        let interval = self.args.interval.unwrap_or(usual);
        while self.args.count.is_none_or(|count| self.sent < count) {
            let message = match self.next(source)? {
                Ok(message) => message,
                Err(exit) => return Ok(exit),
            };
            if let Some(exit) = self.deliver(&message)? {
                let noun = self.args.noun();
                message!("gave up: {noun} {} was not sent", self.sent + 1);
                return Ok(exit);
            }
            self.sent += 1;
            if self.args.piped().is_none() && !self.args.notes.quiet {
                // Nobody may look.
                let _ = stderr::line(format_args!("Sent: {}", Printable(&message)));
            }
            let more = self.args.count.is_none_or(|count| self.sent < count);
            if more && !interval.is_zero() {
                self.rest(interval)?;
            }
        }
        Ok(Exit::Done)
    }

    /// The next message, or how the command ends instead.
    fn next(&mut self, source: &mut Source<'_>) -> Outcome<Result<Vec<u8>, Exit>> {
        loop {
            if let Some(exit) = self.limits.reached() {
                return Ok(Err(exit));
            }
            match source.next(self.share.capacity())? {
                Next::Message(message) => return Ok(Ok(message)),
                Next::TooLong(_) => return Err(self.too_long().into()),
                Next::End => return Ok(Err(Exit::Done)),
                Next::Later => {
                    self.redistribute()?;
                    source.wait(&self.limits);
                }
            }
        }
    }

    /// Gives a message to a worker, waiting for one as long as it takes; or returns how the command ends instead.
    fn deliver(&mut self, message: &[u8]) -> Outcome<Option<Exit>> {
        // Not waiting at first, so that a person is told at once what it waits for.
        let mut limit = self.limits.at_once();
        loop {
            match self.share.send(message, &limit) {
                Ok(_) => return Ok(None),
                Err(ShareError::TimedOut { .. } | ShareError::Stopped { .. }) => {
                    self.say_waiting();
                }
                Err(error) => return Err(self.failed(error)),
            }
            if let Some(end) = self.limits.reached() {
                return Ok(Some(end));
            }
            limit = self.limits.slice();
        }
    }

    fn rest(&mut self, interval: Duration) -> Outcome<()> {
        let since = Instant::now();
        loop {
            let left = interval.saturating_sub(since.elapsed());
            if left.is_zero() || self.limits.reached().is_some() {
                return Ok(());
            }
            self.redistribute()?;
            self.limits.pause(left.min(LOOK));
        }
    }

    /// Moves the messages of workers that are gone, if others have room for them.
    fn redistribute(&mut self) -> Outcome<()> {
        match self.share.drain(&self.limits.at_once()) {
            Ok(()) | Err(ShareError::TimedOut { .. } | ShareError::Stopped { .. }) => Ok(()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Says that there is no worker, once until one has come.
    fn say_waiting(&mut self) {
        if self.share.workers() > 0 {
            self.has_said = false;
            self.waiting.over();
            return;
        }
        let location = Location::Key(self.base);
        if !self.args.notes.quiet {
            self.waiting.on(&location);
        }
        if !self.has_said {
            self.has_said = true;
            let described = self.args.location.describe(&location);
            self.say(&format!("waiting for a worker on {described}"));
        }
    }

    fn too_long(&self) -> String {
        format!(
            "{} {} is longer than the {} bytes of a slot; make them larger with `--slot BYTES`",
            self.args.noun(),
            self.sent + 1,
            self.share.capacity()
        )
    }

    fn failed(&self, error: ShareError) -> Box<dyn std::error::Error> {
        match error {
            ShareError::Place { worker, source } => {
                let place = crate::share::place(self.base, worker);
                let place = place.map_or_else(|_| worker.to_string(), |key| format!("{key:#}"));
                format!("worker {worker} on {place}: {source}; start again").into()
            }
            ShareError::NotMoved { worker, source } => format!(
                "the messages of worker {worker}, which is gone: {}",
                hints::of(&*source)
            )
            .into(),
            error => error.into(),
        }
    }

    /// Lets workers take what is left, then leaves.
    fn finish(mut self, result: Outcome) -> Outcome {
        // Said before a wait that nobody may end.
        let exit = result.unwrap_or_else(|error| {
            message!("{}", hints::of(&*error));
            Exit::Failed
        });
        let is_endless = self.args.piped().is_none() && self.args.count.is_none();
        let whole = match exit {
            Exit::Done => true,
            Exit::Failed => false,
            _ => is_endless,
        };
        let drained = self.drain();
        let interrupted = self.limits.reached();
        self.close(whole)?;
        match (exit, drained, interrupted) {
            (Exit::Failed, _, _) => Ok(Exit::Failed),
            (_, Err(error), _) => Err(error),
            (_, Ok(Some(exit)), _) => Ok(exit),
            (Exit::Done, _, Some(signal @ Exit::Signal(_))) => Ok(signal),
            (exit, _, _) => Ok(exit),
        }
    }

    fn close(self, whole: bool) -> Result<(), crate::error::Error> {
        match (whole, self.args.keep) {
            (true, true) => self.share.close_keeping(),
            (true, false) => self.share.close(),
            (false, true) => self.share.abandon_keeping(),
            (false, false) => self.share.abandon(),
        }
    }

    /// Waits until everything was taken. If something ends that before, says what is left, and returns how the command is to end.
    fn drain(&mut self) -> Outcome<Option<Exit>> {
        let mut draining: Option<Limits> = None;
        let mut limit = self.limits.at_once();
        loop {
            let left = match self.share.drain(&limit) {
                Ok(()) => return Ok(None),
                Err(ShareError::TimedOut { pending } | ShareError::Stopped { pending }) => pending,
                Err(error) => return Err(self.failed(error)),
            };
            let interrupted = self.limits.reached();
            let begins = draining.is_none() && matches!(interrupted, Some(Exit::Signal(_)));
            if begins {
                draining = Some(self.limits.draining(self.args.drain_timeout));
                self.say(&format!(
                    "waiting for workers to receive {}; Ctrl-C again gives up",
                    Messages(left)
                ));
            }
            let limits = draining.unwrap_or(self.limits);
            if let Some(over) = limits.over() {
                message!("gave up: workers have not received {}", Messages(left));
                return Ok(Some(interrupted.unwrap_or(over)));
            }
            self.say_waiting();
            limit = limits.slice_beyond(Request::Drain);
        }
    }
}
