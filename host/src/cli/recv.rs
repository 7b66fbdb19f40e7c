//! `host recv`.

use std::io::{self, BufWriter, StdoutLock};
use std::time::{Duration, Instant};

use ramframe_core::alternate::TUTORIAL;
use ramframe_core::channel::{RecvError, Start, What};
use ramframe_host::incoming::Incoming;
use ramframe_host::key::Key;
use ramframe_host::segment::State;

use super::args::{RecvArgs, Wire};
use super::interrupt::Interrupts;
use super::outcome::{Exit, Outcome, unless_pipe_closed};
use super::show::{Form, Show};
use super::text;

/// Between two looks for a sender that is not there yet.
const LOOK: Duration = Duration::from_millis(20);

/// After this, a segment without a channel in it is worth a word.
const HALF_MADE: Duration = Duration::from_secs(2);

/// Between two samples, unless told otherwise: the original's.
const SAMPLE: Duration = Duration::from_secs(1);

/// Receives until enough has come, or this process is asked to end.
pub(crate) fn run(args: &RecvArgs) -> Outcome {
    let key = args.key.key()?;
    let given: Vec<&[u8]> = args.expect.iter().map(String::as_bytes).collect();
    let list: &[&[u8]] = match (args.any, given.is_empty()) {
        (true, _) => &[],
        (_, true) => &TUTORIAL,
        (_, false) => &given,
    };
    let form = match (args.json, args.raw) {
        (true, _) => Form::Json,
        (_, true) => Form::Raw,
        _ => Form::Human,
    };
    let out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    let mut session = Session {
        args,
        key,
        limits: Limits::new(args)?,
        show: Show::new(out, form, list),
        told: Told::default(),
    };
    match args.wire {
        Wire::Text => text::recv(&mut session),
        Wire::Framed => session.run(),
    }
}

/// What ends a command from outside.
pub(crate) struct Limits {
    pub(crate) interrupts: Interrupts,
    deadline: Option<Instant>,
}

impl Limits {
    fn new(args: &RecvArgs) -> io::Result<Self> {
        let deadline = args
            .timeout
            .and_then(|limit| Instant::now().checked_add(limit));
        Ok(Self {
            interrupts: Interrupts::watch()?,
            deadline,
        })
    }

    /// Why to end now.
    pub(crate) fn reached(&self) -> Option<Exit> {
        if self.interrupts.any() {
            return Some(Exit::Interrupted);
        }
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
            .then_some(Exit::TimedOut)
    }

    /// Sleeps for `time`, but not past a limit.
    pub(crate) fn pause(&self, time: Duration) {
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        self.interrupts
            .pause(left.map_or(time, |left| left.min(time)));
    }
}

/// What was said about the present state, so that it is said once.
#[derive(Default)]
struct Told {
    waiting: bool,
    gone: bool,
    closed: bool,
}

/// One run of `host recv`, over however many senders.
pub(crate) struct Session<'a> {
    pub(crate) args: &'a RecvArgs,
    pub(crate) key: Key,
    pub(crate) limits: Limits,
    pub(crate) show: Show<'a, BufWriter<StdoutLock<'a>>>,
    told: Told,
}

/// How receiving from one channel ends.
enum End {
    Exit(Exit),
    /// The channel is no more; another may come.
    Next,
}

