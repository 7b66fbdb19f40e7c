//! The receiving end.

use std::os::fd::{AsRawFd, RawFd};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use ramframe_host::core::geometry::Geometry;
use ramframe_host::receiver::OwnedMessage;
use ramframe_host::{
    Event, Header, Limit, Location, Message, Receiver as HostReceiver, RecvError, Start,
    Trust as HostTrust,
};

use crate::call::{self, Patience};
use crate::place::{self, Trust};
use crate::shared::{Leave, Shared};
use crate::{errors, events, hints, options, sys};

/// What a Python call returns: an event, or nothing until the limit.
type Answer = PyResult<Option<Py<PyAny>>>;

/// What a step of the library finds, and what became of the message.
type Found<M> = Result<Event<M>, RecvError>;

/// A channel that this process receives from.
#[pyclass(subclass, frozen, module = "ramframe._native")]
pub(crate) struct Receiver {
    shared: Shared<End>,
    geometry: Geometry,
    lagged: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct End {
    pub(crate) receiver: HostReceiver,
    pub(crate) buffer: Vec<u8>,
    /// The newest message, for who asks for that again and again.
    pub(crate) newest: Vec<u8>,
}

#[pymethods]
impl Receiver {
    #[new]
    #[pyo3(signature = (location, *, start = "oldest", timeout = None, spin = None, trust = None))]
    fn new(
        py: Python<'_>,
        location: &Bound<'_, PyAny>,
        start: &str,
        timeout: Option<f64>,
        spin: Option<f64>,
        trust: Option<&Bound<'_, Trust>>,
    ) -> PyResult<Self> {
        let patience = Patience::new(timeout, &Default::default())?;
        let spin = spin.map(call::duration).transpose()?;
        let (location, trust) = (place::location(location)?, place::trust(trust));
        let mut receiver = open(py, &location, options::start(start)?, &trust, &patience)?;
        receiver.set_spin(spin);
        let geometry = *receiver.geometry();
        let buffer = vec![0; geometry.capacity() as usize];
        let end = End {
            receiver,
            buffer,
            newest: Vec::new(),
        };
        Ok(Self {
            shared: Shared::new(end, "receiver"),
            geometry,
            lagged: AtomicU64::new(0),
        })
    }

    /// Takes the next message.
    #[pyo3(signature = (timeout = None))]
    fn recv(&self, py: Python<'_>, timeout: Option<f64>) -> Answer {
        self.work(py, timeout, |end, patience| {
            let found = end.find(py, patience, |end, limit| {
                recv(&mut end.receiver, &mut end.buffer, limit)
            })?;
            self.tell(py, found, |header| events::message(py, header, &end.buffer))
        })
    }

    /// Takes the next message into the caller's buffer.
    #[pyo3(signature = (buffer, timeout = None))]
    fn recv_into(&self, py: Python<'_>, buffer: &Bound<'_, PyAny>, timeout: Option<f64>) -> Answer {
        let buffer = PyUntypedBuffer::get(buffer)?;
        self.work(py, timeout, |end, patience| {
            let found = end.find_into(py, patience, &buffer)?;
            self.tell(py, found, |header| events::header(py, header))
        })
    }

    /// Hands the next message to `handle`, and takes it when that has returned.
    #[pyo3(signature = (handle, timeout = None))]
    fn recv_with(&self, py: Python<'_>, handle: Py<PyAny>, timeout: Option<f64>) -> Answer {
        self.work(py, timeout, |end, patience| {
            let take = |message: Message<'_>| {
                Python::attach(|py| {
                    let header = message.header();
                    let object = events::message(py, header, message.payload)?;
                    handle.call1(py, (object.clone_ref(py),))?;
                    Ok(object)
                })
            };
            let found = end.find(py, patience, |end, limit| {
                let End {
                    receiver, buffer, ..
                } = end;
                let handled = match limit {
                    Some(limit) => receiver.recv_with(buffer, limit, take),
                    None => receiver.recv_now_with(buffer, take),
                };
                Ok(match handled? {
                    Ok(event) => event.map(Ok),
                    Err(error) => Event::Message(Err(error)),
                })
            })?;
            self.tell(py, found, |handled: PyResult<_>| handled)
        })
    }

    /// The newest message.
    fn latest(&self, py: Python<'_>) -> Answer {
        let capacity = self.geometry.capacity() as usize;
        self.work(py, Some(0.0), |end, _| {
            end.newest.resize(capacity, 0);
            let found = end.receiver.latest(&mut end.newest).map(headed);
            let found = found.map_err(|error| errors::recv(py, &error))?;
            self.tell(py, found, |header| events::message(py, header, &end.newest))
        })
    }

    /// The next message; the end of the iteration when the sender has closed, or this end was.
    fn __next__(&self, py: Python<'_>) -> Answer {
        loop {
            let found = match self.recv(py, None) {
                Err(error) if errors::is_end_closed(py, &error) => return Ok(None),
                found => found?,
            };
            if let Some(found) = found {
                let event = found.bind(py);
                if event.is_instance_of::<events::Message>() {
                    return Ok(Some(found));
                }
                if events::is_end(event) {
                    return Ok(None);
                }
            }
        }
    }

    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    /// How many messages this receiver knows that it missed.
    #[getter]
    fn lagged(&self) -> u64 {
        self.lagged.load(Relaxed)
    }

