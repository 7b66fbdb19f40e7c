//! What does the machine itself do, without ramframe? Cores, a clock, bare words, a bare futex, a message queue: what
//! `host bench` measures against.

pub use crate::sys::clock::now;
pub use crate::sys::cores::{allowed as allowed_cores, end_with_parent, pin};
pub use crate::sys::private::{Cells, Lent, LentEnds, Private};
pub use crate::sys::queue::{LONGEST as LONGEST_IN_QUEUE, Queue};

/// Sleeping on a word of shared memory, and waking whoever sleeps there.
pub mod futex {
    pub use crate::sys::futex::{wait, wake};
}
