//! The reasons why an operation fails: one small enum for each operation, with a text for logs.

use core::error::Error;
use core::fmt::{Display, Formatter, Result};

use crate::geometry::GeometryError;
use crate::head::HeadError;

/// The part of the region that contradicts the wire, or this side's own knowledge.
///
/// ```
/// use ramframe_core::channel::{AttachError, Channel, Corruption, Start};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::region::RegionMut;
///
/// let memory = AtomicWords::array::<256>();
/// let (region, geometry) = (AtomicWords::new(&memory), Geometry::overwrite(4, 48));
/// geometry.format(&region, 0)?;
/// Channel::overwrite(AtomicWords::new(&memory)).sender()?.try_send(b"CIEPLO")?;
/// // Another program writes to the head.
/// region.store_pair(geometry.head_line(), [400, 0], core::sync::atomic::Ordering::Relaxed);
/// let error = Channel::overwrite(region).receiver(Start::Oldest).unwrap_err();
/// assert_eq!(error, AttachError::Corrupt { what: Corruption::Head });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Corruption {
    /// The head names a slot that does not hold the newest message.
    Head,
    /// A slot holds a stamp that no message can have there: not the last one, not the next one, and not a later one.
    Stamp,
    /// The length in a frame is larger than its slot.
    Length,
    /// A receiver claims to have received messages that are not in the channel.
    Consumed {
        /// Which receiver.
        receiver: u32,
    },
}

/// Why a side could not attach.
///
/// ```
/// use ramframe_core::channel::{AttachError, Channel};
/// use ramframe_core::geometry::{Geometry, GeometryError};
/// use ramframe_core::memory::AtomicWords;
///
/// let memory = AtomicWords::array::<256>();
/// let attach = || Channel::backpressure(AtomicWords::new(&memory)).receiver(3).unwrap_err();
/// assert_eq!(attach(), AttachError::Geometry(GeometryError::Unformatted));
/// Geometry::backpressure(2, 48, 1).format(&AtomicWords::new(&memory), 0)?;
/// assert_eq!(attach(), AttachError::NoSuchReceiver { receivers: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AttachError {
    /// The region is not a channel of this version, or it is being formatted now.
    Geometry(GeometryError),
    /// The channel has the other overflow policy. Attach with that policy.
    Policy,
    /// The channel has no receiver of this index. Use an index below `receivers`.
    NoSuchReceiver {
        /// How many there are.
        receivers: u32,
    },
    /// The state of the channel contradicts itself. Format it again.
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
    /// The sender moved on during each attempt of this receiver to read the head. Try again.
    Busy,
}

impl AttachError {
    /// Whether another attempt may succeed without anything being done: the region is not formatted yet, or is being formatted, or the
    /// sender was too fast to be read.
    pub const fn is_temporary(&self) -> bool {
        matches!(
            self,
            AttachError::Geometry(GeometryError::Unformatted) | AttachError::Busy
        )
    }
}

/// Why a message was not sent.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
/// assert_eq!(sender.try_send(&[0; 49]), Err(SendError::TooLong { capacity: 48 }));
/// sender.try_send_batch([b"1", b"2"]).1?;
/// let error = sender.try_send(b"3").unwrap_err();
/// assert_eq!(error, SendError::Full { receiver: 0 });
/// assert!(error.to_string().contains("full"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SendError {
    /// The message is longer than a slot. Split it, or format the channel with larger slots.
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
    /// The region contradicts itself. Nothing was sent. Format it again.
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
}

/// The reason why a receive failed. Everything that is not a failure is an [`Event`](super::Event).
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// # use ramframe_core::channel::RecvError;
/// sender.try_send(b"CIEPLO")?;
/// let mut short = [0; 4];
/// assert_eq!(receiver.try_recv(&mut short), Err(RecvError::BufferTooSmall { required: 6 }));
/// assert_eq!(receiver.skip()?, Event::Message(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecvError {
    /// The next message does not fit the buffer. It stays in the channel. Use a larger buffer, or [`skip`](super::Receiver::skip)
    /// it.
    BufferTooSmall {
        /// Length of the message in bytes.
        required: usize,
    },
    /// The region was formatted since this receiver attached, or is being formatted. Attach again.
    Reformatted,
    /// The region contradicts itself. A frame with a wrong length can be skipped. For every other contradiction attach again, or
    /// format.
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
}

/// Why pending messages were not discarded.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
/// # use ramframe_core::channel::DiscardError;
/// # drop(receiver);
/// let mut dead = Channel::backpressure(AtomicWords::new(&memory)).reclaim(0)?;
/// Geometry::backpressure(2, 48, 1).format(&AtomicWords::new(&memory), 0)?;
/// assert_eq!(dead.discard_pending(), Err(DiscardError::Reformatted));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DiscardError {
    /// The progress of the dead receiver is lost. Only the next receiver of this index can report that, so nothing was discarded.
    ProgressLost,
    /// The sender moved on during each attempt to read its head. Try again.
    Busy,
    /// The region was formatted since this side attached, or is being formatted. Nothing was touched.
    Reformatted,
    /// The region contradicts itself. Nothing was touched.
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
            AttachError::Policy => f.write_str("the channel has the other overflow policy"),
            AttachError::NoSuchReceiver { receivers } => {
                write!(f, "the channel has {receivers} receivers, counted from 0")
            }
            AttachError::Corrupt { .. } => f.write_str(CORRUPT),
            AttachError::Busy => f.write_str(BUSY),
        }
    }
}

impl Display for SendError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            SendError::TooLong { capacity } => write!(f, "a message is at most {capacity} bytes"),
            SendError::Full { receiver } => write!(
                f,
                "the channel is full: receiver {receiver} has not received any of its messages"
            ),
            SendError::Reformatted => f.write_str(REFORMATTED),
            SendError::Corrupt { .. } => f.write_str(CORRUPT),
        }
    }
}

impl Display for RecvError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            RecvError::BufferTooSmall { required } => {
                write!(f, "the next message needs a buffer of {required} bytes")
            }
            RecvError::Reformatted => f.write_str(REFORMATTED),
            RecvError::Corrupt { .. } => f.write_str(CORRUPT),
        }
    }
}

impl Display for DiscardError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            DiscardError::ProgressLost => {
                f.write_str("the receiver's progress is lost: the next receiver must report it")
            }
            DiscardError::Busy => f.write_str(BUSY),
            DiscardError::Reformatted => f.write_str(REFORMATTED),
            DiscardError::Corrupt { .. } => f.write_str(CORRUPT),
        }
    }
}

/// The text for a side whose channel was formatted.
pub(crate) const REFORMATTED: &str = "the channel was formatted again: attach again";

/// The text for a region that breaks the wire's rules. The source of the error names the rule.
pub(crate) const CORRUPT: &str = "the region contradicts itself";

const BUSY: &str = "the sender overtook each attempt: try again";

impl Error for Corruption {}

impl Error for AttachError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            AttachError::Corrupt { what } => Some(what),
            _ => None,
        }
    }
}

impl Error for SendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            SendError::Corrupt { what } => Some(what),
            _ => None,
        }
    }
}

impl Error for RecvError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            RecvError::Corrupt { what } => Some(what),
            _ => None,
        }
    }
}

impl Error for DiscardError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            DiscardError::Corrupt { what } => Some(what),
            _ => None,
        }
    }
}

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

impl From<HeadError> for DiscardError {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::Busy => DiscardError::Busy,
            HeadError::Corrupt => DiscardError::Corrupt {
                what: Corruption::Head,
            },
        }
    }
}
