//! One sender whose messages go to many workers.

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use ramframe_host::share::{MessageId as HostMessageId, Share as HostShare, ShareError};
use ramframe_host::{ChannelOptions, Limit, SendError};

use crate::call::Patience;
use crate::options::{self, Wanted};
use crate::place::{self, Trust};
use crate::sender::left;
use crate::shared::{Leave, Shared};
use crate::{errors, sys};

/// Which message of a share this is. It stays the same when the message goes to another worker, or comes again.
#[pyclass(frozen, eq, ord, hash, get_all, module = "ramframe")]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MessageId {
    worker: u16,
    generation: u32,
    epoch: u32,
    sequence: u64,
}

#[pymethods]
impl MessageId {
    #[new]
    fn new(worker: u16, generation: u32, epoch: u32, sequence: u64) -> Self {
        Self {
            worker,
            generation,
            epoch,
            sequence,
        }
    }

    fn __repr__(&self) -> String {
        let Self {
            worker,
            generation,
            epoch,
            sequence,
        } = self;
        format!(
            "MessageId(worker={worker}, generation={generation}, epoch={epoch}, sequence={sequence})"
        )
    }
}

impl From<HostMessageId> for MessageId {
    fn from(id: HostMessageId) -> Self {
        Self::new(id.worker, id.generation, id.epoch, id.sequence)
    }
}

/// One sender of messages for many workers.
#[pyclass(subclass, frozen, module = "ramframe._native")]
pub(crate) struct Share {
    shared: Shared<End>,
}

#[derive(Debug)]
struct End(HostShare);

#[pymethods]
impl Share {
    #[new]
    #[pyo3(signature = (base, workers, *, slots = None, slot = None, size = None, mode = 0o600, fresh = false, trust = None))]
    #[allow(clippy::too_many_arguments, reason = "Python names them")]
    fn new(
        py: Python<'_>,
        base: &Bound<'_, PyAny>,
        workers: u32,
        slots: Option<u32>,
        slot: Option<u32>,
        size: Option<usize>,
        mode: u32,
        fresh: bool,
        trust: Option<&Bound<'_, Trust>>,
    ) -> PyResult<Self> {
        let wanted = Wanted {
            slots,
            slot,
            size,
            mode,
            fresh,
        };
        let options = options::options(ChannelOptions::backpressure(1), &wanted);
        let (base, trust) = (place::key(base)?, place::trust(trust));
        let share = py.detach(|| HostShare::open(base, workers, &options, &trust));
        let share = share.map_err(|error| errors::open(py, &error))?;
        Ok(Self {
            shared: Shared::new(End(share), "share"),
        })
    }

    /// Sends one message to the worker that has the fewest. Waits for a worker with room, at most `timeout` seconds.
    #[pyo3(signature = (message, timeout = None))]
    fn send(
        &self,
        py: Python<'_>,
        message: &Bound<'_, PyAny>,
        timeout: Option<f64>,
    ) -> PyResult<MessageId> {
        let buffer = PyUntypedBuffer::get(message)?;
        let patience = self.shared.patience(timeout)?;
        self.work(py, &patience, |end| {
            let sent = sys::with(py, &buffer, |bytes| end.0.send(bytes, &Patience::none()))?;
            if !matches!(&sent, Err(error) if is_late(error)) {
                return Ok(sent.map_err(|error| errors::share(py, &error))?.into());
            }
            // Others may change the buffer while this thread waits.
            let bytes = sys::with(py, &buffer, <[u8]>::to_vec)?;
            let sent = end.repeat(py, &patience, |share, limit| share.send(&bytes, limit))?;
            Ok(sent.map_err(|error| errors::share(py, &error))?.into())
        })
    }

