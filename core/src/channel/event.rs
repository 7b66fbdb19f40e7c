//! What a receive finds: a message, or news of the channel.

use core::fmt::{Display, Formatter, Result};

use crate::frame::Header;

/// What a receive finds that is no fault.
///
/// A loop handles each of them; real faults are errors, so `?` is right in a loop. The enum is exhaustive on purpose: an event
/// that a program does not know would be one that it does not handle.
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
#[repr(u32)]
#[must_use = "an event may be news that is told once"]
pub enum Event<M> {
    /// There is no message yet. Wait, then try again.
    Empty,
    /// There are messages, but the sender overtook each attempt of this step. Try again.
    Busy,
    /// Some messages may be gone, and how many is not known: another program held this receiver's seat at the same time. This
    /// receiver goes on with the next message to be sent. Told once.
    ProgressLost,
    /// The messages that follow come from a new incarnation of the sender. Told once.
    SenderRestarted,
    /// The sender has closed, and everything that it sent was received. Told at each attempt until another sender comes.
    Closed,
    /// The sender lapped this receiver, or messages were discarded on its behalf: exactly this many are gone. The next
    /// message is the oldest one still there.
    Lagged(u64),
    /// The next message.
    Message(M),
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

    /// Whether there is nothing to handle: a step that waits goes on waiting.
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

/// A message that was received: its payload, copied into the caller's buffer and verified, and what its frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Message<'b> {
    /// Number of the message since the channel was formatted, from 0.
    pub sequence: u64,
    /// Incarnation of the sender that sent it.
    pub epoch: u32,
    /// What the sender sent.
    pub payload: &'b [u8],
}

impl<'b> Message<'b> {
    /// The message with this header, whose payload stands at the front of `buffer`; empty if `buffer` is shorter.
    #[inline(always)]
    pub fn of(header: Header, buffer: &'b [u8]) -> Self {
        Message {
            sequence: header.sequence,
            epoch: header.epoch,
            payload: buffer.get(..header.len).unwrap_or_default(),
        }
    }

    /// What the frame says of the message.
    pub const fn header(&self) -> Header {
        Header {
            sequence: self.sequence,
            epoch: self.epoch,
            len: self.payload.len(),
        }
    }
}
