//! One worker of a share. A message counts as handled when the worker says so, or asks for the next one.

use std::convert::Infallible;
use std::os::fd::{AsRawFd, RawFd};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use ramframe_host::share::{
    Message, MessageId as HostMessageId, Worker as HostWorker, WorkerError,
};
use ramframe_host::{Event, Limit};

use crate::call::{self, Patience};
use crate::place::{self, Trust};
use crate::share::MessageId;
use crate::shared::{Leave, Shared};
use crate::{errors, events};

/// A message as a worker gets it. `attempts` says how often a worker may have begun it before and did not finish.
#[pyclass(frozen, get_all, module = "ramframe")]
pub(crate) struct Job {
    payload: Py<PyBytes>,
    id: Py<MessageId>,
    attempts: u32,
}

#[pymethods]
impl Job {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("payload", "id", "attempts")
    }

    #[new]
    fn new(payload: Py<PyBytes>, id: Py<MessageId>, attempts: u32) -> Self {
        Self {
            payload,
            id,
            attempts,
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (payload, id) = (self.payload.bind(py).repr()?, self.id.bind(py).repr()?);
        let attempts = self.attempts;
        Ok(format!(
            "Job(payload={payload}, id={id}, attempts={attempts})"
        ))
    }
}

/// One worker of a share.
#[pyclass(subclass, frozen, module = "ramframe._native")]
pub(crate) struct Worker {
    shared: Shared<End>,
    number: u32,
}

#[derive(Debug)]
struct End {
    worker: HostWorker,
    /// The message that was handed out and is not done.
    begun: Option<HostMessageId>,
}

/// What a step finds: a message stays where it is.
type Found = Result<Event<(HostMessageId, u32, Vec<u8>)>, WorkerError>;

#[pymethods]
impl Worker {
    #[new]
    #[pyo3(signature = (base, *, timeout = None, spin = None, trust = None))]
    fn new(
        py: Python<'_>,
        base: &Bound<'_, PyAny>,
        timeout: Option<f64>,
        spin: Option<f64>,
        trust: Option<&Bound<'_, Trust>>,
    ) -> PyResult<Self> {
        let patience = Patience::new(timeout, &Default::default())?;
        let spin = spin.map(call::duration).transpose()?;
        let (base, trust) = (place::key(base)?, place::trust(trust));
        let mut worker = call::opened(py, &patience, |limit| {
            HostWorker::wait_open(base, &trust, limit)
        })?;
        worker.set_spin(spin);
        let number = worker.number();
        let end = End {
            worker,
            begun: None,
        };
        Ok(Self {
            shared: Shared::new(end, "worker"),
            number,
        })
    }

    /// The next message, or another event; None after `timeout` seconds without either.
    ///
    /// The message that was returned before counts as handled now. If this process dies before that, another worker gets it.
    #[pyo3(signature = (timeout = None))]
    fn recv(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Option<Py<PyAny>>> {
        let patience = self.shared.patience(timeout)?;
        let found = self.shared.work(py, &patience, |end| {
            end.done(py)?;
            let found = end.find(py, &patience)?;
            events::event(py, found, |(id, attempts, payload)| {
                let job = Job {
                    payload: PyBytes::new(py, &payload).unbind(),
                    id: Py::new(py, MessageId::from(id))?,
                    attempts,
                };
                events::object(py, job)
            })
        })?;
        match found.flatten() {
            None if self.shared.is_closing() => Err(self.shared.closed(py)),
            found => Ok(found),
        }
    }

    /// A descriptor for event loops, as that of a `Receiver`.
    fn fileno(&self, py: Python<'_>) -> PyResult<RawFd> {
        let found = self.shared.look(py, |end| {
            end.worker.as_fd().map(|descriptor| descriptor.as_raw_fd())
        })?;
        Ok(found?)
    }

    /// Says that the message that `recv` returned last is handled.
    fn done(&self, py: Python<'_>) -> PyResult<()> {
        self.shared.look(py, |end| end.done(py))?
    }

    /// The next message; the end of the iteration when the share has closed, or this worker was.
    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        loop {
            let found = match self.recv(py, None) {
                Err(error) if errors::is_end_closed(py, &error) => return Ok(None),
                found => found?,
            };
            if let Some(found) = found {
                let event = found.bind(py);
                if event.is_instance_of::<Job>() {
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

    /// The number of this worker's place.
    #[getter]
    fn number(&self) -> u32 {
        self.number
    }

    /// Whether this end was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.shared.is_closing()
    }

    /// Leaves in good order. A message that is not handled goes to another worker.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.shared.close(py)?.map_or(Ok(()), |end| end.leave(py))
    }
}

impl Drop for Worker {
    /// What nobody closed leaves in good order too.
    fn drop(&mut self) {
        if let Some(end) = self.shared.take() {
            end.worker.detach();
        }
    }
}

impl Leave for End {
    fn leave(self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.worker.detach());
        Ok(())
    }
}

impl End {
    /// Takes the message that was handed out.
    fn done(&mut self, py: Python<'_>) -> PyResult<()> {
        let Some(begun) = self.begun.take() else {
            return Ok(());
        };
        let taken = self.worker.recv_with(&Patience::none(), |message| {
            (message.id == begun).then_some(()).ok_or(())
        });
        match taken.map_err(|error| errors::worker(py, &error))? {
            Ok(Event::Message(())) => Ok(()),
            _ => Err(errors::not_done(py)),
        }
    }

    fn find(
        &mut self,
        py: Python<'_>,
        patience: &Patience,
    ) -> PyResult<Event<(HostMessageId, u32, Vec<u8>)>> {
        let mut found = step(&mut self.worker, patience.first().as_ref());
        if let Ok(Event::Nothing) = found {
            let worker = &mut self.worker;
            let later = patience.wait(py, |limit| match step(worker, Some(limit)) {
                Ok(Event::Nothing) => None,
                found => Some(found),
            })?;
            found = later.unwrap_or(Ok(Event::Nothing));
        }
        if let Ok(Event::Message((id, ..))) = &found {
            self.begun = Some(*id);
        }
        found.map_err(|error| errors::worker(py, &error))
    }
}

/// Looks at the next message, and refuses it: so it stays.
fn step(worker: &mut HostWorker, limit: Option<&Limit>) -> Found {
    let look = |message: Message<'_>| {
        Err::<Infallible, _>((message.id, message.attempts, message.payload.to_vec()))
    };
    let looked = match limit {
        Some(limit) => worker.recv_with(limit, look)?,
        None => worker.recv_now_with(look)?,
    };
    Ok(match looked {
        Ok(event) => event.map(|never| match never {}),
        Err(message) => Event::Message(message),
    })
}
