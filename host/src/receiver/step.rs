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
        told(self.end.recv(buffer))
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
        let found = match taken {
            Ok(channel::Event::Message(Err(Untaken::Refused(error)))) => return Ok(Err(error)),
            Ok(channel::Event::Message(Err(Untaken::Lost))) => {
                self.used = Some(next);
                return Err(Lost.into());
            }
            Ok(channel::Event::Message(Ok(header))) => Ok(channel::Event::Message(header)),
            // No message, so nothing of this is used.
            Ok(event) => Ok(event.map(|_| Header::default())),
            Err(error) => Err(error),
        };
        told(found).map(Ok)
    }

    /// The newest message, again and again until there is a newer one. Under backpressure this takes all there are, so
    /// that the sender goes on; `buffer` must be the same each time.
    ///
    /// # Errors
    /// As [`try_recv`](Self::try_recv).
    pub fn latest(&mut self, buffer: &mut [u8]) -> Result<Event, RecvError> {
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
