//! The errors of streams.

use core::error::Error;
use core::fmt::{Display, Formatter, Result};

use embedded_io::ErrorKind;

use crate::channel::{AttachError, CORRUPT, Corruption, REFORMATTED};
use crate::wait::{RetryPolicy, WaitCount};

/// The reason why a read or a write failed.
///
/// ```
/// # use ramframe_core::{channel::Channel, geometry::Geometry, memory::AtomicWords, wait::MaxWaits};
/// # use ramframe_core::stream::{Reader, StreamError, Writer};
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 16, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// use embedded_io::{Read, Write};
///
/// let mut writer = Writer::new(sender.attach()?, MaxWaits(10));
/// let mut reader = Reader::<_, _, _, 16>::new(receiver.attach(0)?, MaxWaits(10))?;
/// assert_eq!(reader.read(&mut [0; 8]), Err(StreamError::TimedOut));
/// // Two slots of 16 bytes.
/// assert_eq!(writer.write_all(&[7; 40]), Err(StreamError::TimedOutAfter { done: 32 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum StreamError {
    /// The caller's limit ended the wait. This call has read or sent nothing. Call again to continue.
    TimedOut,
    /// The caller's limit ended the wait in the middle of a `write_all` or a `read_exact`. Continue with the rest,
    /// `&buf[done..]`. A call with the whole buffer would send its beginning twice, or overwrite it.
    TimedOutAfter {
        /// How many bytes of the buffer were sent or read.
        done: usize,
    },
    /// The sender left without a close, and another sender has attached: the stream was cut short. Reported once. The next read
    /// begins the new sender's stream.
    SenderRestarted,
    /// This many messages were discarded on behalf of a receiver that was taken for dead: the stream has a gap. Reported once.
    /// The next read continues behind the gap.
    Lagged(u64),
    /// Messages may be lost, and their number is not known: another program used this receiver's index at the same time. Reported
    /// once.
    ProgressLost,
    /// The region was formatted since this side attached. Bytes that were written and not read are lost. Attach again.
    Reformatted,
    /// The region contradicts itself. Attach again, or format it again. A frame with a wrong length can be
    /// [skipped](crate::channel::Receiver::skip).
    Corrupt {
        /// What is wrong.
        what: Corruption,
    },
}

/// The reason why a stream was not opened.
///
/// ```
/// # use ramframe_core::{channel::Channel, geometry::Geometry, memory::AtomicWords, wait::MaxWaits};
/// # use ramframe_core::stream::Reader;
/// # let memory = AtomicWords::array::<256>();
/// # let region = AtomicWords::new(&memory);
/// # Geometry::backpressure(2, 16, 1).format(&region, 0)?;
/// # let (sender, receiver) = Channel::backpressure(region).split();
/// use ramframe_core::stream::OpenError;
///
/// let reader = Reader::<_, _, _, 8>::new(receiver.attach(0)?, MaxWaits(10));
/// assert_eq!(reader.unwrap_err(), OpenError::BufferTooSmall { required: 16 });
/// # drop(sender);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum OpenError {
    /// The region, or a half of it, is not a channel that this side can attach to.
    Attach(AttachError),
    /// A message of the channel may not fit the reader's buffer. Use an `N` of at least `required`.
    BufferTooSmall {
        /// The channel's capacity in bytes.
        required: u32,
    },
}

impl embedded_io::Error for StreamError {
    fn kind(&self) -> ErrorKind {
        match self {
            StreamError::TimedOut | StreamError::TimedOutAfter { .. } => ErrorKind::TimedOut,
            StreamError::SenderRestarted | StreamError::Reformatted => ErrorKind::ConnectionReset,
            StreamError::Lagged(_) | StreamError::ProgressLost => ErrorKind::ConnectionAborted,
            StreamError::Corrupt { .. } => ErrorKind::InvalidData,
        }
    }
}

impl Display for StreamError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            StreamError::TimedOut => f.write_str("the other side did nothing for too long"),
            StreamError::TimedOutAfter { done } => {
                write!(
                    f,
                    "the other side did nothing for too long, after {done} bytes"
                )
            }
            StreamError::SenderRestarted => {
                f.write_str("the sender restarted: the stream was cut short")
            }
            StreamError::Lagged(count) => write!(f, "{count} messages of the stream are lost"),
            StreamError::ProgressLost => f.write_str("messages of the stream are lost"),
            StreamError::Reformatted => f.write_str(REFORMATTED),
            StreamError::Corrupt { .. } => f.write_str(CORRUPT),
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

/// Returns an error, unless `limit` allows one more wait.
pub(super) fn once_more<P: RetryPolicy>(
    count: &mut WaitCount,
    limit: &mut P,
) -> core::result::Result<(), StreamError> {
    match count.allows(limit) {
        true => Ok(()),
        false => Err(StreamError::TimedOut),
    }
}

impl StreamError {
    /// The same error, for a call of several pieces that has handled `done` bytes until now.
    pub(super) fn after(self, done: usize) -> Self {
        match self {
            StreamError::TimedOut if done > 0 => StreamError::TimedOutAfter { done },
            other => other,
        }
    }
}

impl Error for StreamError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            StreamError::Corrupt { what } => Some(what),
            _ => None,
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            OpenError::Attach(error) => error.source(),
            OpenError::BufferTooSmall { .. } => None,
        }
    }
}

impl From<AttachError> for OpenError {
    fn from(error: AttachError) -> Self {
        OpenError::Attach(error)
    }
}
