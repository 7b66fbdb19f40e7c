//! The receiving end.

mod end;

use std::os::fd::{AsRawFd, RawFd};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use ramframe_host::core::geometry::Geometry;
use ramframe_host::receiver::OwnedMessage;
use ramframe_host::{Event, Header, Message, Receiver as HostReceiver};

use crate::call::{self, Patience};
use crate::place::{self, Trust};
use crate::shared::{Leave, Shared};
use crate::{errors, events, hints, options};

pub(crate) use self::end::End;
use self::end::{headed, recv};

/// What a Python call returns: an event, or nothing until the limit.
type Answer = PyResult<Option<Py<PyAny>>>;

/// A channel that this process receives from.
#[pyclass(subclass, frozen, module = "ramframe._native")]
pub(crate) struct Receiver {
    shared: Shared<End>,
    geometry: Geometry,
    location: String,
    lagged: AtomicU64,
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
        let start = options::start(start)?;
        let mut receiver = call::opened(py, &patience, |limit| {
            HostReceiver::wait_open(location.clone(), start, &trust, limit)
        })?;
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
            location: location.to_string(),
            lagged: AtomicU64::new(0),
        })
    }

    /// Takes the next message, or finds another event; None after `timeout` seconds without either.
    ///
    /// The message counts as received when this returns.
    #[pyo3(signature = (timeout = None))]
    fn recv(&self, py: Python<'_>, timeout: Option<f64>) -> Answer {
        self.work(py, timeout, |end, patience| {
            let found = end.find(py, patience, |end, limit| {
                recv(&mut end.receiver, &mut end.buffer, limit)
            })?;
            self.tell(py, found, |header| events::message(py, header, &end.buffer))
        })
    }

    /// As `recv`, with one copy: straight from the shared memory into `buffer`, which must be writable and contiguous.
    #[pyo3(signature = (buffer, timeout = None))]
    fn recv_into(&self, py: Python<'_>, buffer: &Bound<'_, PyAny>, timeout: Option<f64>) -> Answer {
        let buffer = PyUntypedBuffer::get(buffer)?;
        self.work(py, timeout, |end, patience| {
            let found = end.find_into(py, patience, &buffer)?;
            self.tell(py, found, |header| events::header(py, header))
        })
    }

    /// As `recv`, and the message counts as received when `handle` has returned.
    ///
    /// If `handle` raises, or this process dies in it, the message is still there: for this receiver or, under backpressure, for
    /// the next one in its place.
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

    /// The newest message, again and again until there is a newer one; None if there is none.
    ///
    /// Under backpressure this receives all that are there, so that the sender goes on.
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

    /// How many messages this receiver missed, of which it was told.
    #[getter]
    fn lagged(&self) -> u64 {
        self.lagged.load(Relaxed)
    }

    /// A descriptor for selectors, poll and event loops: readable while there may be something to receive.
    ///
    /// Then call `recv(0)` until it returns None. Never read or close it. It is closed with the receiver.
    fn fileno(&self, py: Python<'_>) -> PyResult<RawFd> {
        let found = self.shared.look(py, |end| {
            end.receiver
                .as_fd()
                .map(|descriptor| descriptor.as_raw_fd())
        })?;
        Ok(found?)
    }

    /// Whether a process is the sender; None if that cannot be known.
    fn has_sender(&self, py: Python<'_>) -> PyResult<Option<bool>> {
        self.shared.look(py, |end| end.receiver.has_sender())
    }

    /// Sequence of the next message.
    #[getter]
    fn next_sequence(&self, py: Python<'_>) -> PyResult<u64> {
        self.shared.look(py, |end| end.receiver.next_sequence())
    }

    /// What happens if a receiver is slow.
    #[getter]
    fn policy(&self) -> &'static str {
        hints::policy(self.geometry.overflow())
    }

    /// How many messages the channel holds.
    #[getter]
    fn slots(&self) -> u32 {
        self.geometry.slots()
    }

    /// The longest message, in bytes.
    #[getter]
    fn capacity(&self) -> u32 {
        self.geometry.capacity()
    }

    /// Whether this end was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.shared.is_closing()
    }

    /// Leaves in good order: under backpressure, what was not received waits for the next receiver.
    ///
    /// Calls that wait in other threads end with `EndClosed`.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(end) = self.shared.close(py)? {
            end.leave(py)?;
        }
        Ok(())
    }

    fn __repr__(&self) -> String {
        let (policy, slots, capacity) = (self.policy(), self.slots(), self.capacity());
        let location = &self.location;
        format!("<ramframe.Receiver {location}, {policy}, {slots} slots of {capacity} bytes>")
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
