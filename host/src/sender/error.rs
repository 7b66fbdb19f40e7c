//! Why a message was not sent, or was not taken.

use ramframe_core::channel::{self, Corruption};

use crate::error::Error;
use crate::tenure::Lost;

/// Why a message was not sent, or what was sent was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// There is no room now.
    #[error("the channel is full: receiver {receiver} has not taken the oldest message")]
    Full {
        /// A receiver that has to take something first.
        receiver: u32,
    },
    /// There was no room, or not everything was taken, until the deadline.
    #[error("receiver {receiver} did not take messages in time")]
    TimedOut {
        /// The receiver that was waited for last.
        receiver: u32,
    },
    /// As [`SendError::TimedOut`], until the token was stopped.
    #[error("asked to stop while receiver {receiver} had messages to take")]
    Stopped {
        /// The receiver that was waited for last.
        receiver: u32,
    },
    /// The message is longer than a slot.
    #[error("the message is longer than the {capacity} bytes of a slot")]
    TooLong {
        /// What a slot holds.
        capacity: u32,
    },
    /// This process is not the sender any more: its lock was removed, the channel was formatted anew, or this is a child made
    /// by `fork`. [`Sender::send`](super::Sender::send) then tries to go on by itself.
    #[error("this process is not the sender any more")]
    Lost,
    /// As [`SendError::Lost`], and this end is over.
    #[error("this process is not the sender any more: {0}")]
    NotRegained(#[source] Box<Error>),
    /// A dead receiver's place could not be taken.
    #[error("a dead receiver holds the channel up: {0}")]
    NotReclaimed(#[source] Box<Error>),
    /// The channel contradicts itself.
    #[error("{what}")]
    Corrupt {
        /// How.
        what: Corruption,
    },
    /// An error of a later version of the protocol's library.
    #[error(transparent)]
    Other(channel::SendError),
}

impl From<channel::SendError> for SendError {
    fn from(error: channel::SendError) -> Self {
        match error {
            channel::SendError::Full { receiver } => SendError::Full { receiver },
            channel::SendError::TooLong { capacity } => SendError::TooLong { capacity },
            channel::SendError::Reformatted => SendError::Lost,
            channel::SendError::Corrupt { what } => SendError::Corrupt { what },
            other => SendError::Other(other),
        }
    }
}

impl From<Lost> for SendError {
    fn from(_: Lost) -> Self {
        SendError::Lost
    }
}