    /// Waits until workers have handled everything. Messages of workers that are gone go to the others.
    #[pyo3(signature = (timeout = None))]
    fn drain(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<()> {
        let patience = self.shared.patience(timeout)?;
        self.work(py, &patience, |end| end.drain(py, &patience))
    }

    /// Moves the messages of workers that are gone to the others, and says whether none are left to be moved.
    ///
    /// `send` and `drain` do so too. A program that does neither for a while should call this now and then.
    fn redistribute(&self, py: Python<'_>) -> PyResult<bool> {
        let moved = self.shared.look(py, |end| end.0.redistribute())?;
        match moved {
            Ok(()) => Ok(true),
            Err(ShareError::Full | ShareError::NoWorker) => Ok(false),
            Err(error) => Err(errors::share(py, &error)),
        }
    }

    /// How many workers it has places for.
    #[getter]
    fn places(&self, py: Python<'_>) -> PyResult<u32> {
        self.shared.look(py, |end| end.0.places())
    }

    /// How many workers are there. One that was killed counts for some 20 ms more.
    #[getter]
    fn workers(&self, py: Python<'_>) -> PyResult<u32> {
        self.shared.look(py, |end| end.0.workers())
    }

    /// How many messages were not handled.
    #[getter]
    fn pending(&self, py: Python<'_>) -> PyResult<u64> {
        self.shared.look(py, |end| end.0.pending())
    }

    /// How many messages of workers that were gone went to others.
    #[getter]
    fn moved(&self, py: Python<'_>) -> PyResult<u64> {
        self.shared.look(py, |end| end.0.moved())
    }

    /// The longest message, in bytes.
    #[getter]
    fn capacity(&self, py: Python<'_>) -> PyResult<u32> {
        self.shared.look(py, |end| end.0.capacity())
    }

    /// Whether this end was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.shared.is_closing()
    }

    /// Waits until everything was handled, at most `timeout` seconds, closes, and removes the channels.
    ///
    /// What was not handled in time stays for workers to come, and `TimedOut` says so. With `keep` this does not wait, and the
    /// channels stay with all their messages.
    #[pyo3(signature = (timeout = None, *, keep = false))]
    fn close(&self, py: Python<'_>, timeout: Option<f64>, keep: bool) -> PyResult<()> {
        let patience = Patience::new(timeout, &Default::default())?;
        let Some(mut end) = self.shared.close(py)? else {
            return Ok(());
        };
        if keep {
            return left(py, py.detach(|| end.0.close_keeping()));
        }
        match end.repeat(py, &patience, HostShare::drain) {
            // Also where it is another one's share by now, or a parent's: it is left as it is.
            Ok(
                Ok(())
                | Err(ShareError::Place {
                    source: SendError::Lost | SendError::NotRegained(_),
                    ..
                }),
            ) => left(py, py.detach(|| end.0.close())),
            drained => {
                // What was not handled stays for workers to come.
                left(py, py.detach(|| end.0.close_keeping()))?;
                drained?.map_err(|error| errors::share(py, &error))
            }
        }
    }

    /// Ends as if this process were killed: workers do not learn that this was the end. Removes the channels, or keeps them.
    #[pyo3(signature = (*, keep = false))]
    fn abandon(&self, py: Python<'_>, keep: bool) -> PyResult<()> {
        let Some(End(share)) = self.shared.close(py)? else {
            return Ok(());
        };
        let abandoned = py.detach(|| match keep {
            true => share.abandon_keeping(),
            false => share.abandon(),
        });
        left(py, abandoned)
    }
}

impl Share {
    fn work<T>(
        &self,
        py: Python<'_>,
        patience: &Patience,
        work: impl FnOnce(&mut End) -> PyResult<T>,
    ) -> PyResult<T> {
        let done = self.shared.work(py, patience, work)?;
        done.ok_or_else(|| errors::busy(py, "share"))
    }
}

impl Leave for End {
    fn leave(mut self, py: Python<'_>) -> PyResult<()> {
        match self.0.drain(&Patience::none()) {
            Ok(()) => left(py, py.detach(|| self.0.close())),
            Err(_) => left(py, py.detach(|| self.0.close_keeping())),
        }
    }
}

impl End {
    fn drain(&mut self, py: Python<'_>, patience: &Patience) -> PyResult<()> {
        let drained = self.repeat(py, patience, HostShare::drain)?;
        drained.map_err(|error| errors::share(py, &error))
    }

    /// Repeats `step` until there was time enough.
    fn repeat<T: Send>(
        &mut self,
        py: Python<'_>,
        patience: &Patience,
        mut step: impl FnMut(&mut HostShare, &Limit) -> Result<T, ShareError> + Send,
    ) -> PyResult<Result<T, ShareError>> {
        let mut done = step(&mut self.0, &Patience::none());
        if matches!(&done, Err(error) if is_late(error)) {
            let later = patience.wait(py, |limit| match step(&mut self.0, limit) {
                Err(error) if is_late(&error) => None,
                done => Some(done),
            })?;
            done = later.unwrap_or(done);
        }
        Ok(done)
    }
}

fn is_late(error: &ShareError) -> bool {
    matches!(
        error,
        ShareError::TimedOut { .. }
            | ShareError::Stopped { .. }
            | ShareError::Full
            | ShareError::NoWorker
    )
}
