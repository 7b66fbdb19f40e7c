//! What only the command line asks of the system.

pub(crate) mod cores;
pub(crate) mod private;
pub(crate) mod signal;
pub(crate) mod stdio;
pub(crate) mod text;
