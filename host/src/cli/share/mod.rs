//! `host send --share` and `host recv --share`: each message to one of many workers.

pub(crate) mod recv;
pub(crate) mod send;