impl Session<'_> {
    fn run(&mut self) -> Outcome {
        loop {
            let channel = match self.open()? {
                Ok(channel) => channel,
                Err(exit) => return Ok(exit),
            };
            self.told = Told::default();
            if let End::Exit(exit) = self.follow(channel)? {
                return Ok(exit);
            }
        }
    }

    /// Waits for a channel on the key.
    fn open(&mut self) -> Result<Result<Incoming, Exit>, Box<dyn std::error::Error>> {
        let start = if self.args.new {
            Start::Next
        } else {
            Start::Oldest
        };
        let trust = self.args.trust.trust(0o666);
        let since = Instant::now();
        loop {
            let error = match Incoming::open(self.key, start, &trust) {
                Ok(channel) => return Ok(Ok(channel)),
                Err(error) if error.is_absent() => error,
                Err(error) => return Err(error.into()),
            };
            if let Some(exit) = self.idle()? {
                return Ok(Err(exit));
            }
            if !error.is_half_made() {
                self.say_waiting();
            } else if since.elapsed() > HALF_MADE && !self.told.gone {
                self.told.gone = true;
                eprintln!("host: {error}; waiting");
            }
            self.limits.pause(LOOK);
        }
    }

    pub(crate) fn say_waiting(&mut self) {
        if !self.told.waiting {
            self.told.waiting = true;
            eprintln!(
                "host: waiting for a sender on {}",
                self.args.key.describe(self.key)
            );
        }
    }

    /// Receives from one channel until it is no more.
    fn follow(&mut self, mut channel: Incoming) -> Result<End, Box<dyn std::error::Error>> {
        if channel.owner().mode & 0o022 != 0 {
            eprintln!(
                "host: others may write into this segment (mode {:04o})",
                channel.owner().mode & 0o777
            );
        }
        let mut buffer = vec![0; channel.layout().capacity() as usize];
        let end = match self.args.latest {
            true => self.sample(&mut channel, &mut buffer),
            false => self.take(&mut channel, &mut buffer),
        };
        let flushed = unless_pipe_closed(self.show.flush());
        channel.leave();
        let closed = flushed?.map(End::Exit);
        end.map(|end| closed.unwrap_or(end))
    }

    /// Each message once, in order.
    fn take(
        &mut self,
        channel: &mut Incoming,
        buffer: &mut [u8],
    ) -> Result<End, Box<dyn std::error::Error>> {
        loop {
            match channel.recv(buffer) {
                Ok(header) => {
                    let payload = buffer.get(..header.len).unwrap_or_default();
                    if let Some(exit) = unless_pipe_closed(self.show.message(header, payload))? {
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

    pub(crate) fn enough(&self) -> Option<Exit> {
        self.args
            .count
            .is_some_and(|count| self.show.shown() >= count)
            .then_some(Exit::Done)
    }

    /// Something other than a message: said once, waited for, or the end.
    fn news(
        &mut self,
        channel: &mut Incoming,
        news: RecvError,
    ) -> Result<Option<End>, Box<dyn std::error::Error>> {
        match news {
            RecvError::Empty | RecvError::Busy => return self.wait(channel),
            RecvError::Missed(count) => {
                self.show.missed(count);
                eprintln!("host: missed {count} messages");
            }
            RecvError::SenderRestarted => {
                self.show.restarted();
                self.told = Told::default();
                eprintln!("host: the sender restarted");
            }
            RecvError::Closed if self.args.until_close => return Ok(Some(End::Exit(Exit::Done))),
            RecvError::Closed => {
                if !self.told.closed {
                    self.told.closed = true;
                    eprintln!("host: the sender left in good order; waiting for the next");
                }
                return self.wait(channel);
            }
            RecvError::Corrupt {
                what: What::Formatted,
            } => return Ok(Some(End::Next)),
            RecvError::Corrupt { .. } | RecvError::TooSmall { .. } => {
                return Err(self.corrupt(news).into());
            }
        }
        Ok(None)
    }

    fn corrupt(&self, news: RecvError) -> String {
        format!(
            "the channel on key {0}: {news}; remove it with `host rm --key {0} --force`, and start its sender again",
            self.key
        )
    }

    /// Nothing to take: brings what was printed to its reader, looks at the limits and the segment, and naps.
    fn wait(&mut self, channel: &mut Incoming) -> Result<Option<End>, Box<dyn std::error::Error>> {
        if let Some(exit) = self.idle()? {
            return Ok(Some(End::Exit(exit)));
        }
        if channel.state() != State::Same {
            if !self.told.closed {
                eprintln!("host: the segment was removed");
            }
            self.show.restarted();
            return Ok(Some(End::Next));
        }
        if !self.told.gone && !self.told.closed && channel.has_sender() == Some(false) {
            self.told.gone = true;
            eprintln!("host: the sender is gone without a word; waiting for it to start again");
        }
        channel.wait(self.limits.deadline);
        Ok(None)
    }

    /// What to do whenever there is nothing to do; says when to end.
    pub(crate) fn idle(&mut self) -> io::Result<Option<Exit>> {
        let closed = unless_pipe_closed(self.show.flush())?;
        Ok(closed
            .or_else(|| stdout_is_closed().then_some(Exit::Done))
            .or_else(|| self.limits.reached()))
    }

    /// The newest message now and then, as the original polled.
    fn sample(
        &mut self,
        channel: &mut Incoming,
        buffer: &mut [u8],
    ) -> Result<End, Box<dyn std::error::Error>> {
        loop {
            match channel.newest(buffer) {
                Ok(header) => {
                    let payload = buffer.get(..header.len).unwrap_or_default();
                    if let Some(exit) = unless_pipe_closed(self.show.sample(header, payload))? {
                        return Ok(End::Exit(exit));
                    }
                }
                Err(RecvError::Empty | RecvError::Busy) => {}
                Err(news) => return Err(self.corrupt(news).into()),
            }
            if let Some(exit) = self
                .enough()
                .map_or_else(|| self.idle(), |exit| Ok(Some(exit)))?
            {
                return Ok(End::Exit(exit));
            }
            self.limits.pause(self.args.interval.unwrap_or(SAMPLE));
            if channel.is_closed() && self.args.until_close {
                return Ok(End::Exit(Exit::Done));
            }
            if channel.state() != State::Same {
                return Ok(End::Next);
            }
        }
    }
}

/// Whether the reader of our output has gone although we print nothing.
fn stdout_is_closed() -> bool {
    ramframe_host::reader::is_gone(&io::stdout())
}
