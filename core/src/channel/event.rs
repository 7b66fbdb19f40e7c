//! The events of a receive: a message, or a change in the state of the channel.

use core::fmt::{Display, Formatter, Result};

use crate::frame::Header;

/// The result of a receive that did not fail.
///
/// A loop handles each event. Failures are errors, so a loop can use `?` for them. The enum is exhaustive on purpose: if a later
/// version adds an event, a program that does not handle it does not compile.
///
/// ```
/// use ramframe_core::channel::{Channel, Event, Start};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::AtomicWords;
///
/// let memory = AtomicWords::array::<256>();
/// let region = AtomicWords::new(&memory);
/// Geometry::overwrite(4, 48).format(&region, 0)?;
/// let (sender, receiver) = Channel::overwrite(region).split();
/// let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
///
/// for number in 0..6 {
///     sender.try_send(&[number])?;
/// }
/// sender.close();
///
/// let mut buffer = [0; 48];
/// let mut log = Vec::new();
/// loop {
///     match receiver.try_recv(&mut buffer)? {
///         Event::Message(message) => log.push(format!("{:?}", message.payload)),
///         Event::Closed => break,
///         Event::Empty | Event::Busy => receiver.wait(),
///         news => log.push(news.to_string()),
///     }
/// }
/// assert_eq!(log, ["2 messages are lost", "[2]", "[3]", "[4]", "[5]"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// Of a fixed form, because the result of a receive then takes less code on the smallest cores.
#[repr(u32)]
#[must_use = "the channel reports some events only once"]
pub enum Event<M> {
    /// There is no message yet. Wait, then try again.
    Empty,
    /// There are messages, but the sender moved on during each attempt to read one. Try again.
    Busy,
    /// Some messages may be lost, and their number is not known: another program used this receiver's index at the same time.
    /// This receiver continues with the next message to be sent. Reported once.
    ProgressLost,
    /// The next messages come from a new incarnation of the sender. Reported once.
    SenderRestarted,
    /// The sender has closed, and this receiver has received all its messages. Reported at each attempt until another sender
    /// attaches.
    Closed,
    /// Exactly this many messages are lost: the sender lapped this receiver, or another side discarded them on its behalf. The
    /// next message is the oldest one that is still in the channel.
    Lagged(u64),
    /// The next message.
    Message(M),
}

impl<M> Event<M> {
    /// The message; `None` for every other event.
    pub fn message(self) -> Option<M> {
        match self {
            Event::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The same event, with `change` applied to a message.
    pub fn map<T>(self, change: impl FnOnce(M) -> T) -> Event<T> {
        match self {
            Event::Message(message) => Event::Message(change(message)),
            Event::Lagged(count) => Event::Lagged(count),
            Event::ProgressLost => Event::ProgressLost,
            Event::SenderRestarted => Event::SenderRestarted,
            Event::Closed => Event::Closed,
            Event::Empty => Event::Empty,
            Event::Busy => Event::Busy,
        }
    }

    /// Whether the event is Empty or Busy. A call with a wait waits again after such an event.
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Event::Empty | Event::Busy)
    }
}

impl<M> Display for Event<M> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Event::Message(_) => f.write_str("a message"),
            Event::Lagged(count) => write!(f, "{count} messages are lost"),
            Event::ProgressLost => {
                f.write_str("the receiver's progress is lost: messages may be missing")
            }
            Event::SenderRestarted => f.write_str("the sender restarted"),
            Event::Closed => f.write_str("the sender closed the channel"),
            Event::Empty => f.write_str("no message yet"),
            Event::Busy => f.write_str("the sender overtook each attempt: try again"),
        }
    }
}

/// A received message. The payload is a verified copy in the caller's buffer.
///
/// ```
/// # use ramframe_core::{channel::{Channel, Event, Start}, geometry::Geometry, memory::AtomicWords};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::overwrite(4, 48).format(&region, 0)?;
/// # let (sender, receiver) = Channel::overwrite(region).split();
/// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// sender.try_send(b"CIEPLO")?;
/// let mut buffer = [0; 48];
/// if let Event::Message(message) = receiver.try_recv(&mut buffer)? {
///     assert_eq!((message.sequence, message.payload), (0, &b"CIEPLO"[..]));
///     assert_eq!(message.epoch, sender.epoch());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Message<'b> {
    /// Number of the message since the channel was formatted, from 0.
    pub sequence: u64,
    /// Incarnation of the sender that sent it.
    pub epoch: u32,
    /// The bytes that the sender sent.
    pub payload: &'b [u8],
}

impl<'b> Message<'b> {
    /// The message with this header. Its payload is the front of `buffer`; it is empty if `buffer` is shorter than the header
    /// says.
    #[inline(always)]
    pub fn of(header: Header, buffer: &'b [u8]) -> Self {
        Message {
            sequence: header.sequence,
            epoch: header.epoch,
            payload: buffer.get(..header.len).unwrap_or_default(),
        }
    }

    /// The header of the message's frame.
    pub const fn header(&self) -> Header {
        Header {
            sequence: self.sequence,
            epoch: self.epoch,
            len: self.payload.len(),
        }
    }
}
