//! The calls of a receiver that wait: for a channel, for a message, for each message.

use std::iter;
use std::mem;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use ramframe_core::channel::{ChannelStatus, Message, Start};

use super::look::Next;
use super::step::{Stepped, header};
use super::{End, Event, Receiver, RecvError};
use crate::end::either;
use crate::error::{Error, Kind, Object};
use crate::location::Location;
use crate::name::State;
use crate::trust::Trust;
use crate::wait::limit::{LOOK, Limit, between_looks};
use crate::wait::rate::NAP_LIMIT;

impl Receiver {
    /// Waits until there is a channel at `location` that has something to give, or a sender that may: becomes a receiver of it as
    /// [`open`](Self::open) does. A channel that was kept and closed, all of which was received, is waited for too, until its next
    /// sender comes. Looks 20 times in the first second, then 10 times a second. What is in a map must contradict itself for 200 ms,
    /// whatever the limit, before it is an error.
    ///
    /// # Errors
    /// See [`Kind`]. At the limit the error says why there is no channel, and [`Error::is_absent`] is true.
    pub fn wait_open(
        location: impl Into<Location>,
        start: Start,
        trust: &Trust,
        limit: &Limit,
    ) -> Result<Self, Error> {
        let location = location.into();
        let since = Instant::now();
        loop {
            let error = match Self::open(location.clone(), start, trust) {
                Ok(receiver) if !receiver.is_over() => return Ok(receiver),
                Ok(receiver) => {
                    while receiver.is_over() && limit.reached().is_none() {
                        limit.pause(between_looks(since));
                    }
                    // Not opened again: that would pass over what the next sender has sent, or another process would have the
                    // receiver slot by then.
                    let is_same = receiver.state() == State::Same && !receiver.was_reformatted();
                    if is_same && !receiver.is_over() {
                        return Ok(receiver);
                    }
                    receiver.detach();
                    Object::Channel(location.clone()).error(Kind::Closed)
                }
                Err(error) if !error.is_absent() => return Err(error),
                Err(error) => error,
            };
            if limit.reached().is_some() {
                return Err(error);
            }
            limit.pause(between_looks(since));
        }
    }

    /// Whether the last sender closed, and this receiver is behind its last message.
    fn is_over(&self) -> bool {
        let over = |now: ChannelStatus| now.closed && now.sent <= self.next_sequence();
        self.status().is_ok_and(over) && self.state() == State::Same
    }

