//! How a program names a channel, and whose channels it believes.

use std::path::PathBuf;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use ramframe_host::core::geometry::Name;
use ramframe_host::file::Window;
use ramframe_host::sysv::key;
use ramframe_host::{Location, Trust as HostTrust};

use crate::errors;

/// The number under which both sides find a segment.
#[pyclass(frozen, eq, hash, module = "ramframe")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key(key::Key);

#[pymethods]
impl Key {
    #[new]
    #[pyo3(signature = (number, /))]
    fn new(py: Python<'_>, number: i64) -> PyResult<Self> {
        let raw = match (i32::try_from(number), u32::try_from(number)) {
            (Ok(raw), _) => raw,
            (_, Ok(raw)) => raw.cast_signed(),
            _ => return Err(PyValueError::new_err("a key is a number of 32 bits")),
        };
        let key = key::Key::new(raw).map_err(|error| errors::key(py, &error))?;
        Ok(Self(key))
    }

    /// The key of the channel with this name.
    #[staticmethod]
    #[pyo3(signature = (name, /))]
    fn of_name(py: Python<'_>, name: &str) -> PyResult<Self> {
        let name = Name::new(name).map_err(|error| errors::name(py, name, error))?;
        Ok(Self(key::Key::of_name(name)))
    }

    /// The key that `ftok(path, id)` gives in C.
    #[staticmethod]
    #[pyo3(signature = (path, id = "S"))]
    fn of_path(py: Python<'_>, path: PathBuf, id: &str) -> PyResult<Self> {
        let &[id] = id.as_bytes() else {
            return Err(PyValueError::new_err("id is one ASCII character"));
        };
        let key = key::Key::of_path(path, id).map_err(|error| errors::key(py, &error))?;
        Ok(Self(key))
    }

    /// The number, as `ipcs` knows it.
    #[getter]
    fn number(&self) -> i32 {
        self.0.raw()
    }

    fn __repr__(&self) -> String {
        match self.0.name() {
            name if name.is_empty() => format!("Key({})", self.0),
            name => format!("Key.of_name({:?})", name.as_str()),
        }
    }
}

/// A part of a file that both sides have mapped, as firmware's memory is.
#[pyclass(frozen, eq, get_all, module = "ramframe")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Map {
    path: PathBuf,
    offset: u64,
    size: Option<usize>,
    uio_map: u32,
}

#[pymethods]
impl Map {
    #[new]
    #[pyo3(signature = (path, offset = 0, size = None, uio_map = 0))]
    fn new(path: PathBuf, offset: u64, size: Option<usize>, uio_map: u32) -> Self {
        Self {
            path,
            offset,
            size,
            uio_map,
        }
    }

    fn __repr__(&self) -> String {
        let (path, offset) = (self.path.display(), self.offset);
        let size = self
            .size
            .map_or_else(String::new, |size| format!(", size={size}"));
        format!("Map({:?}, offset={offset}{size})", path.to_string())
    }
}

/// Where a channel is: a name, a number, a key or a map.
pub(crate) fn location(place: &Bound<'_, PyAny>) -> PyResult<Location> {
    if let Ok(map) = place.cast::<Map>() {
        let map = map.get().clone();
        return Ok(Location::Map(Window {
            path: map.path,
            offset: map.offset,
            size: map.size,
            uio_map: map.uio_map,
        }));
    }
    Ok(Location::Key(key(place)?))
}

/// The key of a channel: of its name, of a number, or itself.
pub(crate) fn key(place: &Bound<'_, PyAny>) -> PyResult<key::Key> {
    let py = place.py();
    if let Ok(key) = place.cast::<Key>() {
        return Ok(key.get().0);
    }
    if let Ok(name) = place.extract::<&str>() {
        return match name {
            "" => Err(PyValueError::new_err(
                "a channel has a name of at least one character",
            )),
            name => Key::of_name(py, name).map(|key| key.0),
        };
    }
    match place.extract::<i64>() {
        Ok(number) => Key::new(py, number).map(|key| key.0),
        Err(_) => Err(PyTypeError::new_err(format!(
            "a channel is found by a name (str), a number (int), a ramframe.Key or a ramframe.Map, not by {}",
            place.get_type()
        ))),
    }
}

/// Whose channels are believed: this user's, those of `uids`, and those that others may write as far as `mode` says.
#[pyclass(frozen, eq, module = "ramframe")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Trust {
    uids: Vec<u32>,
    mode: u32,
}

#[pymethods]
impl Trust {
    #[new]
    #[pyo3(signature = (uids = Vec::new(), mode = 0))]
    fn new(uids: Vec<u32>, mode: u32) -> Self {
        Self { uids, mode }
    }

    fn __repr__(&self) -> String {
        format!("Trust(uids={:?}, mode=0o{:o})", self.uids, self.mode)
    }
}

/// This user's channels, unless the caller says more.
pub(crate) fn trust(trust: Option<&Bound<'_, Trust>>) -> HostTrust {
    let me = HostTrust::current_user();
    let Some(trust) = trust.map(Bound::get) else {
        return me;
    };
    let uids = trust.uids.iter().copied();
    uids.fold(me.allow_mode(trust.mode), HostTrust::allow_uid)
}
