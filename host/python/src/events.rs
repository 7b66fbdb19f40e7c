//! What a receiver finds, as Python sees it.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use ramframe_host::{Event, Header as HostHeader};

/// A message, with bytes of its own. `sequence` counts from 0 since the channel was made; `epoch` changes with each sender.
#[pyclass(frozen, get_all, module = "ramframe")]
pub(crate) struct Message {
    payload: Py<PyBytes>,
    sequence: u64,
    epoch: u32,
}

#[pymethods]
impl Message {
    #[new]
    fn new(payload: Py<PyBytes>, sequence: u64, epoch: u32) -> Self {
        Self {
            payload,
            sequence,
            epoch,
        }
    }

    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("payload", "sequence", "epoch")
    }

    fn __bytes__(&self, py: Python<'_>) -> Py<PyBytes> {
        self.payload.clone_ref(py)
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.payload.as_bytes(py).len()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let payload = self.payload.bind(py).repr()?;
        let (sequence, epoch) = (self.sequence, self.epoch);
        Ok(format!(
            "Message(payload={payload}, sequence={sequence}, epoch={epoch})"
        ))
    }
}

/// A message whose `len` bytes went into the caller's buffer.
#[pyclass(frozen, eq, hash, get_all, module = "ramframe")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Header {
    len: usize,
    sequence: u64,
    epoch: u32,
}

#[pymethods]
impl Header {
    #[new]
    fn new(len: usize, sequence: u64, epoch: u32) -> Self {
        Self {
            len,
            sequence,
            epoch,
        }
    }

    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("len", "sequence", "epoch")
    }

    fn __repr__(&self) -> String {
        let Self {
            len,
            sequence,
            epoch,
        } = self;
        format!("Header(len={len}, sequence={sequence}, epoch={epoch})")
    }
}

/// `count` messages are gone: the sender overtook this receiver, or they were dropped in its place.
#[pyclass(frozen, eq, hash, get_all, module = "ramframe")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Lagged {
    count: u64,
}

#[pymethods]
impl Lagged {
    #[new]
    fn new(count: u64) -> Self {
        Self { count }
    }

    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("count",)
    }

    fn __repr__(&self) -> String {
        format!("Lagged(count={})", self.count)
    }
}

/// Makes a class of an event that says nothing but that it happened.
macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[pyclass(frozen, eq, hash, module = "ramframe")]
        #[derive(PartialEq, Eq, Hash)]
        pub(crate) struct $name;

        #[pymethods]
        impl $name {
            #[new]
            fn new() -> Self {
                Self
            }

            fn __repr__(&self) -> &'static str {
                concat!(stringify!($name), "()")
            }
        }
    )*};
}

plain! {
    /// Messages are gone, nobody knows how many: another program was this receiver at the same time.
    ProgressLost
    /// The messages that follow come from a new incarnation of the sender.
    SenderRestarted
    /// The sender has closed, and everything it sent was received. Another sender may come.
    Closed
    /// The channel was removed, and everything of it was received. Open a receiver again for the next one.
    Gone
}

/// A message with bytes of its own, of what was received into `buffer`.
pub(crate) fn message(py: Python<'_>, header: HostHeader, buffer: &[u8]) -> PyResult<Py<PyAny>> {
    let payload = buffer.get(..header.len).unwrap_or_default();
    object(
        py,
        Message {
            payload: PyBytes::new(py, payload).unbind(),
            sequence: header.sequence,
            epoch: header.epoch,
        },
    )
}

/// Only the header of a message.
pub(crate) fn header(py: Python<'_>, header: HostHeader) -> PyResult<Py<PyAny>> {
    object(
        py,
        Header {
            len: header.len,
            sequence: header.sequence,
            epoch: header.epoch,
        },
    )
}

/// An event; `None` for nothing. A message is what `message` makes of it.
pub(crate) fn event<M>(
    py: Python<'_>,
    event: Event<M>,
    message: impl FnOnce(M) -> PyResult<Py<PyAny>>,
) -> PyResult<Option<Py<PyAny>>> {
    match event {
        Event::Message(found) => message(found),
        Event::Lagged(count) => object(py, Lagged { count }),
        Event::ProgressLost => object(py, ProgressLost),
        Event::SenderRestarted => object(py, SenderRestarted),
        Event::Closed => object(py, Closed),
        Event::Gone => object(py, Gone),
        // Only a follower finds it.
        Event::Opened | Event::Nothing => return Ok(None),
    }
    .map(Some)
}

/// A Python object of a class of this module.
pub(crate) fn object<T>(py: Python<'_>, value: T) -> PyResult<Py<PyAny>>
where
    T: pyo3::PyClass + Into<PyClassInitializer<T>>,
{
    Ok(Py::new(py, value)?.into_any())
}

/// Whether nothing comes after it, but from another sender.
pub(crate) fn is_end(event: &Bound<'_, PyAny>) -> bool {
    event.is_instance_of::<Closed>() || event.is_instance_of::<Gone>()
}