    /// Takes the next message into `buffer` and returns it with its payload there, or finds something else; waits for it as long
    /// as `limit` allows. If the locks were removed, goes on under new ones. Costs what [`try_recv`](Self::try_recv) does where
    /// there is a message. [`Event::Closed`] comes once for each end, [`Event::Gone`] whenever there is nothing else any more. In a map,
    /// where a format may be under way, [`RecvError::Corrupt`] comes after 200 ms; a call with a shorter limit finds nothing until then.
    ///
    /// # Errors
    /// See [`RecvError`].
    #[inline]
    pub fn recv<'b>(
        &mut self,
        buffer: &'b mut [u8],
        limit: &Limit,
    ) -> Result<Event<Message<'b>>, RecvError> {
        let Ok(found) = self.recv_as(buffer, limit, false, header)?;
        Ok(found.map(|header| Message::of(header, buffer)))
    }

    /// As [`recv`](Self::recv), and hands the message to `take` as [`try_recv_with`](Self::try_recv_with) does.
    ///
    /// # Errors
    /// See [`RecvError`]; and in the inner result what `take` returned.
    pub fn recv_with<T, E>(
        &mut self,
        buffer: &mut [u8],
        limit: &Limit,
        take: impl FnMut(Message<'_>) -> Result<T, E>,
    ) -> Result<Result<Event<T>, E>, RecvError> {
        self.recv_as(buffer, limit, true, take)
    }

    #[inline]
    pub(super) fn recv_as<T, E>(
        &mut self,
        buffer: &mut [u8],
        limit: &Limit,
        lasts: bool,
        mut take: impl FnMut(Message<'_>) -> Result<T, E>,
    ) -> Stepped<T, E> {
        match self.step(buffer, lasts, &mut take) {
            Ok(Ok(event @ Event::Message(_))) => Ok(Ok(event)),
            other => self.wait_for(other, |this| this.step(buffer, lasts, &mut take), limit),
        }
    }

    /// Returns what the first step has `found`; if that was nothing, repeats `step` until it finds something, or the limit.
    #[cold]
    pub(crate) fn wait_for<M, E>(
        &mut self,
        mut found: Stepped<M, E>,
        mut step: impl FnMut(&mut Self) -> Stepped<M, E>,
        limit: &Limit,
    ) -> Stepped<M, E> {
        let (mut around, mut is_first) = (false, true);
        loop {
            // Whether the channel is still there takes a system call. It is not made if a message came within the first spin. A spin may
            // end for an event that is no message, and so may the next, for ever: so each later round makes it.
            let next = match self.look(found, around) {
                ControlFlow::Break(told) => return told,
                ControlFlow::Continue(next) => next,
            };
            if limit.reached().is_some() {
                // Who never waits would else never learn that the channel was removed.
                let asks = !around && (self.removed || self.looks.is_time(LOOK));
                let is_gone = asks && self.is_gone();
                let event = if is_gone { Event::Gone } else { Event::Nothing };
                return Ok(Ok(event));
            }
            around = match next {
                Next::News => self.wait(limit.deadline()) || !mem::take(&mut is_first),
                Next::Look(time) => {
                    limit.pause(time);
                    true
                }
            };
            found = step(self);
        }
    }

    /// The messages, each with bytes of its own, until the sender closes, the channel is gone, or the limit. What else a
    /// receiver finds is passed over. Costs an allocation a message.
    pub fn messages<'r>(
        &'r mut self,
        limit: &'r Limit,
    ) -> impl Iterator<Item = Result<OwnedMessage, RecvError>> + 'r {
        let mut buffer = vec![0; self.geometry().capacity() as usize];
        let ends = |event: &_| matches!(event, Event::Closed | Event::Gone | Event::Nothing);
        let next = move || Ok(self.recv(&mut buffer, limit)?.map(OwnedMessage::from));
        messages(limit, ends, next)
    }

    /// Waits once for news, at most 100 ms and not past `deadline`. The next step says if the lock was lost meanwhile.
    ///
    /// Spins before it sleeps, as long as that [pays](crate::wait::spin). Returns whether it slept or paused, or the lock was lost
    /// before. Then it has asked the kernel whether this process still has its lock. A wait that only spun makes no system call, except
    /// that it may have the kernel make a fence.
    pub fn wait(&mut self, deadline: Option<Instant>) -> bool {
        if self.check().is_err() {
            return true;
        }
        let sleeps = either!(&mut self.end, end => end.wait_mut().sleeps());
        self.nap(deadline);
        let slept = either!(&mut self.end, end => end.wait_mut().sleeps()) != sleeps;
        if self.is_lossless() && slept {
            // The next step asks for the answer.
            let _ = self.ask();
        }
        slept
    }

    /// How long each wait spins before it sleeps: [`Futex::set_spin`](crate::wait::Futex::set_spin).
    pub fn set_spin(&mut self, time: Option<Duration>) {
        either!(&mut self.end, end => end.wait_mut().set_spin(time));
    }

    fn nap(&mut self, deadline: Option<Instant>) {
        // Where nobody wakes this side, one wait is no more than a pause between two looks.
        let polls = self.claim.is_map();
        let end = polls.then(|| Instant::now() + NAP_LIMIT);
        let end = end.map(|end| deadline.map_or(end, |deadline| deadline.min(end)));
        self.begin_wait(deadline);
        loop {
            match &mut self.end {
                End::Overwrite(end) => end.wait_unregistered(),
                End::Backpressure(end) if polls => end.wait_unregistered(),
                End::Backpressure(end) => end.wait(),
            }
            let news = polls && self.has_news();
            if news || end.is_none_or(|end| Instant::now() >= end) {
                return;
            }
        }
    }

    /// What each wait needs to know before it begins.
    pub(super) fn begin_wait(&mut self, deadline: Option<Instant>) {
        let progress = self.next_sequence();
        either!(&mut self.end, end => end.wait_mut().set_deadline(deadline));
        either!(&mut self.end, end => end.wait_mut().set_progress(progress));
    }
}

/// A message with bytes of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedMessage {
    /// Number of the message since the channel was formatted, from 0.
    pub sequence: u64,
    /// Incarnation of the sender that sent it.
    pub epoch: u32,
    /// What the sender sent.
    pub payload: Vec<u8>,
}

impl From<Message<'_>> for OwnedMessage {
    fn from(message: Message<'_>) -> Self {
        Self {
            sequence: message.sequence,
            epoch: message.epoch,
            payload: message.payload.into(),
        }
    }
}

/// The messages among what `next` finds, until it finds an end, or the limit.
pub(super) fn messages(
    limit: &Limit,
    ends: impl Fn(&Event<OwnedMessage>) -> bool,
    mut next: impl FnMut() -> Result<Event<OwnedMessage>, RecvError>,
) -> impl Iterator<Item = Result<OwnedMessage, RecvError>> {
    iter::from_fn(move || {
        loop {
            match next() {
                Ok(Event::Message(message)) => return Some(Ok(message)),
                // There may be no end of other events: a fast sender always has more to be missed.
                Ok(event) if ends(&event) || limit.reached().is_some() => return None,
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    })
}
