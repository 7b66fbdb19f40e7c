//! A receiver that follows its channel for ever: from one segment to the next, and from one sender to the next.

use std::mem;

use ramframe_core::channel::Start;

use super::wait::Message;
use super::{Event, Receiver, RecvError};
use crate::error::Error;
use crate::location::Location;
use crate::trust::Trust;
use crate::wait::limit::Limit;

/// Receives at a location, whichever channel is there: waits for the first, and opens the next when one is gone.
#[derive(Debug)]
pub struct Follower {
    location: Location,
    /// Where to begin in the first channel; in the next ones with the oldest message.
    start: Start,
    trust: Trust,
    receiver: Option<Receiver>,
    buffer: Vec<u8>,
}

impl Follower {
    /// Follows the channels at `location`. Looks for none yet.
    pub fn new(location: impl Into<Location>, start: Start, trust: &Trust) -> Self {
        Self {
            location: location.into(),
            start,
            trust: trust.clone(),
            receiver: None,
            buffer: Vec::new(),
        }
    }

    /// What happens next: [`Event::Opened`] for a channel, then what [`Receiver::recv`] says of it, up to [`Event::Gone`]; and
    /// [`Event::Nothing`] at the limit. A message is the one that [`payload`](Self::payload) returns.
    ///
    /// # Errors
    /// See [`RecvError`]. After one the next call opens the channel again.
    pub fn recv(&mut self, limit: &Limit) -> Result<Event, RecvError> {
        let Some(receiver) = &mut self.receiver else {
            return self.open(limit);
        };
        let event = receiver.recv(&mut self.buffer, limit);
        if matches!(event, Ok(Event::Gone) | Err(_))
            && let Some(receiver) = self.receiver.take()
        {
            receiver.detach();
        }
        event
    }

    fn open(&mut self, limit: &Limit) -> Result<Event, RecvError> {
        let start = mem::replace(&mut self.start, Start::Oldest);
        match Receiver::wait_open(self.location.clone(), start, &self.trust, limit) {
            Ok(receiver) => {
                self.buffer
                    .resize(receiver.geometry().capacity() as usize, 0);
                self.receiver = Some(receiver);
                Ok(Event::Opened)
            }
            Err(error) if error.is_absent() => Ok(Event::Nothing),
            Err(error) => Err(Box::<Error>::from(error).into()),
        }
    }

    /// The bytes of the message that [`recv`](Self::recv) has just returned as `len` long.
    pub fn payload(&self, len: usize) -> &[u8] {
        self.buffer.get(..len).unwrap_or_default()
    }

    /// The messages of this channel and of all that follow, each with bytes of its own, until the limit. What else a receiver
    /// finds is passed over.
    pub fn messages<'f>(
        &'f mut self,
        limit: &'f Limit,
    ) -> impl Iterator<Item = Result<Message, RecvError>> + 'f {
        std::iter::from_fn(move || {
            loop {
                match self.recv(limit) {
                    Ok(Event::Message(header)) => {
                        let payload = self.payload(header.len).to_vec();
                        return Some(Ok(Message { header, payload }));
                    }
                    Ok(_) if limit.reached().is_some() => return None,
                    Ok(_) => {}
                    Err(error) => return Some(Err(error)),
                }
            }
        })
    }

    /// The receiver of the channel that is there, if one is.
    pub fn receiver(&self) -> Option<&Receiver> {
        self.receiver.as_ref()
    }

    /// Leaves in good order.
    pub fn detach(self) {
        if let Some(receiver) = self.receiver {
            receiver.detach();
        }
    }
}
