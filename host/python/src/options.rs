//! What channel a sender asks for, from the arguments of Python.

use pyo3::PyResult;
use pyo3::exceptions::PyValueError;
use ramframe_host::ChannelOptions;
use ramframe_host::core::channel::Start;
use ramframe_host::sender::dead::DeadReceiver;

use crate::call;

/// What a channel is made with, beside its policy.
pub(crate) struct Wanted {
    pub(crate) slots: Option<u32>,
    pub(crate) slot: Option<u32>,
    pub(crate) size: Option<usize>,
    pub(crate) mode: u32,
    pub(crate) fresh: bool,
}

/// Puts what Python asked for into options of the library.
pub(crate) fn options(base: ChannelOptions, wanted: &Wanted) -> ChannelOptions {
    ChannelOptions {
        slots: wanted.slots,
        slot: wanted.slot,
        size: wanted.size,
        mode: wanted.mode,
        fresh: wanted.fresh,
        ..base
    }
}

/// The options of a policy by its name.
pub(crate) fn policy(name: &str, receivers: u32) -> PyResult<ChannelOptions> {
    match name {
        "overwrite" => Ok(ChannelOptions::overwrite()),
        "backpressure" => Ok(ChannelOptions::backpressure(receivers)),
        _ => Err(PyValueError::new_err(format!(
            "no policy is called {name:?}: pass \"overwrite\" or \"backpressure\""
        ))),
    }
}

/// What to do about dead receivers.
pub(crate) fn dead_receivers(reclaim_after: Option<f64>) -> PyResult<DeadReceiver> {
    Ok(match reclaim_after {
        None => DeadReceiver::Wait,
        Some(seconds) => DeadReceiver::DropAfter(call::duration(seconds)?),
    })
}

/// Where a receiver begins.
pub(crate) fn start(name: &str) -> PyResult<Start> {
    match name {
        "oldest" => Ok(Start::Oldest),
        "next" => Ok(Start::Next),
        _ => Err(PyValueError::new_err(format!(
            "no start is called {name:?}: pass \"oldest\" or \"next\""
        ))),
    }
}
