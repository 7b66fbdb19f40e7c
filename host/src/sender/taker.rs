//! A sender in the place of a receiver that is gone: it takes what that receiver has not taken.

use ramframe_core::channel::{self, Backpressure};

use crate::locks::Held;
use crate::shared::SharedMemory;
use crate::wait::OnRequest;

/// The sender as a receiver of its own channel, until drop.
#[derive(Debug)]
pub(crate) struct Taker {
    pub(crate) end: channel::Receiver<SharedMemory, Backpressure, OnRequest>,
    /// Given back last.
    _held: Held,
}

impl Taker {
    pub(super) fn new(
        end: channel::Receiver<SharedMemory, Backpressure, OnRequest>,
        held: Held,
    ) -> Self {
        Self { end, _held: held }
    }
}
