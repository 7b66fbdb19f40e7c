//! A receiver on an aged channel that keeps to itself that the aged channel had a sender before the bench's first.

use ramframe_core::channel::RecvError;
use ramframe_core::frame::{Frame, Header};

use super::{Came, Rx};

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

    /// A step, and another one if that only tells of the bench's first sender.
    fn step<T>(
        &mut self,
        mut step: impl FnMut(&mut X) -> Result<T, RecvError>,
    ) -> Result<T, RecvError> {
        match step(&mut self.receiver) {
            Err(RecvError::SenderRestarted) if std::mem::take(&mut self.untold) => {
                step(&mut self.receiver)
            }
            other => other,
        }
    }
}

impl<X: Rx> Rx for Successor<X> {
    fn recv(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        self.step(|receiver| receiver.recv(buffer))
    }

    fn recv_frame<const N: usize>(&mut self, frame: &mut Frame<N>) -> Result<(), RecvError> {
        self.step(|receiver| receiver.recv_frame(frame))
    }

    fn latest(&mut self, buffer: &mut [u8]) -> Result<Header, RecvError> {
        self.receiver.latest(buffer)
    }

    fn skip(&mut self) -> Result<u64, RecvError> {
        self.step(X::skip)
    }

    fn see(&mut self) -> Result<Came, RecvError> {
        self.step(X::see)
    }

    fn parts(
        &mut self,
        parts: &[(usize, usize)],
        bytes: &mut [u8],
    ) -> Result<Vec<bool>, RecvError> {
        self.step(|receiver| receiver.parts(parts, bytes))
    }

    fn take_all(&mut self, limit: usize) -> (Vec<Came>, Result<(), RecvError>) {
        let (mut came, result) = self.receiver.take_all(limit);
        match result {
            Err(RecvError::SenderRestarted) if std::mem::take(&mut self.untold) => {
                let (more, result) = self.receiver.take_all(limit - came.len());
                came.extend(more);
                (came, result)
            }
            other => (came, other),
        }
    }

    fn take_if(&mut self, wanted: bool) -> Result<Result<Came, Came>, RecvError> {
        self.step(|receiver| receiver.take_if(wanted))
    }

    fn next(&self) -> u64 {
        self.receiver.next()
    }
}
