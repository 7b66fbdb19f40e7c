//! The steps of a receiver that never wait.

use ramframe_core::channel::Message;
use ramframe_core::frame::Header;

use super::event::told;
use super::{End, Event, Receiver, RecvError};
use crate::tenure::Lost;

impl Receiver {
    /// Takes the next message into `buffer`, if there is one, and returns it with its payload there. Copies it once, and
    /// makes no system call but to wake the sender and, every 50 ms, to ask whether this process still is the receiver.
    ///
    /// # Errors
    /// See [`RecvError`].
    #[inline]
    pub fn try_recv<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        let found = self.step(buffer)?;
        Ok(found.map(|header| Message::of(header, buffer)))
    }

    /// The same without the payload: what leaves `buffer` to the next step.
    #[inline]
    pub(super) fn step(&mut self, buffer: &mut [u8]) -> Result<Event<Header>, RecvError> {
        self.check()?;
        told(self.end.recv(buffer))
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
        self.check()?;
        let next = self.end.next_sequence();
        let (tenure, claim) = (&self.tenure, &self.claim);
        let lossless = matches!(self.end, End::Backpressure(_));
        let found = self.end.recv_with(buffer, |message| {
            let taken = take(message).map_err(Untaken::Refused)?;
            // That may have lasted.
            let held = !lossless || tenure.check(|| claim.holds()).is_ok();
            held.then_some(taken).ok_or(Untaken::Lost)
        });
        match told(found)?.try_map(|taken| taken) {
            Ok(event) => Ok(Ok(event)),
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
        let latest = match told(self.end.latest(buffer))? {
            Event::Message(latest) => latest,
            Event::Nothing if self.is_lossless() => {
                return Ok(self.seen.map_or(Event::Nothing, Event::Message));
            }
            other => return Ok(other),
        };
        self.seen = Some(latest);
        match self.end.skip_to(latest.sequence) {
            Ok(()) => Ok(Event::Message(latest)),
            Err(error) => Err(error.into()),
        }
    }
}

/// Why a message was handed over and not taken.
enum Untaken<E> {
    Refused(E),
    Lost,
}
