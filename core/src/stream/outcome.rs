//! What can a stream come to, beside bytes and its end?

use core::error::Error;
use core::fmt::{Display, Formatter, Result};

use embedded_io::ErrorKind;

use crate::channel::{AttachError, Corruption};

/// Why a read or a write gave no bytes. None of them has taken or sent any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StreamError {
    /// The caller's patience is at an end. Call again to go on waiting; nothing is lost.
    TimedOut,
    /// The sender left without closing, and another one has come: the stream so far was cut short. Told once; the next
    /// read begins the new sender's stream.
    SenderRestarted,
    /// This many messages were dropped on behalf of a receiver that was taken for dead: there is a gap. Told once; the
    /// next read goes on behind it.
    Lagged(u64),
    /// The region contradicts itself. Attach again, or format it anew; a frame of a wrong length can be
    /// [skipped](crate::channel::Receiver::skip).
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
}

/// Why a stream could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum OpenError {
    /// The region, or a half of it, is not a channel to attach to.
    Attach(AttachError),
    /// A message of the channel does not fit the reader's buffer. Give it `N` of at least `need`.
    BufferTooSmall {
        /// The channel's capacity in bytes.
        required: u32,
    },
}

impl embedded_io::Error for StreamError {
    fn kind(&self) -> ErrorKind {
        match self {
            StreamError::TimedOut => ErrorKind::TimedOut,
            StreamError::SenderRestarted => ErrorKind::ConnectionReset,
            StreamError::Lagged(_) => ErrorKind::ConnectionAborted,
            StreamError::Corrupt { .. } => ErrorKind::InvalidData,
        }
    }
}

impl Display for StreamError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            StreamError::TimedOut => f.write_str("the other side did nothing for too long"),
            StreamError::SenderRestarted => {
                f.write_str("the sender restarted: the stream was cut short")
            }
            StreamError::Lagged(count) => write!(f, "{count} messages of the stream were dropped"),
            StreamError::Corrupt { what } => what.fmt(f),
        }
    }
}

impl Display for OpenError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            OpenError::Attach(error) => error.fmt(f),
            OpenError::BufferTooSmall { required } => {
                write!(f, "the reader's buffer must hold {required} bytes")
            }
        }
    }
}

impl Error for StreamError {}
impl Error for OpenError {}

impl From<AttachError> for OpenError {
    fn from(error: AttachError) -> Self {
        OpenError::Attach(error)
    }
}
