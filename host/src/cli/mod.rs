//! The commands of `host`, one file each, and what they share.

pub(crate) mod args;
pub(crate) mod bench;
pub(crate) mod demo;
pub(crate) mod follow;
pub(crate) mod hints;
pub(crate) mod input;
pub(crate) mod leave;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod outcome;
pub(crate) mod output;
pub(crate) mod printable;
pub(crate) mod recv;
pub(crate) mod report;
pub(crate) mod rm;
pub(crate) mod say;
pub(crate) mod send;
pub(crate) mod show;
pub(crate) mod source;
mod spin;
pub(crate) mod status;
pub(crate) mod stream;
pub(crate) mod text;
