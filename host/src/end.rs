//! An end of a channel, of either overflow policy.

/// What sends or receives: each policy has a type of its own in core.
#[derive(Debug)]
pub enum End<O, B> {
    /// The sender goes on when a receiver is slow.
    Overwrite(O),
    /// The sender is told that the channel is full.
    Backpressure(B),
}

/// Calls the same on either end.
macro_rules! either {
    ($end:expr, $it:ident => $call:expr) => {
        match $end {
            $crate::end::End::Overwrite($it) => $call,
            $crate::end::End::Backpressure($it) => $call,
        }
    };
}
pub(crate) use either;

impl<O, B> End<O, B> {
    /// The end that loses no message, if it is one.
    pub(crate) fn lossless(&self) -> Option<&B> {
        match self {
            End::Overwrite(_) => None,
            End::Backpressure(end) => Some(end),
        }
    }

    /// The same, to act on it.
    pub(crate) fn lossless_mut(&mut self) -> Option<&mut B> {
        match self {
            End::Overwrite(_) => None,
            End::Backpressure(end) => Some(end),
        }
    }
}
