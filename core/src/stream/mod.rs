//! Bytes through messages: embedded-io over backpressure channels, and a link of two channels.
//!
//! A [`Writer`] cuts the written bytes into messages of at most a slot's capacity. A [`Reader`] copies each message to a buffer
//! of its own and gives out its bytes in any pieces. Like a pipe, a stream does not keep the borders between messages. A
//! [`Duplex`] is two channels in one region, one for each direction.
//!
//! ```
//! use embedded_io::{Read, Write};
//! use ramframe_core::channel::Channel;
//! use ramframe_core::geometry::Geometry;
//! use ramframe_core::memory::AtomicWords;
//! use ramframe_core::stream::{Reader, Writer};
//! use ramframe_core::wait::{Forever, MaxWaits};
//!
//! let memory = AtomicWords::array::<256>();
//! let region = AtomicWords::new(&memory);
//! Geometry::backpressure(4, 48, 1).format(&region, 0)?;
//!
//! let (sender, receiver) = Channel::backpressure(region).split();
//! let mut writer = Writer::new(sender.attach()?, MaxWaits(1000));
//! let mut reader = Reader::<_, _, _, 48>::new(receiver.attach(0)?, Forever)?;
//! write!(writer, "{} {}", "CIEPLO", 21)?;
//! writer.close();
//!
//! let mut text = [0; 9];
//! reader.read_exact(&mut text).unwrap();
//! assert_eq!(&text, b"CIEPLO 21");
//! assert_eq!(reader.read(&mut text)?, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where a stream ends and where it breaks
//! A stream is the bytes that one incarnation of a sender writes.
//!
//! | the sender | a read returns |
//! |---|---|
//! | closed, and every byte was read | `Ok(0)` each time, until another sender attaches |
//! | closed, and another one attached | `Ok(0)` at least once, then the bytes of the next stream |
//! | did not close, and another one attached | [`StreamError::SenderRestarted`] once, then the bytes of the next stream |
//! | died, and no other sender attached | [`StreamError::TimedOut`] when the caller's limit ends the wait |
//!
//! So a stream that was cut short never ends with `Ok(0)`. Only the most recent clean close is stored. If two senders closed
//! before a read, that read returns `SenderRestarted` instead of the end of the first stream. A sender that sent nothing before
//! it left may go unnoticed. A writer that is dropped without a close counts as dead.
//!
//! Bytes are lost in two ways, and in no other. First, another side discarded messages because it took this receiver for dead:
//! the next reader of this index gets [`StreamError::Lagged`]. Second, a reader died: the bytes in its private buffer, at most
//! one message, are lost.
//!
//! # Limits
//! A read or a write that waits asks its [`RetryPolicy`](crate::wait::RetryPolicy) before each wait, so no call takes longer than
//! its caller allows. [`Forever`](crate::wait::Forever) is one of the policies, and never a default. Between two questions a call
//! makes one attempt. That is one step of the receiver, or at most `slots + 1` steps if the other side has sent empty messages.
//!
//! # Tasks
//! With feature `async` the same types have embedded-io-async's traits, if their way to wait is a
#![cfg_attr(feature = "async", doc = "[`Wake`](crate::wake::Wake).")]
#![cfg_attr(not(feature = "async"), doc = "`Wake`.")]
//! `read`, `fill_buf` and `write` are cancel-safe: a future that is dropped before it is done has read or sent nothing.

mod duplex;
mod duplex_geometry;
mod link;
mod outcome;
mod reader;
#[cfg(feature = "async")]
mod task;
mod writer;

pub use duplex::Duplex;
pub use duplex_geometry::{
    ConstDuplexGeometry, DuplexGeometry, DuplexSource, First, Found, Second,
};
pub use link::{End, Link};
pub use outcome::{OpenError, StreamError};
pub use reader::Reader;
pub use writer::Writer;
