//! What a receiver finds that is no fault, and what is one.

use std::convert::Infallible;

use ramframe_core::channel::{self, Corruption};

use crate::error::Error;
use crate::tenure::Lost;

/// What a receiver finds. None of it is a fault: each is for the caller to act on, and to receive again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an event may be news that is told once"]
pub enum Event<M> {
    /// The next message, or what became of it.
    Message(M),
    /// So many messages are gone: the sender overtook this receiver, or they were discarded in its place. The next one is the
    /// oldest still there.
    Lagged(u64),
    /// Messages are gone, nobody knows how many: another program was this receiver at the same time.
    ProgressLost,
    /// The messages that follow come from a new incarnation of the sender.
    SenderRestarted,
    /// The sender has closed, and everything it sent was received. Another sender may come.
    Closed,
    /// The channel is no more: it was removed or formatted anew, and everything of it was received. Another one may have its
    /// place: open it.
    Gone,
    /// A [`Follower`](super::Follower) opened a channel, the first one or the next one.
    Opened,
    /// No message now, or none until the limit.
    Nothing,
}

impl<M> Event<M> {
    /// The message, if that is what was found.
    pub fn message(self) -> Option<M> {
        match self {
            Event::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The same event, with `change` applied to a message.
    pub fn map<T>(self, change: impl FnOnce(M) -> T) -> Event<T> {
        let Ok(event) = self.try_map(|message| Ok::<_, Infallible>(change(message)));
        event
    }

    /// The same event, with `change` applied to a message, unless that fails.
    pub(crate) fn try_map<T, E>(
        self,
        change: impl FnOnce(M) -> Result<T, E>,
    ) -> Result<Event<T>, E> {
        Ok(match self {
            Event::Message(message) => Event::Message(change(message)?),
            Event::Lagged(count) => Event::Lagged(count),
            Event::ProgressLost => Event::ProgressLost,
            Event::SenderRestarted => Event::SenderRestarted,
            Event::Closed => Event::Closed,
            Event::Gone => Event::Gone,
            Event::Opened => Event::Opened,
            Event::Nothing => Event::Nothing,
        })
    }
}

/// Why nothing can be received.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecvError {
    /// This process is not the receiver any more: its lock was removed, or this is a child made by `fork`. The calls that
    /// wait try to go on by themselves.
    #[error("this process is not the receiver any more")]
    Lost,
    /// As [`RecvError::Lost`], and this end is over.
    #[error("this process is not the receiver any more: {0}")]
    NotRegained(#[source] Box<Error>),
    /// The next channel cannot be opened: a [`Follower`](super::Follower) only.
    #[error(transparent)]
    NotOpened(#[from] Box<Error>),
    /// The next message does not fit the buffer, and stays.
    #[error("the message has {required} bytes, more than the buffer")]
    BufferTooSmall {
        /// The length of the message.
        required: usize,
    },
    /// The channel contradicts itself.
    #[error("{what}")]
    Corrupt {
        /// How.
        what: Corruption,
    },
    /// An error of a later version of the protocol's library.
    #[error(transparent)]
    Other(channel::RecvError),
}

impl From<Lost> for RecvError {
    fn from(_: Lost) -> Self {
        RecvError::Lost
    }
}

/// What core found, to a caller of this crate.
pub(crate) fn told<M>(
    found: Result<channel::Event<M>, channel::RecvError>,
) -> Result<Event<M>, RecvError> {
    let found = match found {
        Ok(found) => found,
        Err(channel::RecvError::Reformatted) => return Ok(Event::Gone),
        Err(error) => return Err(error.into()),
    };
    Ok(match found {
        channel::Event::Message(message) => Event::Message(message),
        channel::Event::Empty | channel::Event::Busy => Event::Nothing,
        channel::Event::Lagged(count) => Event::Lagged(count),
        channel::Event::ProgressLost => Event::ProgressLost,
        channel::Event::SenderRestarted => Event::SenderRestarted,
        channel::Event::Closed => Event::Closed,
    })
}

impl From<channel::RecvError> for RecvError {
    fn from(error: channel::RecvError) -> Self {
        match error {
            channel::RecvError::Reformatted => RecvError::Lost,
            channel::RecvError::BufferTooSmall { required } => {
                RecvError::BufferTooSmall { required }
            }
            channel::RecvError::Corrupt { what } => RecvError::Corrupt { what },
            other => RecvError::Other(other),
        }
    }
}
