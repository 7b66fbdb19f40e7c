//! The library's errors as exceptions: a class for each group of kinds, the library's text, and what to do.

use std::fmt::Debug;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyModule;
use ramframe_host::core::channel::AttachError;
use ramframe_host::core::geometry::{GeometryError, NameError};
use ramframe_host::error::{Error, Kind};
use ramframe_host::share::{ShareError, WorkerError};
use ramframe_host::sysv::key;
use ramframe_host::{RecvError, SendError};

use crate::hints;

/// The package's file with the classes.
static CLASSES: PyOnceLock<Py<PyModule>> = PyOnceLock::new();

/// An exception of a class of the package, with what is wrong, what to do, and which of the library's variants it is.
fn raise(py: Python<'_>, class: &str, (text, hint): (String, &str), kind: &str) -> PyErr {
    let text = match hint.is_empty() {
        true => text,
        false => format!("{text}; {hint}"),
    };
    let exception = || {
        let module =
            CLASSES.get_or_try_init(py, || py.import("ramframe._errors").map(Bound::unbind))?;
        module.bind(py).getattr(class)?.call1((text, kind))
    };
    exception().map_or_else(|error| error, PyErr::from_value)
}

/// The name of an enum's variant.
fn variant(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let end = text.find(|letter: char| !letter.is_alphanumeric());
    text[..end.unwrap_or(text.len())].into()
}

/// Why a channel did not open.
pub(crate) fn open(py: Python<'_>, error: &Error) -> PyErr {
    let class = class(error);
    let kind = variant(&error.kind);
    raise(py, class, (error.to_string(), &hints::of(error)), &kind)
}

/// Why a channel cannot be looked at, or be removed: to wait for it is no advice then.
pub(crate) fn look(py: Python<'_>, error: &Error) -> PyErr {
    match error.is_absent() {
        true => raise(
            py,
            "NotThere",
            (error.to_string(), ""),
            &variant(&error.kind),
        ),
        false => open(py, error),
    }
}

fn class(error: &Error) -> &'static str {
    match &error.kind {
        _ if error.is_absent() => "NotThere",
        Kind::Channel(source) => attaching(*source),
        Kind::InUse | Kind::SenderHeld(_) | Kind::ReceiverHeld { .. } | Kind::NoFreeReceiver(_) => {
            "InUse"
        }
        Kind::Untrusted(_) | Kind::NotOwner(_) => "Untrusted",
        Kind::Foreign { .. } | Kind::OtherFile | Kind::NameMismatch { .. } => "Foreign",
        Kind::Exists { .. }
        | Kind::Count { .. }
        | Kind::Policy(_)
        | Kind::Mismatch { .. }
        | Kind::SlotTooSmall { .. } => "Mismatch",
        Kind::NoRoom(_) => "NoRoom",
        Kind::Lost => "Lost",
        Kind::System(..) => "SystemFailed",
        _ => "Impossible",
    }
}

fn attaching(source: AttachError) -> &'static str {
    match source {
        AttachError::Corrupt { .. } => "Corrupt",
        AttachError::Geometry(
            GeometryError::Foreign { .. } | GeometryError::RegionTooSmall { .. },
        ) => "Foreign",
        AttachError::Geometry(GeometryError::Version { .. } | GeometryError::Features { .. })
        | AttachError::Policy
        | AttachError::NoSuchReceiver { .. } => "Mismatch",
        _ => "Corrupt",
    }
}

/// Why there is no such key.
pub(crate) fn key(py: Python<'_>, error: &key::Error) -> PyErr {
    let hint = match error {
        key::Error::Path { .. } => "pass the path of a file or folder that is there, or use a name",
        _ => "use another number, or a name",
    };
    raise(py, "Impossible", (error.to_string(), hint), &variant(error))
}

/// Why a text is no name.
pub(crate) fn name(py: Python<'_>, name: &str, error: NameError) -> PyErr {
    let hint = match error {
        NameError::TooLong { .. } => "use a shorter name",
        _ => "use another name",
    };
    let text = format!("{name:?}: {error}");
    raise(py, "Impossible", (text, hint), &variant(&error))
}

