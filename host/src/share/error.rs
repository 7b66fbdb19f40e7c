//! Why a message was not shared, or not taken.

use crate::error::Error;
use crate::receiver::RecvError;
use crate::sender::SendError;

/// Why a message was not sent to any worker, or was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// No worker is there now.
    #[error("no worker is there")]
    NoWorker,
    /// No worker that is there has room now.
    #[error("the channel of every worker is full")]
    Full,
    /// No worker came or had room, or not everything was taken, until the deadline.
    #[error("{pending} messages were not taken by a worker in time")]
    TimedOut {
        /// How many messages are in the places.
        pending: u64,
    },
    /// As [`ShareError::TimedOut`], until the token was stopped.
    #[error("asked to stop while {pending} messages were not taken by a worker")]
    Stopped {
        /// How many messages are in the places.
        pending: u64,
    },
    /// The place of a worker cannot be used.
    #[error("the place of worker {worker}: {source}")]
    Place {
        /// The number of the place.
        worker: u32,
        /// Why not.
        source: SendError,
    },
    /// The messages of a worker that is gone cannot be moved.
    #[error("the messages of worker {worker}, which is gone, cannot be moved: {source}")]
    NotMoved {
        /// The number of the place.
        worker: u32,
        /// Why not.
        source: Box<Error>,
    },
    /// The same, because they cannot be read.
    #[error("the messages of worker {worker}, which is gone, cannot be read: {source}")]
    Unreadable {
        /// The number of the place.
        worker: u32,
        /// Why not.
        source: WorkerError,
    },
}

/// Why a worker cannot take a message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// Its channel cannot be received from.
    #[error(transparent)]
    Recv(#[from] RecvError),
    /// The next message does not begin as a share's does: another program sent it. It stays.
    #[error(
        "message {sequence} was not sent by a share: remove the channel, or receive it as a plain one"
    )]
    NotShared {
        /// The sequence of the message in the worker's channel.
        sequence: u64,
    },
}
