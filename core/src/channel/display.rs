//! The outcomes in words, for logs; programs match on the variants.

use core::error::Error;
use core::fmt::{Display, Formatter, Result};

use super::outcome::{AttachError, Corruption, RecvError, SendError};
use crate::geometry::GeometryError;

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
            Corruption::Reformatted => f.write_str("the channel was formatted anew: attach again"),
        }
    }
}

impl Display for GeometryError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            GeometryError::Unformatted => f.write_str("not formatted, or being formatted now"),
            GeometryError::Foreign { magic } => {
                write!(f, "not a ramframe channel (first word {magic:#010x})")
            }
            GeometryError::Version { found } => write!(f, "geometry version {found}, not 1"),
            GeometryError::Field { field, value } => {
                write!(f, "control block: {field:?} cannot be {value}")
            }
            GeometryError::Other { at, found } => write!(
                f,
                "a channel of another geometry than this program's: {found} at offset {at}"
            ),
            GeometryError::RegionTooSmall { required } => {
                write!(f, "the channel needs {required} bytes of memory")
            }
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
            RecvError::Lagged(count) => write!(f, "missed {count} messages"),
            RecvError::SenderRestarted => f.write_str("the sender restarted"),
            RecvError::Closed => f.write_str("the sender left in good order"),
            RecvError::BufferTooSmall { required } => {
                write!(f, "the next message needs {required} bytes")
            }
            RecvError::Busy => f.write_str("the sender overtook every attempt: try again"),
            RecvError::Corrupt { what } => what.fmt(f),
        }
    }
}

impl Error for Corruption {}
impl Error for GeometryError {}
impl Error for AttachError {}
impl Error for SendError {}
impl Error for RecvError {}
