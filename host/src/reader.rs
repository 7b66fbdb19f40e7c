//! Is anyone still reading what this process prints?

use std::os::fd::AsFd;

use crate::sys::poll;

/// Whether `output` is a pipe or a socket whose reader has gone: what a writer else learns only when it next writes.
pub fn is_gone(output: &impl AsFd) -> bool {
    poll::reader_is_gone(output.as_fd())
}
