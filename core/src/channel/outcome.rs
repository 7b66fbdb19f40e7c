//! What a step can come to, beside success: one small enum for each operation.

use crate::geometry::GeometryError;

/// What in the region contradicts the layout, or this side's own knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Corruption {
    /// The head names a slot that does not hold the newest message.
    Head,
    /// A slot holds a stamp that is neither its last, its next, nor a later message's.
    Stamp,
    /// A frame says it is longer than its slot.
    Length,
    /// A receiver claims to have taken messages that are not in the channel.
    Consumed {
        /// Which receiver.
        receiver: u32,
    },
    /// The region was formatted since this side attached. Attach again.
    Reformatted,
}

/// Why a side could not attach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AttachError {
    /// The region is not a channel of this version.
    Geometry(GeometryError),
    /// It is a channel of the other overflow policy. Attach as that.
    Policy,
    /// There is no receiver of this index. Take one below `receivers`.
    NoSuchReceiver {
        /// How many there are.
        receivers: u32,
    },
    /// The channel's state contradicts itself: format it anew.
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
    /// The sender moved on during each attempt to read its head. Try again.
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
    /// Every slot holds a message that this receiver has not taken. Wait, then send again.
    Full {
        /// The slowest receiver.
        receiver: u32,
    },
    /// The region contradicts itself; nothing was sent. Format it anew.
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
    /// The sender lapped this receiver, or messages were dropped on its behalf: exactly this many are gone. The next
    /// one is the oldest still there.
    Lagged(u64),
    /// The messages that follow come from a new incarnation of the sender.
    SenderRestarted,
    /// The sender has left in good order and everything it sent was delivered. Another one may come: told again at each
    /// attempt until then.
    Closed,
    /// The next message does not fit the buffer; it stays. Give a larger buffer, or [`skip`](super::Receiver::skip).
    BufferTooSmall {
        /// Length of the message in bytes.
        required: usize,
    },
    /// The sender overtook every attempt of this step. Try again.
    Busy,
    /// The region contradicts itself. A frame with a wrong length can be skipped; otherwise attach again or format.
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
}

impl From<GeometryError> for AttachError {
    fn from(error: GeometryError) -> Self {
        AttachError::Geometry(error)
    }
}
