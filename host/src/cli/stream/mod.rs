//! `--stream`: standard input to standard output through a channel, any bytes, any number of them.
//!
//! The end of the input closes the channel, and nothing else does: whoever receives can tell all from some.

mod progress;
pub(crate) mod recv;
pub(crate) mod send;
