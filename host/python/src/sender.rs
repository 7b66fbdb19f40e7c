//! The sending end.

use std::collections::BTreeMap;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use ramframe_host::core::geometry::{Geometry, Overflow};
use ramframe_host::{ChannelOptions, Limit, SendError, Sender as HostSender};

use crate::call::{self, Patience};
use crate::options::{self, Wanted};
use crate::place::{self, Trust};
use crate::shared::{Leave, Shared};
use crate::{errors, hints, sys};

/// A channel that this process sends on.
#[pyclass(subclass, frozen, module = "ramframe._native")]
pub(crate) struct Sender {
    shared: Shared<End>,
    geometry: Geometry,
    location: String,
}

#[derive(Debug)]
struct End {
    sender: HostSender,
    /// This end has sent something.
    has_sent: bool,
}

#[pymethods]
impl Sender {
    #[new]
    #[pyo3(signature = (location, policy, *, receivers = 1, slots = None, slot = None, size = None, mode = 0o600, fresh = false,
        reclaim_after = None, spin = None, trust = None))]
    #[allow(clippy::too_many_arguments, reason = "Python names them")]
    fn new(
        py: Python<'_>,
        location: &Bound<'_, PyAny>,
        policy: &str,
        receivers: u32,
        slots: Option<u32>,
        slot: Option<u32>,
        size: Option<usize>,
        mode: u32,
        fresh: bool,
        reclaim_after: Option<f64>,
        spin: Option<f64>,
        trust: Option<&Bound<'_, Trust>>,
    ) -> PyResult<Self> {
        let wanted = Wanted {
            slots,
            slot,
            size,
            mode,
            fresh,
        };
        let options = ChannelOptions {
            dead_receivers: options::dead_receivers(reclaim_after)?,
            ..options::options(options::policy(policy, receivers)?, &wanted)
        };
        let spin = spin.map(call::duration).transpose()?;
        let (location, trust) = (place::location(location)?, place::trust(trust));
        let opened = py.detach(|| HostSender::open(location, &options, &trust));
        let mut sender = opened.map_err(|error| errors::open(py, &error))?;
        sender.set_spin(spin);
        Ok(Self {
            geometry: *sender.geometry(),
            location: sender.location().to_string(),
            shared: Shared::new(
                End {
                    sender,
                    has_sent: false,
                },
                "sender",
            ),
        })
    }

    /// Sends one message and returns its sequence. Under backpressure it waits for room, at most `timeout` seconds.
    #[pyo3(signature = (message, timeout = None))]
    fn send(
        &self,
        py: Python<'_>,
        message: &Bound<'_, PyAny>,
        timeout: Option<f64>,
    ) -> PyResult<u64> {
        let patience = self.shared.patience(timeout)?;
        self.work(py, &patience, |end| end.send(py, message, &patience))
    }

    /// Waits until every receiver has received everything. Under overwrite nobody waits for receivers.
    #[pyo3(signature = (timeout = None))]
    fn drain(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<()> {
        let patience = self.shared.patience(timeout)?;
        self.work(py, &patience, |end| end.drain(py, &patience))
    }

    /// Wakes the receivers, before this program does something else for a while.
    ///
    /// Receivers of a fast overwrite sender may otherwise sleep up to 100 ms longer.
    fn notify(&self, py: Python<'_>) -> PyResult<()> {
        self.shared.look(py, |end| end.sender.notify())
    }

    /// How many messages each receiver that is behind has not received; None if its word makes no sense.
    fn pending(&self, py: Python<'_>) -> PyResult<BTreeMap<u32, Option<u32>>> {
        self.shared.look(py, |end| end.sender.pending().collect())
    }

    /// How many messages were dropped for each receiver that died.
    fn dropped(&self, py: Python<'_>) -> PyResult<BTreeMap<u32, u64>> {
        self.shared.look(py, |end| {
            let dropped = end.sender.dropped();
            dropped
                .map(|(receiver, dropped)| (receiver, dropped.total))
                .collect()
        })
    }

    /// How many receivers a backpressure channel has now.
    fn attached(&self, py: Python<'_>) -> PyResult<u32> {
        self.shared.look(py, |end| {
            let receivers = 0..end.sender.geometry().receivers();
            let attached = receivers.filter(|&receiver| !end.sender.is_vacant(receiver));
            u32::try_from(attached.count()).unwrap_or(u32::MAX)
        })
    }

    /// Sequence of the next message.
    #[getter]
    fn next_sequence(&self, py: Python<'_>) -> PyResult<u64> {
        self.shared.look(py, |end| end.sender.next_sequence())
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

    /// How many receivers a backpressure channel is made for.
    #[getter]
    fn receivers(&self) -> u32 {
        self.geometry.receivers()
    }

    /// Whether this end was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.shared.is_closing()
    }

    /// Waits until everything was received, at most `timeout` seconds, closes, and removes the channel.
    ///
    /// What was not received in time stays for the next receiver, and `TimedOut` says so. With `keep` this does not wait, and the
    /// channel stays with all its messages. Calls that wait in other threads end with `EndClosed`.
    #[pyo3(signature = (timeout = None, *, keep = false))]
    fn close(&self, py: Python<'_>, timeout: Option<f64>, keep: bool) -> PyResult<()> {
        let patience = Patience::new(timeout, &Default::default())?;
        match self.shared.close(py)? {
            None => Ok(()),
            Some(end) if keep => left(py, py.detach(|| end.sender.close_keeping())),
            Some(end) => end.close(py, &patience),
        }
    }

    /// Ends as if this process were killed: receivers do not learn that this was the end. Removes the channel, or keeps it.
    #[pyo3(signature = (*, keep = false))]
    fn abandon(&self, py: Python<'_>, keep: bool) -> PyResult<()> {
        let Some(End { sender, .. }) = self.shared.close(py)? else {
            return Ok(());
        };
        let abandoned = py.detach(|| match keep {
            true => sender.abandon_keeping(),
            false => sender.abandon(),
        });
        left(py, abandoned)
    }

    fn __repr__(&self) -> String {
        let (policy, slots, capacity) = (self.policy(), self.slots(), self.capacity());
        let location = &self.location;
        format!("<ramframe.Sender {location}, {policy}, {slots} slots of {capacity} bytes>")
    }
}

