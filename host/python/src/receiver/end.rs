//! The end itself: how it waits for what it finds.

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use ramframe_host::{Event, Header, Limit, Message, Receiver as HostReceiver, RecvError};

use crate::call::Patience;
use crate::shared::Leave;
use crate::{errors, sys};

/// What a step of the library finds, and what became of the message.
type Found<M> = Result<Event<M>, RecvError>;

#[derive(Debug)]
pub(crate) struct End {
    pub(crate) receiver: HostReceiver,
    pub(crate) buffer: Vec<u8>,
    /// The newest message, for who asks for that again and again.
    pub(crate) newest: Vec<u8>,
}

impl Leave for End {
    fn leave(self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.receiver.detach());
        Ok(())
    }
}

impl End {
    /// Repeats `step` until it finds something, or the time is over. The first step does not give up the interpreter.
    pub(super) fn find<M: Send>(
        &mut self,
        py: Python<'_>,
        patience: &Patience,
        mut step: impl FnMut(&mut Self, Option<&Limit>) -> Found<M> + Send,
    ) -> PyResult<Event<M>> {
        let mut found = step(self, patience.first().as_ref());
        if let Ok(Event::Nothing) = found {
            let later = patience.wait(py, |limit| something(step(self, Some(limit))))?;
            found = later.unwrap_or(Ok(Event::Nothing));
        }
        found.map_err(|error| errors::recv(py, &error))
    }

    /// The same, with the caller's buffer. Only who has the interpreter touches that, so the waiting is without it.
    pub(super) fn find_into(
        &mut self,
        py: Python<'_>,
        patience: &Patience,
        buffer: &PyUntypedBuffer,
    ) -> PyResult<Event<Header>> {
        loop {
            let found = sys::with_mut(py, buffer, |bytes| {
                recv(&mut self.receiver, bytes, patience.first().as_ref())
            })?;
            if !matches!(found, Ok(Event::Nothing)) {
                return found.map_err(|error| errors::recv(py, &error));
            }
            let receiver = &mut self.receiver;
            let waited = patience.wait(py, |limit| {
                // A message with a payload does not fit here, and stays.
                something(recv(receiver, &mut [], Some(limit)))
            })?;
            match waited {
                None => return Ok(Event::Nothing),
                Some(Err(RecvError::BufferTooSmall { .. })) => {}
                Some(found) => return found.map_err(|error| errors::recv(py, &error)),
            }
        }
    }
}

/// A step that found something.
fn something<M>(found: Found<M>) -> Option<Found<M>> {
    match found {
        Ok(Event::Nothing) => None,
        found => Some(found),
    }
}

/// Takes the next message into `buffer`. Without a limit it looks around as a program must that never waits.
pub(super) fn recv(
    receiver: &mut HostReceiver,
    buffer: &mut [u8],
    limit: Option<&Limit>,
) -> Found<Header> {
    let found = match limit {
        Some(limit) => receiver.recv(buffer, limit),
        None => receiver.recv_now(buffer),
    };
    found.map(headed)
}

/// Leaves the payload where it is.
pub(super) fn headed(event: Event<Message<'_>>) -> Event<Header> {
    event.map(|message| message.header())
}
