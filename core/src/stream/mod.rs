//! Bytes through messages: embedded-io over backpressure channels, and a link of two channels.
//!
//! A [`Writer`] cuts what is written into messages of at most a slot's capacity; a [`Reader`] puts the bytes of each into
//! a buffer of its own and hands them out in whatever pieces it is asked for. Where one message ends and the next begins
//! is lost, as in a pipe. A [`Duplex`] is two channels in one region, one for each direction.
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
//! A stream is what one incarnation of a sender writes.
//!
//! | the sender | a read then comes to |
//! |---|---|
//! | closed, and every byte was read | `Ok(0)`, each time, until another sender attaches |
//! | closed, and another one attached | `Ok(0)` at least once, then the bytes of the next stream |
//! | did not close, and another one attached | [`StreamError::SenderRestarted`] once, then the bytes of the next stream |
//! | died, and nobody follows | [`StreamError::TimedOut`] as soon as the caller's limit is over |
//!
//! So `Ok(0)` is never said of a stream that was cut short. The region remembers the last good end alone: of a sender that
//! closed, followed by one that closed too before a read looked, a read says SenderRestarted, the safe mistake. Of a sender
//! that came and went before a read looked, and sent nothing, nothing is said. A writer that is dropped and not closed counts
//! as dead.
//!
//! Bytes are lost in two ways, and no other. Messages were discarded on behalf of a receiver that was assumed dead:
//! [`StreamError::Lagged`], to the next reader in its place. And a reader died: what stood in its own buffer, at most one
//! message, is gone with it.
//!
//! # Limits
//! A read or a write that has to wait asks its [`RetryPolicy`](crate::wait::RetryPolicy) before each wait, so no call lasts longer
//! than its caller allows. [`Forever`](crate::wait::Forever) is one of the policies, never a default. Between two questions lies one look at the channel: at
//! most `slots + 1` steps of the receiver where the other side sent that many empty messages, otherwise one.
//!
//! # Tasks
//! With feature `async` the same types have embedded-io-async's traits, if their way of waiting is a
#![cfg_attr(feature = "async", doc = "[`Wake`](crate::wake::Wake).")]
#![cfg_attr(not(feature = "async"), doc = "`Wake`.")]
//! `read`, `fill_buf` and `write` are cancel-safe: dropped before they are done, they have read or sent nothing.

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
