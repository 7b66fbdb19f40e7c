//! Many receivers, and one call that waits for any of them.

use std::collections::BTreeMap;

use pyo3::prelude::*;
use ramframe_host::receiver::OwnedMessage;
use ramframe_host::select::{Select as HostSelect, Token};
use ramframe_host::{Event, Limit, RecvError};

use crate::call::{self, Patience};
use crate::errors;
use crate::receiver::{End as ReceiverEnd, Receiver};
use crate::shared::{Leave, Shared};

/// Waits for any of many receivers.
#[pyclass(subclass, frozen, module = "ramframe._native")]
pub(crate) struct Select {
    shared: Shared<End>,
}

#[derive(Debug, Default)]
struct End {
    select: HostSelect,
    lent: BTreeMap<Token, Lent>,
}

/// A receiver whose end is here.
#[derive(Debug)]
struct Lent {
    to: Py<Receiver>,
    buffer: Vec<u8>,
    newest: Vec<u8>,
}

/// What one receiver found.
type Found = (Token, Result<Event<OwnedMessage>, RecvError>);

/// The receiver and its event, for Python.
type Answer = PyResult<Option<(Py<Receiver>, Option<Py<PyAny>>)>>;

#[pymethods]
impl Select {
    #[new]
    #[pyo3(signature = (*, spin = None))]
    fn new(spin: Option<f64>) -> PyResult<Self> {
        let mut end = End::default();
        end.select.set_spin(spin.map(call::duration).transpose()?);
        Ok(Self {
            shared: Shared::new(end, "select"),
        })
    }

    /// Waits for this receiver too. Until it is removed, or has told its end, it cannot receive by itself.
    fn add(&self, py: Python<'_>, receiver: Py<Receiver>) -> PyResult<()> {
        self.shared.look(py, |end| end.add(py, receiver))?
    }

    /// Gives a receiver back. One that is not here is no error.
    fn remove(&self, py: Python<'_>, receiver: &Bound<'_, Receiver>) -> PyResult<()> {
        self.shared.look(py, |end| {
            let lent = end.lent.iter().find(|(_, lent)| lent.to.is(receiver));
            let token = lent.map(|(token, _)| *token);
            if let Some(token) = token {
                end.give_back(token);
            }
        })
    }

    /// The next message or event of any receiver; None after `timeout` seconds, and at once if there is no receiver.
    ///
    /// After `Gone` a receiver is given back, and not waited for any more. So it is after an error, which has it as its attribute
    /// `receiver`.
    #[pyo3(signature = (timeout = None))]
    fn recv(&self, py: Python<'_>, timeout: Option<f64>) -> Answer {
        let patience = self.shared.patience(timeout)?;
        let found = self
            .shared
            .work(py, &patience, |end| match end.find(py, &patience)? {
                Some(found) => end.tell(py, found).map(Some),
                None => Ok(None),
            })?;
        match found.flatten() {
            None if self.shared.is_closing() => Err(self.shared.closed(py)),
            found => Ok(found),
        }
    }

    /// How many receivers are waited for.
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.shared.look(py, |end| end.lent.len())
    }

    /// Whether this end was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.shared.is_closing()
    }

    /// Gives all receivers back.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.shared.close(py)?.map_or(Ok(()), |end| end.leave(py))
    }
}

impl Drop for Select {
    /// What nobody closed gives its receivers back too.
    fn drop(&mut self) {
        if let Some(end) = self.shared.take() {
            // Nothing of it can fail.
            let _ = Python::attach(|py| end.leave(py));
        }
    }
}

impl Leave for End {
    fn leave(mut self, _py: Python<'_>) -> PyResult<()> {
        let tokens: Vec<_> = self.lent.keys().copied().collect();
        tokens.into_iter().for_each(|token| self.give_back(token));
        Ok(())
    }
}

impl End {
    fn add(&mut self, py: Python<'_>, receiver: Py<Receiver>) -> PyResult<()> {
        let ReceiverEnd {
            receiver: end,
            buffer,
            newest,
        } = receiver.get().lend(py)?;
        let token = self.select.add(end);
        let lent = Lent {
            to: receiver,
            buffer,
            newest,
        };
        self.lent.insert(token, lent);
        Ok(())
    }

    fn give_back(&mut self, token: Token) {
        if let (Some(receiver), Some(lent)) = (self.select.remove(token), self.lent.remove(&token))
        {
            lent.to.get().take_back(ReceiverEnd {
                receiver,
                buffer: lent.buffer,
                newest: lent.newest,
            });
        }
    }

    fn find(&mut self, py: Python<'_>, patience: &Patience) -> PyResult<Option<Found>> {
        let select = &mut self.select;
        let found = step(select, &Patience::none());
        match found.is_none() && !select.is_empty() {
            true => patience.wait(py, |limit| step(select, limit)),
            false => Ok(found),
        }
    }

    /// A receiver that has told its end is given back.
    fn tell(
        &mut self,
        py: Python<'_>,
        (token, found): Found,
    ) -> PyResult<(Py<Receiver>, Option<Py<PyAny>>)> {
        let Some(lent) = self.lent.get(&token) else {
            return Err(pyo3::exceptions::PyKeyError::new_err("no receiver"));
        };
        let receiver = lent.to.clone_ref(py);
        if matches!(found, Ok(Event::Gone) | Err(_)) {
            self.give_back(token);
        }
        match found {
            Ok(event) => {
                let event = receiver.get().told(py, event)?;
                Ok((receiver, event))
            }
            Err(error) => {
                let error = errors::recv(py, &error);
                error.value(py).setattr("receiver", receiver)?;
                Err(error)
            }
        }
    }
}

fn step(select: &mut HostSelect, limit: &Limit) -> Option<Found> {
    let found = select.recv(limit)?;
    let event = found.event.map(|event| event.map(OwnedMessage::from));
    Some((found.token, event))
}
