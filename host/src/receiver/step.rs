//! The steps of a receiver that never wait.

use std::convert::Infallible;

use ramframe_core::channel::{self, Message};
use ramframe_core::frame::Header;

use super::event::told;
use super::{Event, Receiver, RecvError, holds};
use crate::end::either;
use crate::tenure::Lost;

impl Receiver {
    /// Takes the next message into `buffer`, if there is one, and returns it with its payload there. Copies it once, and
    /// makes no system call but to wake the sender and, every 50 ms, to ask whether this process still is the receiver.
    ///
    /// # Errors
    /// See [`RecvError`].
    #[inline]
    pub fn try_recv<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        let Ok(found) = self.step(buffer, false, header)?;
        Ok(found.map(|header| Message::of(header, buffer)))
    }

    /// Hands the next message to `take`, takes it if that says `Ok`, and returns what `take` made of it. A process
    /// that dies in `take` under backpressure, or loses its lock there, has not taken the message, and the next receiver gets it
    /// again.
    ///
    /// # Errors
    /// As [`try_recv`](Self::try_recv); and in the inner result what `take` returned.
    pub fn try_recv_with<T, E>(
        &mut self,
        buffer: &mut [u8],
        take: impl FnOnce(Message<'_>) -> Result<T, E>,
    ) -> Result<Result<Event<T>, E>, RecvError> {
        self.step(buffer, true, take)
    }

    /// The same; `lasts` says whether `take` may take so long that the lock is lost meanwhile.
    #[inline(always)]
    pub(crate) fn step<T, E>(
        &mut self,
        buffer: &mut [u8],
        lasts: bool,
        take: impl FnOnce(Message<'_>) -> Result<T, E>,
    ) -> Stepped<T, E> {
        self.check()?;
        let next = self.next_sequence();
        let (claim, lasts) = (&self.claim, lasts && self.is_lossless());
        let take = |message: Message<'_>| {
            let taken = take(message).map_err(Untaken::Refused)?;
            let held = !lasts || claim.tenure().check(|| holds(claim)).is_ok();
            held.then_some(taken).ok_or(Untaken::Lost)
        };
        let found = either!(&mut self.end, end => end.try_recv_with(buffer, take));
        match told(found)?.try_map(|taken| taken) {
            Ok(event) => {
                if matches!(event, Event::Nothing) && self.alarm.is_some() {
                    self.set_alarm(None);
                }
                Ok(Ok(event))
            }
            Err(Untaken::Refused(error)) => Ok(Err(error)),
            Err(Untaken::Lost) => {
                self.used = Some(next);
                Err(Lost.into())
            }
        }
    }

    /// The newest message, again and again until there is a newer one. Under backpressure this takes all there are, so
    /// that the sender goes on; `buffer` must be the same each time.
    ///
    /// # Errors
    /// As [`try_recv`](Self::try_recv).
    pub fn latest<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        let found = self.newest(buffer)?;
        Ok(found.map(|header| Message::of(header, buffer)))
    }

    fn newest(&mut self, buffer: &mut [u8]) -> Result<Event<Header>, RecvError> {
        self.check()?;
        let latest = either!(&mut self.end, end => end.latest(buffer));
        let latest = latest.map(|found| found.map(|message| message.header()));
        match told(latest)? {
            Event::Message(latest) => {
                self.seen = Some(latest);
                self.skip_to(latest.sequence)?;
                Ok(Event::Message(latest))
            }
            Event::Nothing if self.is_lossless() => {
                Ok(self.seen.map_or(Event::Nothing, Event::Message))
            }
            other => Ok(other),
        }
    }

    /// Takes everything up to message `sequence`, unread.
    fn skip_to(&mut self, sequence: u64) -> Result<(), RecvError> {
        let Some(end) = self.end.lossless_mut() else {
            return Ok(());
        };
        // Each message may have three pieces of news before it, and none more.
        for _ in 0..4 * end.geometry().slots() {
            if end.next_sequence() > sequence {
                break;
            }
            if let Err(error @ channel::RecvError::Corrupt { .. }) = end.skip() {
                return Err(error.into());
            }
        }
        Ok(())
    }
}

/// What a step comes to, and what became of the message that it handed over.
pub(crate) type Stepped<M, E> = Result<Result<Event<M>, E>, RecvError>;

/// Leaves the payload where it is.
pub(super) fn header(message: Message<'_>) -> Result<Header, Infallible> {
    Ok(message.header())
}

/// Why a message was handed over and not taken.
enum Untaken<E> {
    Refused(E),
    Lost,
}
