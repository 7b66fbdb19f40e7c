//! Receives from many channels in one thread.

mod entry;
mod sleep;

use std::convert::Infallible;
use std::mem;
use std::time::{Duration, Instant};

use ramframe_core::frame::Header;

pub use self::entry::Token;
use self::entry::{Entry, State};
use self::sleep::Sleeper;
use crate::receiver::{Event, Message, Receiver, RecvError, Stepped};
use crate::wait::limit::{LOOK, Limit, Looks};

/// Many receivers, and one call that waits for any of them: the answer to many senders.
///
/// The receivers take turns, from the one after the last on, so that none starves. Spins before it sleeps, as long as that
/// [pays](crate::wait::spin). Up to 128 channels cost one system call a sleep (`futex_waitv`, Linux 5.16). For more, threads of this
/// library sleep, one for each 127. Where the kernel refuses that call, a sleep on several channels ends after 2 ms at most, and costs one
/// to two per cent of a core.
///
/// Nothing is taken but what [`recv`](Self::recv) returns: to drop a `Select` loses no message.
///
/// ```
/// use std::time::Duration;
///
/// use ramframe_host::file::Window;
/// use ramframe_host::select::Select;
/// use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Sender, Start, Trust};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let files = [tempfile::NamedTempFile::new()?, tempfile::NamedTempFile::new()?];
/// # let window = |file: &tempfile::NamedTempFile| Window { path: file.path().into(), offset: 0, size: None, uio_map: 0 };
/// # for file in &files { file.as_file().set_len(4096)?; }
/// # let (left, right) = (window(&files[0]), window(&files[1]));
/// let trust = Trust::current_user();
/// let mut sender = Sender::open(right.clone(), &ChannelOptions::backpressure(1), &trust)?;
/// # let other = Sender::open(left.clone(), &ChannelOptions::backpressure(1), &trust)?;
/// let mut select = Select::new();
/// let _left = select.add(Receiver::open(left, Start::Oldest, &trust)?);
/// let right = select.add(Receiver::open(right, Start::Oldest, &trust)?);
///
/// sender.send(b"CIEPLO", &Limit::NEVER)?;
/// let found = select.recv(&Limit::within(Duration::from_secs(1))).ok_or("no message")?;
/// assert_eq!(found.token, right);
/// assert_eq!(found.event?.message().map(|message| message.payload), Some(&b"CIEPLO"[..]));
/// # drop(other);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Select {
    entries: Vec<Entry>,
    /// Whose turn it is.
    turn: usize,
    tokens: usize,
    /// When the next look at the channels that are due begins, if there is no wait before.
    looks: Looks,
    /// There was nothing in the last turn.
    is_idle: bool,
    /// How many channels that look has still to come to, in turn.
    to_look: usize,
    buffer: Vec<u8>,
    sleeper: Sleeper,
}

/// What one receiver of a [`Select`] found.
#[derive(Debug)]
pub struct Selected<'s> {
    /// Whose it is.
    pub token: Token,
    /// What [`Receiver::recv`] would return. Never [`Event::Nothing`].
    pub event: Result<Event<Message<'s>>, RecvError>,
}

impl Select {
    /// Waits for nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits for this receiver too.
    pub fn add(&mut self, receiver: Receiver) -> Token {
        let token = Token::of(self.tokens);
        self.tokens += 1;
        let capacity = receiver.geometry().capacity() as usize;
        self.buffer.resize(self.buffer.len().max(capacity), 0);
        self.entries.push(Entry::new(token, receiver));
        token
    }

    /// Gives a receiver back.
    pub fn remove(&mut self, token: Token) -> Option<Receiver> {
        let index = self.index(token)?;
        Some(self.entries.remove(index).receiver)
    }

    /// A receiver that is waited for. What it has in place of a message can be received by itself.
    pub fn receiver(&mut self, token: Token) -> Option<&mut Receiver> {
        let index = self.index(token)?;
        Some(&mut self.entries[index].receiver)
    }

    fn index(&self, token: Token) -> Option<usize> {
        // Tokens only grow.
        let found = self
            .entries
            .binary_search_by_key(&token, |entry| entry.token);
        found.ok()
    }

    /// All that are waited for, with those that have told their end.
    pub fn tokens(&self) -> impl Iterator<Item = Token> + '_ {
        self.entries.iter().map(|entry| entry.token)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How long each wait spins before it sleeps; `None`, as at first: as long as it pays.
    pub fn set_spin(&mut self, time: Option<Duration>) {
        self.sleeper.set_spin(time);
    }

    /// Takes the next message of any receiver, or what else one finds, and waits for it as long as `limit` allows. `None` at the
    /// limit, and if nobody is waited for any more. The payload is in this value's own buffer, until the next call.
    ///
    /// After [`Event::Gone`] or an error a receiver has told its end. It is not waited for any more: [`remove`](Self::remove)
    /// it. The others go on. A channel that was removed is noticed within 200 ms, and where `n` hundred are waited for within `2 n`
    /// hundred.
    pub fn recv(&mut self, limit: &Limit) -> Option<Selected<'_>> {
        let header = |_, message: Message<'_>| Ok::<Header, Infallible>(message.header());
        let (token, found) = self.recv_as(limit, false, header)?;
        let event = found.map(|Ok(event)| event.map(|header| Message::of(header, &self.buffer)));
        Some(Selected { token, event })
    }

    /// As [`recv`](Self::recv), and hands the message to `take` as [`Receiver::try_recv_with`] does.
    ///
    /// # Errors
    /// In the value: see [`RecvError`], and in the inner result what `take` returned. After that the message is there still.
    #[allow(
        clippy::type_complexity,
        reason = "who, what it found, and what became of it"
    )]
    pub fn recv_with<T, E>(
        &mut self,
        limit: &Limit,
        take: impl FnMut(Token, Message<'_>) -> Result<T, E>,
    ) -> Option<(Token, Result<Result<Event<T>, E>, RecvError>)> {
        self.recv_as(limit, true, take)
    }

    fn recv_as<T, E>(
        &mut self,
        limit: &Limit,
        lasts: bool,
        mut take: impl FnMut(Token, Message<'_>) -> Result<T, E>,
    ) -> Option<(Token, Stepped<T, E>)> {
        loop {
            if let Some(found) = self.turn(lasts, &mut take) {
                self.sleeper.news();
                return Some(found);
            }
            self.is_idle = true;
            let waits = |entry: &Entry| entry.state != State::Over;
            if limit.reached().is_some() || !self.entries.iter().any(waits) {
                return None;
            }
            self.sleeper.wait(&mut self.entries, limit);
        }
    }

    /// One turn, up to the first that has something to tell.
    fn turn<T, E>(
        &mut self,
        lasts: bool,
        take: &mut impl FnMut(Token, Message<'_>) -> Result<T, E>,
    ) -> Option<(Token, Stepped<T, E>)> {
        // Who waits has just looked at nothing: then the clock is read, and who is due is looked at.
        let count = self.entries.len();
        if mem::take(&mut self.is_idle) || self.looks.is_time(LOOK) {
            self.to_look = count;
        }
        let now = (self.to_look > 0).then(Instant::now);
        let start = mem::take(&mut self.turn);
        for index in (start..count).chain(0..start.min(count)) {
            let entry = &mut self.entries[index];
            let now = now.filter(|_| self.to_look > 0);
            self.to_look = self.to_look.saturating_sub(1);
            if let Some(found) = entry.step(now, count, &mut self.buffer, lasts, take) {
                self.turn = index + 1;
                return Some((entry.token, found));
            }
        }
        None
    }
}