/// What to do about a channel that another program wrote into.
const CORRUPT: &str = "stop what uses the channel, and remove it with ramframe.remove()";

/// Why nothing was sent.
pub(crate) fn send(py: Python<'_>, error: &SendError) -> PyErr {
    let (class, hint) = sending(error);
    let hint = match error {
        SendError::NotReclaimed(error) => hints::of(error),
        _ => hint.into(),
    };
    raise(py, class, (error.to_string(), &hint), &variant(error))
}

fn sending(error: &SendError) -> (&'static str, &'static str) {
    match error {
        SendError::Full { .. } | SendError::TimedOut { .. } | SendError::Stopped { .. } => {
            ("TimedOut", "start a receiver, or wait longer with timeout")
        }
        SendError::TooLong { .. } => (
            "TooLong",
            "pass slot to the sender for longer messages; a channel that is there keeps its slots until it is removed",
        ),
        SendError::Lost | SendError::NotRegained(_) => (
            "Lost",
            "open the sender again; after a fork, open it in the child",
        ),
        SendError::NotReclaimed(error) => (class(error), ""),
        _ => ("Corrupt", CORRUPT),
    }
}

/// Why nothing was received.
pub(crate) fn recv(py: Python<'_>, error: &RecvError) -> PyErr {
    let kind = variant(error);
    let (class, hint) = match error {
        RecvError::NotOpened(error) => return open(py, error),
        RecvError::Lost | RecvError::NotRegained(_) => (
            "Lost",
            "open the receiver again; after a fork, open it in the child",
        ),
        RecvError::BufferTooSmall { .. } => (
            "BufferTooSmall",
            "pass a buffer of receiver.capacity bytes; the message is still there",
        ),
        _ => ("Corrupt", CORRUPT),
    };
    raise(py, class, (error.to_string(), hint), &kind)
}

/// Why nothing was shared.
pub(crate) fn share(py: Python<'_>, error: &ShareError) -> PyErr {
    let kind = variant(error);
    let (class, hint) = match error {
        ShareError::NotMoved { source, .. } => (class(source), hints::of(source)),
        ShareError::Place { source, .. } => {
            let (class, hint) = sending(source);
            (class, hint.into())
        }
        ShareError::Unreadable { .. } => ("Corrupt", CORRUPT.into()),
        _ => (
            "TimedOut",
            "start a worker, or wait longer with timeout".into(),
        ),
    };
    raise(py, class, (error.to_string(), &hint), &kind)
}

/// Why a worker gets nothing.
pub(crate) fn worker(py: Python<'_>, error: &WorkerError) -> PyErr {
    match error {
        WorkerError::Recv(error) => recv(py, error),
        error => raise(py, "Foreign", (error.to_string(), ""), &variant(error)),
    }
}

/// A message that was handled, and is not there any more to say so.
pub(crate) fn not_done(py: Python<'_>) -> PyErr {
    let text = "the message that was handled is not this worker's any more, and may come again";
    let hint = "open the worker again";
    raise(py, "Lost", (text.into(), hint), "Lost")
}

/// A call on an end in a child made by `fork`.
pub(crate) fn forked(py: Python<'_>, what: &str) -> PyErr {
    let text = format!("this process is not the {what} any more");
    let hint = format!("open the {what} again; after a fork, open it in the child");
    raise(py, "Lost", (text, &hint), "Lost")
}

/// A call on an end that was closed.
pub(crate) fn end_closed(py: Python<'_>, what: &str) -> PyErr {
    let text = format!("this {what} is closed");
    raise(py, "EndClosed", (text, "open another one"), "EndClosed")
}

/// Whether it is that.
pub(crate) fn is_end_closed(py: Python<'_>, error: &PyErr) -> bool {
    let name = error.get_type(py).name();
    name.is_ok_and(|name| name == "EndClosed")
}

/// A turn that did not come in time.
pub(crate) fn busy(py: Python<'_>, what: &str) -> PyErr {
    let text = format!("another thread used this {what} all the time");
    raise(
        py,
        "TimedOut",
        (
            text,
            "wait longer with timeout, or open one for each thread",
        ),
        "Busy",
    )
}
