//! `host send`: what it sends, and what it says meanwhile.

mod said;

pub(crate) use self::said::channel;

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant};

use ramframe_core::alternate::TUTORIAL;

use crate::sender::dead::DeadReceiver;
use crate::sender::{ChannelOptions, SendError, Sender};

use crate::cli::args::{SendArgs, Wire};
use crate::cli::counted::Messages;
use crate::cli::exit::{Exit, Outcome};
use crate::cli::hints;
use crate::cli::limits::Limits;
use crate::cli::share;
use crate::cli::source::{Next, Source};
use crate::cli::stderr::message;
use crate::cli::stream;
use crate::cli::text;
use crate::cli::waiting::Waiting;

/// A message of standard input: a line, as `LINE_MAX` users know it, and then some.
const LONGEST_PIPED: u32 = 4096;

/// Messages without a pause after which a sender looks whether its channel is still there.
const CHECK: u64 = 1024;

/// How soon a sender that pauses notices the same.
const LOOK: Duration = Duration::from_millis(100);

/// Slots for messages of standard input, which come in bursts.
const PIPED_SLOTS: u32 = 64;

/// Sends until there is nothing more to send, or this process is asked to end.
pub(crate) fn run(args: &SendArgs) -> Outcome {
    let location = args.location.location(args.size)?;
    let given: Vec<&[u8]> = args.messages.iter().map(|text| text.as_bytes()).collect();
    let list: &[&[u8]] = if given.is_empty() { &TUTORIAL } else { &given };
    let limits = Limits::watch(args.timeout)?;
    if args.stream {
        return stream::send::run(args, args.location.key.key()?, limits);
    }
    // Before there is a channel: what fails here leaves nothing.
    let source = Source::new(args.piped(), list)?;
    if args.wire == Wire::Text {
        return text::send(args, args.location.key.key()?, source, limits);
    }
    if let Some(workers) = args.share {
        return share::send::run(args, workers, &options(args, list), source, limits);
    }
    let trust = args.trust.trust(args.mode);
    let mut channel = Sender::open(location, &options(args, list), &trust)
        .map_err(|error| hints::opening(&error, &trust))?;
    channel.set_spin(args.spin.time);
    let mut sending = Sending {
        args,
        channel,
        limits,
        sent: 0,
        awaited: BTreeMap::new(),
        waiting: Waiting::default(),
        regained: 0,
    };
    sending.greet();
    let result = sending.all(source);
    sending.finish(result)
}

fn options(args: &SendArgs, list: &[&[u8]]) -> ChannelOptions {
    let base = match args.is_lossless() {
        true => ChannelOptions::backpressure(args.receivers),
        false => ChannelOptions::overwrite(),
    };
    let dead_receivers = DeadReceiver::DropAfter(args.dead_after);
    let longest = list.iter().map(|message| message.len()).max().unwrap_or(0);
    let longest = u32::try_from(longest).unwrap_or(u32::MAX);
    let common = ChannelOptions {
        longest,
        slot: args.slot,
        size: args.size,
        mode: args.mode,
        dead_receivers,
        ..base
    };
    match args.piped() {
        Some(_) => ChannelOptions {
            longest: 0,
            default_slot: LONGEST_PIPED,
            default_slots: PIPED_SLOTS,
            ..common
        },
        None => common,
    }
}

/// One run of `host send`.
pub(crate) struct Sending<'a> {
    pub(crate) args: &'a SendArgs,
    pub(crate) channel: Sender,
    pub(crate) limits: Limits,
    pub(crate) sent: u64,
    /// The receiver slots that were said to wait for a receiver, and how many had come there before.
    awaited: BTreeMap<u32, u32>,
    waiting: Waiting,
    /// How often the library was heard to have regained its lock.
    regained: u32,
}

impl Sending<'_> {
    /// Whether nothing but a person ends it.
    pub(crate) fn is_endless(&self) -> bool {
        self.args.piped().is_none() && self.args.count.is_none()
    }

    /// Sends everything that `source` gives, and says what was left when something ended that.
    fn all(&mut self, mut source: Source<'_>) -> Outcome {
        let end = self.each(&mut source)?;
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
        let interval = self
            .args
            .interval
            .unwrap_or(Duration::from_secs(self.args.piped().is_none().into()));
        while self.args.count.is_none_or(|count| self.sent < count) {
            let message = match self.next(source)? {
                Ok(message) => message,
                Err(exit) => return Ok(exit),
            };
            if let Some(exit) = self.deliver(&message)? {
                if let Some(framing) = self.args.piped() {
                    message!("gave up: {} {} was not sent", framing.noun(), self.sent + 1);
                }
                return Ok(exit);
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
        Ok(Exit::Done)
    }

    /// The next message, or how the command ends instead.
    fn next(
        &mut self,
        source: &mut Source<'_>,
    ) -> Result<Result<Vec<u8>, Exit>, Box<dyn std::error::Error>> {
        let capacity = self.channel.geometry().capacity();
        let mut idle = false;
        loop {
            if let Some(exit) = self.limits.reached() {
                return Ok(Err(exit));
            }
            let next = source.next(capacity)?;
            if idle || self.sent.is_multiple_of(CHECK) {
                // Seldom enough to cost nothing: a sender that never pauses learns too that its channel is gone.
                self.check()?;
            }
            match next {
                Next::Message(message) => return Ok(Ok(message)),
                Next::TooLong(len) => return Err(self.too_long(capacity, len).into()),
                Next::End => return Ok(Err(Exit::Done)),
                Next::Later if !idle => {
                    // Whatever was sent in a burst is heard before the pause.
                    self.channel.notify();
                    idle = true;
                }
                Next::Later => {}
            }
            if idle {
                source.wait(&self.limits);
            }
        }
    }

    fn rest(&mut self, interval: Duration) -> Result<(), String> {
        self.channel.notify();
        let since = Instant::now();
        loop {
            let left = interval.saturating_sub(since.elapsed());
            self.limits.pause(left.min(LOOK));
            self.check()?;
            if left <= LOOK || self.limits.reached().is_some() {
                return Ok(());
            }
        }
    }

    /// Whether somebody removed the channel under us. Where only the locks are gone, new ones are made.
    fn check(&mut self) -> Result<(), String> {
        if !self.channel.is_current() {
            let regained = self.channel.regain();
            regained.map_err(|error| self.over(&error))?;
        }
        self.tell_news();
        Ok(())
    }

    /// Sends one message, waiting for room as long as it takes; or returns how the command ends instead.
    fn deliver(&mut self, message: &[u8]) -> Result<Option<Exit>, Box<dyn std::error::Error>> {
        // Not waiting at first, so that a person is told at once whom it waits for.
        let mut limit = self.limits.at_once();
        loop {
            let sent = self.channel.send(message, &limit);
            if sent.is_ok() && self.regained == self.channel.regained() {
                return Ok(None);
            }
            self.tell_news();
            match sent {
                Ok(_) => return Ok(None),
                Err(SendError::TimedOut { receiver } | SendError::Stopped { receiver }) => {
                    self.say_waiting(receiver);
                }
                Err(error) => return Err(self.failed(error)),
            }
            let end = self.limits.reached();
            if end.is_some() {
                return Ok(end);
            }
            limit = self.limits.slice();
        }
    }
}
