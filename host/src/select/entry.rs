//! One receiver of a [`Select`](super::Select): whose turn it is, and what it has to tell.

use std::ops::ControlFlow;
use std::time::Instant;

use crate::receiver::{Event, Message, Next, Receiver, Stepped};
use crate::wait::watch::{Waiter, look_interval};

/// Names a receiver in its [`Select`](super::Select).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(usize);

impl Token {
    pub(super) fn of(number: usize) -> Self {
        Self(number)
    }
}

/// One receiver.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) token: Token,
    pub(super) receiver: Receiver,
    pub(super) state: State,
    /// When to look whether the channel is still there, or the next time at all.
    pub(super) due: Instant,
    /// Where threads wait.
    pub(super) waiter: Waiter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waits,
    /// Nothing can come before it is due.
    Pauses,
    /// It has told its end.
    Over,
}

impl Entry {
    pub(super) fn new(token: Token, receiver: Receiver) -> Self {
        Self {
            token,
            receiver,
            state: State::Waits,
            due: Instant::now(),
            waiter: Waiter::default(),
        }
    }

    /// What the receiver has to tell, if anything. At `now`, where the clock was read, it looks around if it is due; else it only looks
    /// for news.
    pub(super) fn step<T, E>(
        &mut self,
        now: Option<Instant>,
        count: usize,
        buffer: &mut [u8],
        lasts: bool,
        take: &mut impl FnMut(Token, Message<'_>) -> Result<T, E>,
    ) -> Option<Stepped<T, E>> {
        let due = now.filter(|now| self.state != State::Over && *now >= self.due);
        if let Some(now) = due {
            self.receiver.slept();
            self.state = State::Waits;
            self.due = now + look_interval(count);
        }
        if self.state != State::Waits || due.is_none() && !self.receiver.has_news() {
            return None;
        }
        let token = self.token;
        let found = (self.receiver).step(buffer, lasts, |message| take(token, message));
        match self.receiver.look(found, due.is_some()) {
            ControlFlow::Break(found) => {
                if matches!(found, Ok(Ok(Event::Gone)) | Err(_)) {
                    self.state = State::Over;
                }
                Some(found)
            }
            ControlFlow::Continue(Next::Look(time)) => {
                self.state = State::Pauses;
                self.due = now.unwrap_or_else(Instant::now) + time;
                None
            }
            ControlFlow::Continue(Next::News) => None,
        }
    }

    /// There may be news: the next turn looks, also where it is another one than a message.
    pub(super) fn look_next(&mut self) {
        if !self.receiver.has_news() {
            self.due = Instant::now();
        }
    }
}
