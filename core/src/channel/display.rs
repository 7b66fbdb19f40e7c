//! The outcomes in words, for logs; programs match on the variants.

use core::error::Error;
use core::fmt::{Display, Formatter, Result};

use super::outcome::{AttachError, RecvError, SendError, What};
use crate::layout::LayoutError;

impl Display for What {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            What::Head => f.write_str("the head does not name the newest message"),
            What::Stamp => f.write_str("a slot's stamp belongs to no message that could be there"),
            What::Length => f.write_str("a frame is longer than its slot"),
            What::Taken { receiver } => write!(
                f,
                "receiver {receiver} claims messages that are not in the channel"
            ),
            What::Formatted => f.write_str("the channel was formatted anew: attach again"),
        }
    }
}

impl Display for LayoutError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            LayoutError::Unformatted => f.write_str("not formatted, or being formatted now"),
            LayoutError::Foreign { magic } => {
                write!(f, "not a ramframe channel (first word {magic:#010x})")
            }
            LayoutError::Version { found } => write!(f, "layout version {found}, not 1"),
            LayoutError::Field { field, value } => {
                write!(f, "control block: {field:?} cannot be {value}")
            }
            LayoutError::Other { at, found } => write!(
                f,
                "a channel of another geometry than this program's: {found} at offset {at}"
            ),
            LayoutError::TooSmall { need } => write!(f, "the channel needs {need} bytes of memory"),
        }
    }
}

impl Display for AttachError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            AttachError::Layout(error) => error.fmt(f),
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
                write!(f, "receiver {receiver} has not taken any of the messages")
            }
            SendError::Corrupt { what } => what.fmt(f),
        }
    }
}

impl Display for RecvError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            RecvError::Empty => f.write_str("no message yet"),
            RecvError::Missed(count) => write!(f, "missed {count} messages"),
            RecvError::SenderRestarted => f.write_str("the sender restarted"),
            RecvError::Closed => f.write_str("the sender left in good order"),
            RecvError::TooSmall { need } => write!(f, "the next message needs {need} bytes"),
            RecvError::Busy => f.write_str("the sender overtook every attempt: try again"),
            RecvError::Corrupt { what } => what.fmt(f),
        }
    }
}

impl Error for What {}
impl Error for LayoutError {}
impl Error for AttachError {}
impl Error for SendError {}
impl Error for RecvError {}
