//! A receiver on an aged channel that keeps to itself that the aged channel had a sender before the bench's first.

use ramframe_core::channel::{Event, Message, RecvError};
use ramframe_core::frame::Frame;

use super::{Came, Rx};
use crate::support::Miss;

/// A receiver that is not yet told of the bench's first sender.
pub(crate) struct Successor<X> {
    receiver: X,
    untold: bool,
}

impl<X: Rx> Successor<X> {
    /// `untold`: the receiver knows the sender before the bench's first.
    pub(crate) fn new(receiver: X, untold: bool) -> Self {
        Successor { receiver, untold }
    }

    /// As [`step`](Self::step), of a step that gives an event.
    fn event<T>(
        &mut self,
        mut step: impl FnMut(&mut X) -> Result<Event<T>, RecvError>,
    ) -> Result<Event<T>, RecvError> {
        match step(&mut self.receiver) {
            Ok(Event::SenderRestarted) if std::mem::take(&mut self.untold) => {
                step(&mut self.receiver)
            }
            other => other,
        }
    }

    /// A step, and another one if that only tells of the bench's first sender.
    fn step<T>(&mut self, mut step: impl FnMut(&mut X) -> Result<T, Miss>) -> Result<T, Miss> {
        match step(&mut self.receiver) {
            Err(Miss::SenderRestarted) if std::mem::take(&mut self.untold) => {
                step(&mut self.receiver)
            }
            other => other,
        }
    }
}

impl<X: Rx> Rx for Successor<X> {
    fn try_recv<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        let header = self.event(|receiver| {
            let event = receiver.try_recv(buffer)?;
            Ok(event.map(|message| message.header()))
        });
        Ok(header?.map(|header| Message::of(header, buffer)))
    }

    fn try_recv_frame<const N: usize>(
        &mut self,
        frame: &mut Frame<N>,
    ) -> Result<Event<()>, RecvError> {
        self.event(|receiver| receiver.try_recv_frame(frame))
    }

    fn latest<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Event<Message<'b>>, RecvError> {
        self.receiver.latest(buffer)
    }

    fn skip(&mut self) -> Result<Event<u64>, RecvError> {
        self.event(X::skip)
    }

    fn see(&mut self) -> Result<Came, Miss> {
        self.step(X::see)
    }

    fn parts(&mut self, parts: &[(usize, usize)], bytes: &mut [u8]) -> Result<Vec<bool>, Miss> {
        self.step(|receiver| receiver.parts(parts, bytes))
    }

    fn take_all(&mut self, limit: usize) -> (Vec<Came>, Result<(), Miss>) {
        let (mut came, result) = self.receiver.take_all(limit);
        match result {
            Err(Miss::SenderRestarted) if std::mem::take(&mut self.untold) => {
                let (more, result) = self.receiver.take_all(limit - came.len());
                came.extend(more);
                (came, result)
            }
            other => (came, other),
        }
    }

    fn take_if(&mut self, wanted: bool) -> Result<Result<Came, Came>, Miss> {
        self.step(|receiver| receiver.take_if(wanted))
    }

    fn next(&self) -> u64 {
        self.receiver.next()
    }
}
