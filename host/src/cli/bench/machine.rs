//! What does the machine itself do, without ramframe? Cores, a clock, bare words, a bare futex: what
//! `host bench` measures against.

pub(crate) use crate::sys::cli::cores::{Other, allowed as allowed_cores, end_with_parent, pin};
pub(crate) use crate::sys::cli::private::{Cells, Lent, Private};
pub(crate) use crate::sys::clock::now;

/// Sleeping on a word of shared memory, and waking whoever sleeps there.
pub(crate) mod futex {
    pub(crate) use crate::sys::futex::{wait, wake};
}
