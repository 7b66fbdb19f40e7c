//! A receiver that follows its channel for ever: from one segment to the next, and from one sender to the next.

use ramframe_core::channel::{Message, Start};

use super::step::{Stepped, header};
use super::wait::messages;
use super::{Event, OwnedMessage, Receiver, RecvError};
use crate::error::{Error, Kind};
use crate::location::Location;
use crate::trust::Trust;
use crate::wait::limit::Limit;

/// Receives at a location, whichever channel is there: waits for the first that [has or gets a sender](Receiver::wait_open), and
/// opens the next when one is gone.
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
    /// [`Event::Nothing`] at the limit. The payload of a message is in this follower's own buffer, until the next call.
    ///
    /// # Errors
    /// See [`RecvError`]. After one the next call opens the channel again.
    pub fn recv(&mut self, limit: &Limit) -> Result<Event<Message<'_>>, RecvError> {
        let Ok(found) = self.recv_as(limit, false, header)?;
        Ok(found.map(|header| Message::of(header, &self.buffer)))
    }

    /// As [`recv`](Self::recv), and hands the message to `take`: it counts as received when that has returned `Ok`. A process that
    /// dies before leaves it to the next receiver.
    ///
    /// # Errors
    /// As [`recv`](Self::recv); and in the inner result what `take` returned.
    pub fn recv_with<T, E>(
        &mut self,
        limit: &Limit,
        take: impl FnMut(Message<'_>) -> Result<T, E>,
    ) -> Result<Result<Event<T>, E>, RecvError> {
        self.recv_as(limit, true, take)
    }

    fn recv_as<T, E>(
        &mut self,
        limit: &Limit,
        lasts: bool,
        take: impl FnMut(Message<'_>) -> Result<T, E>,
    ) -> Stepped<T, E> {
        let Some(receiver) = &mut self.receiver else {
            return self.open(limit).map(Ok);
        };
        let event = receiver.recv_as(&mut self.buffer, limit, lasts, take);
        if matches!(event, Ok(Ok(Event::Gone)) | Err(_))
            && let Some(receiver) = self.receiver.take()
        {
            receiver.detach();
        }
        event
    }

    fn open<M>(&mut self, limit: &Limit) -> Result<Event<M>, RecvError> {
        match Receiver::wait_open(self.location.clone(), self.start, &self.trust, limit) {
            Ok(receiver) => {
                self.start = Start::Oldest;
                self.buffer
                    .resize(receiver.geometry().capacity() as usize, 0);
                self.receiver = Some(receiver);
                Ok(Event::Opened)
            }
            Err(error) if error.is_absent() => {
                // What comes later is new, unless it is in the channel that is there and waits for its next sender.
                if !matches!(error.kind, Kind::Closed) {
                    self.start = Start::Oldest;
                }
                Ok(Event::Nothing)
            }
            Err(error) => Err(Box::<Error>::from(error).into()),
        }
    }

    /// The messages of this channel and of all that follow, each with bytes of its own, until the limit. What else a receiver
    /// finds is passed over.
    pub fn messages<'f>(
        &'f mut self,
        limit: &'f Limit,
    ) -> impl Iterator<Item = Result<OwnedMessage, RecvError>> + 'f {
        let next = move || Ok(self.recv(limit)?.map(OwnedMessage::from));
        messages(limit, |_| false, next)
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