impl Sender {
    fn work<T>(
        &self,
        py: Python<'_>,
        patience: &Patience,
        work: impl FnOnce(&mut End) -> PyResult<T>,
    ) -> PyResult<T> {
        let done = self.shared.work(py, patience, work)?;
        done.ok_or_else(|| errors::busy(py, "sender"))
    }
}

impl Leave for End {
    fn leave(mut self, py: Python<'_>) -> PyResult<()> {
        match self.sender.drain(&Patience::none()) {
            Ok(()) => left(py, py.detach(|| self.sender.close())),
            Err(_) => left(py, py.detach(|| self.sender.close_keeping())),
        }
    }
}

impl End {
    fn send(
        &mut self,
        py: Python<'_>,
        message: &Bound<'_, PyAny>,
        patience: &Patience,
    ) -> PyResult<u64> {
        if let Ok(bytes) = message.cast::<PyBytes>() {
            let bytes = bytes.as_bytes();
            let sent = self.attempt(bytes, &Patience::none());
            return self.sent(py, sent, bytes, patience);
        }
        let buffer = PyUntypedBuffer::get(message)?;
        let sent = sys::with(py, &buffer, |bytes| self.attempt(bytes, &Patience::none()))?;
        if !matches!(&sent, Err(error) if is_late(error)) {
            return self.sent(py, sent, &[], patience);
        }
        // Others may change the buffer while this thread waits.
        let bytes = sys::with(py, &buffer, <[u8]>::to_vec)?;
        self.sent(py, sent, &bytes, patience)
    }

    fn attempt(&mut self, message: &[u8], limit: &Limit) -> Result<u64, SendError> {
        self.sender.send(message, limit)
    }

    /// Waits for room if there was none.
    fn sent(
        &mut self,
        py: Python<'_>,
        mut sent: Result<u64, SendError>,
        message: &[u8],
        patience: &Patience,
    ) -> PyResult<u64> {
        if let Err(error) = &sent
            && is_late(error)
        {
            let again = patience.wait(py, |limit| timely(self.attempt(message, limit)))?;
            sent = again.unwrap_or(sent);
        }
        self.has_sent |= sent.is_ok();
        sent.map_err(|error| errors::send(py, &error))
    }

    fn drain(&mut self, py: Python<'_>, patience: &Patience) -> PyResult<()> {
        let drained = self.drained(py, patience)?;
        drained.map_err(|error| errors::send(py, &error))
    }

    fn drained(&mut self, py: Python<'_>, patience: &Patience) -> PyResult<Result<(), SendError>> {
        let mut drained = self.sender.drain(&Patience::none());
        if matches!(&drained, Err(error) if is_late(error)) {
            let again = patience.wait(py, |limit| timely(self.sender.drain(limit)))?;
            drained = again.unwrap_or(drained);
        }
        Ok(drained)
    }

    fn close(mut self, py: Python<'_>, patience: &Patience) -> PyResult<()> {
        match self.drained(py, patience) {
            Ok(Ok(())) => self.close_drained(py),
            // It is another one's channel by now, or a parent's: it is left as it is.
            Ok(Err(SendError::Lost | SendError::NotRegained(_))) => {
                left(py, py.detach(|| self.sender.close()))
            }
            drained => {
                // What was not received stays for a receiver to come.
                left(py, py.detach(|| self.sender.close_keeping()))?;
                drained?.map_err(|error| errors::send(py, &error))
            }
        }
    }

    /// A receiver of an overwrite channel that is just coming gets a moment to find it.
    fn close_drained(self, py: Python<'_>) -> PyResult<()> {
        let Self {
            mut sender,
            has_sent,
        } = self;
        let is_overwrite = sender.geometry().overflow() == Overflow::Overwrite;
        let lingers = has_sent && is_overwrite && !sender.is_watched();
        let closed = py.detach(|| {
            if lingers {
                sender.linger(&Limit::NEVER);
            }
            sender.close()
        });
        left(py, closed)
    }
}

pub(crate) fn left(py: Python<'_>, left: Result<(), ramframe_host::Error>) -> PyResult<()> {
    left.map_err(|error| errors::open(py, &error))
}

fn is_late(error: &SendError) -> bool {
    matches!(
        error,
        SendError::TimedOut { .. } | SendError::Stopped { .. } | SendError::Full { .. }
    )
}

/// The answer, unless there was no time for one.
fn timely<T>(done: Result<T, SendError>) -> Option<Result<T, SendError>> {
    match done {
        Err(error) if is_late(&error) => None,
        done => Some(done),
    }
}
