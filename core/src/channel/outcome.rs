//! What a step can come to, beside success: one small enum for each operation, with its words for logs.

use core::error::Error;
use core::fmt::{Display, Formatter, Result};

use crate::geometry::GeometryError;
use crate::head::HeadError;

/// What in the region contradicts the wire, or this side's own knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Corruption {
    /// The head names a slot that does not hold the newest message.
    Head,
    /// A slot holds a stamp that is neither its last, its next, nor a later message's.
    Stamp,
    /// A frame says it is longer than its slot.
    Length,
    /// A receiver claims to have received messages that are not in the channel.
    Consumed {
        /// Which receiver.
        receiver: u32,
    },
}

/// Why a side could not attach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AttachError {
    /// The region is not a channel of this version, or it is being formatted now.
    Geometry(GeometryError),
    /// It is a channel of the other overflow policy. Attach as that.
    Policy,
    /// There is no receiver of this index. Take one below `receivers`.
    NoSuchReceiver {
        /// How many there are.
        receivers: u32,
    },
    /// The channel's state contradicts itself: format it again.
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
    /// The sender moved on during each attempt of a receiver to read its head. Try again.
    Busy,
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SendError {
    /// It is longer than a slot holds. Split it, or format the channel with larger slots.
    TooLong {
        /// The longest message, in bytes.
        capacity: u32,
    },
    /// Every slot holds a message that this receiver has not received. Wait, then send again.
    Full {
        /// The slowest receiver.
        receiver: u32,
    },
    /// The region was formatted since this sender attached, or is being formatted. Nothing was sent. Attach again.
    Reformatted,
    /// The region contradicts itself; nothing was sent. Format it again.
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
}

/// Why no message was received. Each is also news that the caller acts on, and then receives again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum RecvError {
    /// No message yet. Wait.
    Empty,
    /// The sender lapped this receiver, or messages were discarded on its behalf: exactly this many are gone. The next
    /// one is the oldest still there.
    Lagged(u64),
    /// Where the receiver before this one stood is not known any more: another program held its seat at the same time. This
    /// one goes on with the next message to be sent. Told once.
    ProgressLost,
    /// The messages that follow come from a new incarnation of the sender.
    SenderRestarted,
    /// The sender has closed and everything it sent was delivered. Another one may come: told again at each attempt until
    /// then.
    Closed,
    /// The next message does not fit the buffer; it stays. Give a larger buffer, or [`skip`](super::Receiver::skip).
    BufferTooSmall {
        /// Length of the message in bytes.
        required: usize,
    },
    /// The sender overtook every attempt of this step, or each met a void frame. Try again.
    Busy,
    /// The region was formatted since this receiver attached, or is being formatted. Attach again.
    Reformatted,
    /// The region contradicts itself. A frame with a wrong length can be skipped; otherwise attach again or format.
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
}

impl Display for Corruption {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Corruption::Head => f.write_str("the head does not name the newest message"),
            Corruption::Stamp => {
                f.write_str("a slot's stamp belongs to no message that could be there")
            }
            Corruption::Length => f.write_str("a frame is longer than its slot"),
            Corruption::Consumed { receiver } => write!(
                f,
                "receiver {receiver} claims messages that are not in the channel"
            ),
        }
    }
}

impl Display for AttachError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            AttachError::Geometry(error) => error.fmt(f),
            AttachError::Policy => f.write_str("a channel of the other overflow policy"),
            AttachError::NoSuchReceiver { receivers } => {
                write!(f, "the channel has {receivers} receivers")
            }
            AttachError::Corrupt { what } => what.fmt(f),
            AttachError::Busy => f.write_str("the sender overtook every attempt: try again"),
        }
    }
}

impl Display for SendError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            SendError::TooLong { capacity } => write!(f, "a message is at most {capacity} bytes"),
            SendError::Full { receiver } => {
                write!(
                    f,
                    "receiver {receiver} has not received any of the messages"
                )
            }
            SendError::Reformatted => f.write_str(REFORMATTED),
            SendError::Corrupt { what } => what.fmt(f),
        }
    }
}

impl Display for RecvError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            RecvError::Empty => f.write_str("no message yet"),
            RecvError::Lagged(count) => write!(f, "{count} messages are lost"),
            RecvError::ProgressLost => f.write_str("the receiver's progress is lost"),
            RecvError::SenderRestarted => f.write_str("the sender restarted"),
            RecvError::Closed => f.write_str("the sender closed the channel"),
            RecvError::BufferTooSmall { required } => {
                write!(f, "the next message needs {required} bytes")
            }
            RecvError::Busy => f.write_str("the sender overtook every attempt: try again"),
            RecvError::Reformatted => f.write_str(REFORMATTED),
            RecvError::Corrupt { what } => what.fmt(f),
        }
    }
}

/// What a side is told whose channel is another one now.
pub(crate) const REFORMATTED: &str = "the channel was formatted again: attach again";

impl Error for Corruption {}
impl Error for AttachError {}
impl Error for SendError {}
impl Error for RecvError {}

impl From<GeometryError> for AttachError {
    fn from(error: GeometryError) -> Self {
        AttachError::Geometry(error)
    }
}

impl From<HeadError> for AttachError {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::Busy => AttachError::Busy,
            HeadError::Corrupt => AttachError::Corrupt {
                what: Corruption::Head,
            },
        }
    }
}

impl From<HeadError> for RecvError {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::Busy => RecvError::Busy,
            HeadError::Corrupt => RecvError::Corrupt {
                what: Corruption::Head,
            },
        }
    }
}
