//! The steps of a receiver that never wait.

use ramframe_core::channel;
use ramframe_core::frame::Header;

use super::event::told;
use super::{End, Event, Receiver, RecvError};
use crate::tenure::Lost;

impl Receiver {
    /// Takes the next message into `buffer`, if there is one. Copies it once, and makes no system call but to wake the sender
    /// and, every 50 ms, to ask whether this process still is the receiver.
    ///
    /// # Errors
    /// See [`RecvError`].
    #[inline]
    pub fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Event, RecvError> {
        self.check()?;
        match self.end.recv(buffer) {
            Ok(header) => Ok(Event::Message(header)),
            Err(outcome) => told(outcome),
        }
    }

    /// Hands the next message to `take`, and takes it if that says `Ok`. A process that dies in `take` under backpressure, or
    /// loses its lock there, has not taken the message, and the next receiver gets it again.
    ///
    /// # Errors
    /// As [`try_recv`](Self::try_recv); and in the inner result what `take` returned.
    pub fn try_recv_with<E>(
        &mut self,
        buffer: &mut [u8],
        take: impl FnOnce(Header, &[u8]) -> Result<(), E>,
    ) -> Result<Result<Event, E>, RecvError> {
        self.check()?;
        let next = self.end.next_sequence();
        let (tenure, claim) = (&self.tenure, &self.claim);
        let lossless = matches!(self.end, End::Backpressure(_));
        let taken = self.end.recv_with(buffer, |header, payload| {
            take(header, payload).map_err(Untaken::Refused)?;
            // That may have lasted.
            let held = !lossless || tenure.check(|| claim.holds()).is_ok();
            held.then_some(header).ok_or(Untaken::Lost)
        });
        match taken {
            Ok(Ok(header)) => Ok(Ok(Event::Message(header))),
            Ok(Err(Untaken::Refused(error))) => Ok(Err(error)),
            Ok(Err(Untaken::Lost)) => {
                self.used = Some(next);
                Err(Lost.into())
            }
            Err(outcome) => told(outcome).map(Ok),
        }
    }

    /// The newest message, again and again until there is a newer one. Under backpressure this takes all there are, so
    /// that the sender goes on; `buffer` must be the same each time.
    ///
    /// # Errors
    /// As [`try_recv`](Self::try_recv).
    pub fn latest(&mut self, buffer: &mut [u8]) -> Result<Event, RecvError> {
        self.check()?;
        let latest = match (self.end.latest(buffer), &self.end) {
            (Ok(latest), _) => latest,
            (Err(outcome), End::Overwrite(_)) => return told(outcome),
            (Err(channel::RecvError::Empty | channel::RecvError::Busy), _) => {
                return Ok(self.seen.map_or(Event::Nothing, Event::Message));
            }
            (Err(outcome), _) => return told(outcome),
        };
        self.seen = Some(latest);
        match self.end.skip_to(latest.sequence) {
            Ok(()) => Ok(Event::Message(latest)),
            Err(outcome) => told(outcome),
        }
    }
}

/// Why a message was handed over and not taken.
enum Untaken<E> {
    Refused(E),
    Lost,
}
