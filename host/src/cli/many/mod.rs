//! `host recv` of many channels: one process receives from all that are wanted, while they come and go.

mod channel;
mod search;

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::time::Instant;

use ramframe_core::channel::Start;

use crate::location::Location;
use crate::name::State;
use crate::receiver::{Event, Receiver, RecvError};
use crate::select::{Select, Token};
use crate::sysv::key::Key;
use crate::wait::limit::between_looks;

use self::channel::Channel;
use self::search::Search;
use super::args::Wanted;
use super::exit::{Exit, Outcome};
use super::hints;
use super::session::{End, Session};
use super::stderr::{about, note};

/// How many channels one look asks how their other side is. To ask takes system calls.
const ASKED: usize = 16;

/// Receives until enough has come, or this process is asked to end.
pub(crate) fn run(session: &mut Session<'_>, wanted: Wanted) -> Outcome {
    let mut select = Select::new();
    select.set_spin(session.args.spin.time);
    let now = Instant::now();
    let mut many = Many {
        select,
        search: Search::new(wanted),
        channels: BTreeMap::new(),
        asked: None,
        since: now,
        next_look: now,
        waits: false,
        session,
    };
    let end = many.run();
    let flushed = many.session.flushed(Ok(()));
    many.detach_all();
    let closed = flushed?;
    match end? {
        Exit::Done => Ok(closed.unwrap_or(Exit::Done)),
        exit => Ok(exit),
    }
}

struct Many<'s, 'a> {
    session: &'s mut Session<'a>,
    select: Select,
    search: Search,
    channels: BTreeMap<Token, Channel<'a>>,
    /// Which channel was asked last.
    asked: Option<Token>,
    since: Instant,
    next_look: Instant,
    /// There was nothing, and what was printed was brought to its reader.
    waits: bool,
}

impl Many<'_, '_> {
    fn run(&mut self) -> Outcome {
        loop {
            if Instant::now() >= self.next_look {
                self.look()?;
            }
            if let Some(exit) = self.step()? {
                return Ok(exit);
            }
        }
    }

    /// Looks for channels that have come, and asks how those are that are there.
    fn look(&mut self) -> Outcome<()> {
        let is_first = self.next_look == self.since;
        for (key, name) in self.search.absent()? {
            about(&name);
            if !self.open(key, &name, is_first)? && is_first {
                note!("waiting for a sender on {key:#}");
            }
            about("");
        }
        if is_first {
            for pattern in self.search.unmatched() {
                note!("no channel matches {pattern}; waiting");
            }
        }
        self.ask();
        self.next_look = Instant::now() + between_looks(self.since);
        Ok(())
    }

    /// Whether there is a channel to receive from. Why not is said once.
    fn open(&mut self, key: Key, name: &str, is_first: bool) -> io::Result<bool> {
        let start = match self.session.args.new && is_first {
            true => Start::Next,
            false => Start::Oldest,
        };
        let trust = self.session.args.trust.trust(0o666);
        match Receiver::open(key, start, &trust) {
            Ok(receiver) => {
                self.follow(key, name, receiver)?;
                Ok(true)
            }
            Err(error) if error.is_absent() => Ok(false),
            Err(error) => {
                self.search.complain(key, hints::of(&error));
                Ok(true)
            }
        }
    }

    fn follow(&mut self, key: Key, name: &str, receiver: Receiver) -> io::Result<()> {
        let again = self.search.followed(key);
        let mut channel = Channel::new(key, self.session.printer.source(name.into()), &receiver);
        note!("receiving");
        self.session.say_channel(&receiver);
        channel.swap(self.session);
        let printed = match again {
            true => self.session.printer.restarted(),
            false => Ok(()),
        };
        channel.swap(self.session);
        let token = self.select.add(receiver);
        self.channels.insert(token, channel);
        printed
    }

    /// Asks some of the channels, others each time.
    fn ask(&mut self) {
        let after = self.asked.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.channels.range_mut((after, Bound::Unbounded));
        self.asked = None;
        for (token, channel) in rest.by_ref().take(ASKED) {
            self.asked = Some(*token);
            let Some(receiver) = self.select.receiver(*token) else {
                continue;
            };
            channel.swap(self.session);
            self.session.say_lost(receiver);
            if receiver.state() == State::Same {
                self.session.say_gone(receiver);
            }
            channel.swap(self.session);
        }
        if rest.next().is_none() {
            self.asked = None;
        }
    }

    /// One message, or whatever else there is.
    fn step(&mut self) -> Outcome<Option<Exit>> {
        let limit = match self.waits {
            true => self.session.limits.slice(),
            false => self.session.limits.at_once(),
        };
        let (printer, channels) = (&mut self.session.printer, &mut self.channels);
        let found = self.select.recv_with(&limit, |token, message| {
            let channel = channels.get_mut(&token);
            channel.map_or(Ok(()), |channel| channel.print(printer, &message))
        });
        self.waits = found.is_none();
        match found {
            Some((token, received)) => self.received(token, received),
            None => self.nothing(),
        }
    }

    fn nothing(&mut self) -> Outcome<Option<Exit>> {
        if let Some(exit) = self.session.idle()? {
            return Ok(Some(exit));
        }
        if self.session.args.until_close && self.is_over() {
            return Ok(Some(Exit::Done));
        }
        if self.select.is_empty() {
            let left = self.next_look.saturating_duration_since(Instant::now());
            self.session.limits.pause(left);
        }
        Ok(None)
    }

    /// Whether each channel that was wanted by its key has been closed, each pattern has matched one, and all that are there are closed.
    fn is_over(&self) -> bool {
        self.search.is_over() && self.channels.values().all(|channel| channel.is_closed)
    }

    /// What was received of one channel: said, or the end.
    fn received(
        &mut self,
        token: Token,
        received: Result<io::Result<Event<()>>, RecvError>,
    ) -> Outcome<Option<Exit>> {
        let (Some(mut channel), Some(receiver)) =
            (self.channels.remove(&token), self.select.receiver(token))
        else {
            return Ok(None);
        };
        match &received {
            Ok(Ok(Event::Closed)) => channel.is_closed = true,
            Ok(Ok(Event::Message(()) | Event::SenderRestarted)) => channel.is_closed = false,
            _ => {}
        }
        self.search.closed(channel.key, channel.is_closed);
        channel.swap(self.session);
        let end = match received {
            // Others may go on.
            Ok(Ok(Event::Closed)) => self.session.say_closed().map(|()| None)?,
            Err(error) if !matches!(error, RecvError::NotRegained(_)) => {
                let why = self.session.corrupt(&error);
                self.search.complain(channel.key, why);
                Some(End::Next)
            }
            received => self.session.received(receiver, received)?,
        };
        channel.swap(self.session);
        match end {
            Some(End::Exit(exit)) => return Ok(Some(exit)),
            Some(End::Next) => {
                self.search.lost(channel.key);
                self.detach(token);
            }
            None => {
                self.channels.insert(token, channel);
            }
        }
        Ok(None)
    }
}

impl Many<'_, '_> {
    /// Leaves a channel in good order.
    fn detach(&mut self, token: Token) {
        if let Some(receiver) = self.select.remove(token) {
            receiver.detach();
        }
    }

    fn detach_all(&mut self) {
        let tokens: Vec<Token> = self.select.tokens().collect();
        tokens.into_iter().for_each(|token| self.detach(token));
    }
}

/// Where a session is that has no channel of its own.
pub(crate) fn nowhere() -> Location {
    Location::Key(Key::of_name(ramframe_core::geometry::Name::EMPTY))
}
