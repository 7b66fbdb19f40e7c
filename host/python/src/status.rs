//! What a channel looks like from outside, and its removal.

use std::thread;
use std::time::Duration;

use pyo3::prelude::*;
use ramframe_host::core::channel::{AttachError, ChannelStatus};
use ramframe_host::core::region::Region;
use ramframe_host::error::{Error, Kind, Object};
use ramframe_host::file::Map;
use ramframe_host::locks::Locks;
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment::{ReadOnly, Segment};
use ramframe_host::{Location, Trust as HostTrust};

use crate::place::{self, Trust};
use crate::{errors, hints};

/// How often a channel is looked at, and between two times.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(5);

/// The state of a channel at one moment.
#[pyclass(frozen, get_all, module = "ramframe")]
pub(crate) struct Status {
    name: Option<String>,
    policy: &'static str,
    slots: u32,
    capacity: u32,
    generation: u32,
    epoch: u32,
    restarts: u32,
    sent: u64,
    closed: bool,
    sender_pid: Option<i32>,
    receivers: Vec<Py<ReceiverStatus>>,
}

#[pymethods]
impl Status {
    fn __repr__(&self) -> String {
        let Self {
            name,
            policy,
            sent,
            closed,
            sender_pid,
            ..
        } = self;
        let name = name.as_deref().unwrap_or_default();
        let sender = sender_pid.map_or_else(|| "None".into(), |pid| pid.to_string());
        let closed = if *closed { "True" } else { "False" };
        format!(
            "<ramframe.Status name={name:?} policy={policy:?} sent={sent} closed={closed} sender_pid={sender}>"
        )
    }
}

/// One receiver of a backpressure channel.
#[pyclass(frozen, get_all, module = "ramframe")]
pub(crate) struct ReceiverStatus {
    pending: Option<u32>,
    attach_count: u32,
    detached: bool,
    pid: Option<i32>,
}

#[pymethods]
impl ReceiverStatus {
    fn __repr__(&self) -> String {
        let Self {
            attach_count,
            detached,
            ..
        } = self;
        let or_none = |value: Option<i64>| value.map_or_else(|| "None".into(), |v| v.to_string());
        let (pending, pid) = (
            or_none(self.pending.map(i64::from)),
            or_none(self.pid.map(i64::from)),
        );
        let detached = if *detached { "True" } else { "False" };
        format!(
            "<ramframe.ReceiverStatus pending={pending} attach_count={attach_count} detached={detached} pid={pid}>"
        )
    }
}

/// Looks at a channel. Changes nothing.
#[pyfunction]
#[pyo3(signature = (location, *, trust = None))]
pub(crate) fn status(
    py: Python<'_>,
    location: &Bound<'_, PyAny>,
    trust: Option<&Bound<'_, Trust>>,
) -> PyResult<Status> {
    let (location, trust) = (place::location(location)?, place::trust(trust));
    match &location {
        Location::Key(key) => of_key(py, *key, &trust),
        Location::Map(window) => Map::<ReadOnly>::open(window, &trust)
            .map_err(|error| errors::look(py, &error))
            .and_then(|map| {
                let locks = |receivers| Some(map.locks(receivers));
                describe(py, &location, &map.memory(), locks)
            }),
    }
}

fn of_key(py: Python<'_>, key: Key, trust: &HostTrust) -> PyResult<Status> {
    let segment = Segment::<ReadOnly>::attach(key, trust);
    let segment = segment.map_err(|error| errors::look(py, &error))?;
    let locks = |_| Locks::open(key, trust).ok();
    describe(py, &key.into(), &segment.memory(), locks)
}

fn describe(
    py: Python<'_>,
    location: &Location,
    region: &impl Region,
    locks: impl FnOnce(u32) -> Option<Locks>,
) -> PyResult<Status> {
    let failed = |kind| {
        let object = Object::Channel(location.clone());
        errors::look(py, &Error { object, kind })
    };
    let status = settled(py, region).map_err(|source| failed(Kind::Channel(source)))?;
    if let Location::Key(key) = location
        && !key.name().is_empty()
        && status.name != Some(*key.name())
    {
        let (asked, found) = (*key.name(), status.name);
        return Err(failed(Kind::NameMismatch { asked, found }));
    }
    let geometry = &status.geometry;
    let locks = locks(geometry.receivers());
    let receivers = receivers(py, &status, region, locks.as_ref())?;
    let name = status.name.filter(|name| !name.is_empty());
    Ok(Status {
        name: name.map(|name| name.as_str().into()),
        policy: hints::policy(geometry.overflow()),
        slots: geometry.slots(),
        capacity: geometry.capacity(),
        generation: status.generation,
        epoch: status.epoch,
        restarts: status.restarts,
        sent: status.sent,
        closed: status.closed,
        sender_pid: locks.and_then(|locks| locks.sender().ok()?),
        receivers,
    })
}

fn receivers(
    py: Python<'_>,
    status: &ChannelStatus,
    region: &impl Region,
    locks: Option<&Locks>,
) -> PyResult<Vec<Py<ReceiverStatus>>> {
    let receiver = |index| {
        let found = status.receiver(region, index)?;
        let pid = locks.and_then(|locks| locks.receiver_pid(index).ok());
        Some(ReceiverStatus {
            pending: found.pending,
            attach_count: found.attach_count,
            detached: found.detached,
            pid: pid.flatten(),
        })
    };
    let receivers = (0..status.geometry.receivers()).filter_map(receiver);
    receivers.map(|status| Py::new(py, status)).collect()
}

/// Looks again where the channel is being made, or its sender was faster than the look.
fn settled(py: Python<'_>, region: &impl Region) -> Result<ChannelStatus, AttachError> {
    for _ in 1..LOOKS {
        match ChannelStatus::of(region) {
            Err(error) if error.is_temporary() => py.detach(|| thread::sleep(PAUSE)),
            done => return done,
        }
    }
    ChannelStatus::of(region)
}

/// Removes a channel that nobody uses, with all messages in it.
#[pyfunction]
#[pyo3(signature = (location, *, trust = None))]
pub(crate) fn remove(
    py: Python<'_>,
    location: &Bound<'_, PyAny>,
    trust: Option<&Bound<'_, Trust>>,
) -> PyResult<()> {
    let (location, trust) = (place::location(location)?, place::trust(trust));
    let removed = py.detach(|| ramframe_host::remove(location, &trust));
    removed.map_err(|error| errors::look(py, &error))
}
