//! A receive's outcome in one enum: what tests compare is then one value, not an event inside of a result.

use ramframe_core::channel::{Corruption, DiscardError, Event, Message, RecvError};
use ramframe_core::frame::Header;

/// Why a receive gave no message: an event, or an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Miss {
    Empty,
    Lagged(u64),
    ProgressLost,
    SenderRestarted,
    Closed,
    Busy,
    BufferTooSmall { required: usize },
    Reformatted,
    Corrupt { what: Corruption },
}

/// An outcome with events and errors side by side.
pub(crate) trait Flat {
    type Flat;

    fn flat(self) -> Self::Flat;
}

impl<T> Flat for Result<Event<T>, RecvError> {
    type Flat = Result<T, Miss>;

    fn flat(self) -> Result<T, Miss> {
        Err(match self.map_err(Miss::from)? {
            Event::Message(message) => return Ok(message),
            Event::Empty => Miss::Empty,
            Event::Lagged(count) => Miss::Lagged(count),
            Event::ProgressLost => Miss::ProgressLost,
            Event::SenderRestarted => Miss::SenderRestarted,
            Event::Closed => Miss::Closed,
            Event::Busy => Miss::Busy,
        })
    }
}

/// Of a batch.
impl<T> Flat for (usize, Result<Event<T>, RecvError>) {
    type Flat = (usize, Result<T, Miss>);

    fn flat(self) -> Self::Flat {
        (self.0, self.1.flat())
    }
}

impl Flat for Result<u64, DiscardError> {
    type Flat = Result<u64, Miss>;

    fn flat(self) -> Result<u64, Miss> {
        self.map_err(|error| match error {
            DiscardError::Busy => Miss::Busy,
            DiscardError::ProgressLost => Miss::ProgressLost,
            DiscardError::Reformatted => Miss::Reformatted,
            DiscardError::Corrupt { what } => Miss::Corrupt { what },
            other => panic!("{other:?} is new"),
        })
    }
}

/// A received message's header, for tests that compare the buffer themselves: what lies behind the message too.
pub(crate) trait FlatMessage {
    fn header(self) -> Result<Header, Miss>;
}

impl FlatMessage for Result<Event<Message<'_>>, RecvError> {
    fn header(self) -> Result<Header, Miss> {
        self.flat().map(|message| message.header())
    }
}

impl From<RecvError> for Miss {
    fn from(error: RecvError) -> Self {
        match error {
            RecvError::BufferTooSmall { required } => Miss::BufferTooSmall { required },
            RecvError::Reformatted => Miss::Reformatted,
            RecvError::Corrupt { what } => Miss::Corrupt { what },
            other => panic!("{other:?} is new"),
        }
    }
}