    /// A descriptor to wait by.
    fn fileno(&self, py: Python<'_>) -> PyResult<RawFd> {
        let found = self.shared.look(py, |end| {
            end.receiver
                .as_fd()
                .map(|descriptor| descriptor.as_raw_fd())
        })?;
        Ok(found?)
    }

    /// Whether a process holds the sender's place; `None` if that cannot be known.
    fn has_sender(&self, py: Python<'_>) -> PyResult<Option<bool>> {
        self.shared.look(py, |end| end.receiver.has_sender())
    }

    /// Sequence of the next message.
    #[getter]
    fn next_sequence(&self, py: Python<'_>) -> PyResult<u64> {
        self.shared.look(py, |end| end.receiver.next_sequence())
    }

    #[getter]
    fn policy(&self) -> &'static str {
        hints::policy(self.geometry.overflow())
    }

    #[getter]
    fn slots(&self) -> u32 {
        self.geometry.slots()
    }

    #[getter]
    fn capacity(&self) -> u32 {
        self.geometry.capacity()
    }

    #[getter]
    fn closed(&self) -> bool {
        self.shared.is_closing()
    }

    /// Leaves in good order.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(end) = self.shared.close(py)? {
            end.leave(py)?;
        }
        Ok(())
    }

    fn __repr__(&self) -> String {
        let (policy, slots, capacity) = (self.policy(), self.slots(), self.capacity());
        format!("<ramframe.Receiver {policy}, {slots} slots of {capacity} bytes>")
    }
}

impl Receiver {
    fn work(
        &self,
        py: Python<'_>,
        timeout: Option<f64>,
        work: impl FnOnce(&mut End, &Patience) -> Answer,
    ) -> Answer {
        let patience = self.shared.patience(timeout)?;
        let done = self
            .shared
            .work(py, &patience, |end| work(end, &patience))?;
        match done.flatten() {
            None if self.shared.is_closing() => Err(self.shared.closed(py)),
            found => Ok(found),
        }
    }

    /// What was found, for Python.
    fn tell<M>(
        &self,
        py: Python<'_>,
        found: Event<M>,
        message: impl FnOnce(M) -> PyResult<Py<PyAny>>,
    ) -> Answer {
        if let Event::Lagged(count) = found {
            self.lagged.fetch_add(count, Relaxed);
        }
        events::event(py, found, message)
    }
}

impl Receiver {
    /// Gives the end to a `Select`.
    pub(crate) fn lend(&self, py: Python<'_>) -> PyResult<End> {
        self.shared.lend(py)
    }

    /// Takes the end back.
    pub(crate) fn take_back(&self, end: End) {
        self.shared.take_back(end);
    }

    /// What a `Select` found, for Python.
    pub(crate) fn told(&self, py: Python<'_>, found: Event<OwnedMessage>) -> Answer {
        self.tell(py, found, |message| {
            let header = Header {
                sequence: message.sequence,
                epoch: message.epoch,
                len: message.payload.len(),
            };
            events::message(py, header, &message.payload)
        })
    }
}

impl Drop for Receiver {
    /// What nobody closed leaves in good order too.
    fn drop(&mut self) {
        if let Some(end) = self.shared.take() {
            end.receiver.detach();
        }
    }
}

impl Leave for End {
    fn leave(self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.receiver.detach());
        Ok(())
    }
}

impl End {
    /// Repeats `step` until it finds something, or the time is over. The first step does not give up the interpreter.
    fn find<M: Send>(
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
    fn find_into(
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
fn recv(receiver: &mut HostReceiver, buffer: &mut [u8], limit: Option<&Limit>) -> Found<Header> {
    let found = match limit {
        Some(limit) => receiver.recv(buffer, limit),
        None => receiver.recv_now(buffer),
    };
    found.map(headed)
}

/// Leaves the payload where it is.
fn headed(event: Event<Message<'_>>) -> Event<Header> {
    event.map(|message| message.header())
}

/// Waits for a channel that has or gets a sender. Looks once at least.
fn open(
    py: Python<'_>,
    location: &Location,
    start: Start,
    trust: &HostTrust,
    patience: &Patience,
) -> PyResult<HostReceiver> {
    let attempt = |limit: &Limit| HostReceiver::wait_open(location.clone(), start, trust, limit);
    let mut opened = py.detach(|| attempt(&Patience::none()));
    if matches!(&opened, Err(error) if call::may_come(error)) {
        let later = patience.wait(py, |limit| match attempt(limit) {
            Err(error) if call::may_come(&error) => None,
            opened => Some(opened),
        })?;
        opened = later.unwrap_or(opened);
    }
    opened.map_err(|error| errors::open(py, &error))
}
