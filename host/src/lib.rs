//! ramframe on Linux: the same channels as on bare metal, between processes over a System V segment, and with firmware
//! over a mapped file.
//!
//! This crate finds the memory, decides whether it may be believed, and sleeps when there is nothing to do. What the
//! bytes mean is [`ramframe_core`]'s.
//!
//! Most programs need two types: [`Sender`] sends, [`Receiver`] receives, over a key or a part of a file ([`Location`]), of
//! either overflow policy. What they stand on, each usable alone:
//!
//! - [`sender`], [`receiver`]: the two ends, with the loops that wait.
//! - [`select`]: many receivers in one thread.
//! - [`share`](mod@share): one sender and many workers, each message to one of them.
//! - [`sysv`]: keys, segments, and what `/proc` lists of them; [`locks`]: the one sender, and the receivers.
//! - [`file`](mod@file): a file's bytes instead of a segment, to talk with firmware.
//! - [`trust`]: whose memory is believed; [`error`]: why a channel did not open.
//! - [`tenure`]: how an end notices that it lost its lock, before it acts.
//! - [`shared`]: a segment or a file as a region of core's.
//! - [`wait`]: spinning, sleeping and waking, at a rate that costs neither side much, or polling where nobody can be woken.
//! - [`stream`]: bytes between a file and a channel, straight into its slots.
//!
//! The protocol is [`core`]'s.
//!
//! # A whole program
//! Two processes. The producer waits for room, and for the consumer to receive everything before it ends. The consumer handles a message
//! before the channel counts it as received: if the consumer is killed while it handles one, its successor gets that one again.
//! (With [`Receiver::recv`] a message counts as received when the call returns.)
//!
//! ```no_run
//! use std::convert::Infallible;
//! use std::time::Duration;
//!
//! use ramframe_host::sysv::key::Key;
//! use ramframe_host::{ChannelOptions, Event, Limit, Receiver, Sender, Start, StopToken, Trust};
//!
//! type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
//!
//! fn produce(key: Key, stop: &StopToken) -> Result<()> {
//!     let options = ChannelOptions { slots: Some(64), ..ChannelOptions::backpressure(1) };
//!     let mut sender = Sender::open(key, &options, &Trust::current_user())?;
//!     let limit = Limit::NEVER.or_stopped(stop);
//!     while !stop.is_stopped() {
//!         // The sequence goes on where a producer before this one stopped.
//!         let reading = format!("reading {}", sender.next_sequence());
//!         sender.send(reading.as_bytes(), &limit)?;
//!         limit.pause(Duration::from_millis(100));
//!     }
//!     match sender.drain(&Limit::within(Duration::from_secs(1))) {
//!         Ok(()) => Ok(sender.close()?),
//!         // For a consumer to come.
//!         Err(_) => Ok(sender.close_keeping()?),
//!     }
//! }
//!
//! fn consume(key: Key, stop: &StopToken) -> Result<()> {
//!     let limit = Limit::NEVER.or_stopped(stop);
//!     let mut receiver = Receiver::wait_open(key, Start::Oldest, &Trust::current_user(), &limit)?;
//!     let mut buffer = vec![0; receiver.geometry().capacity() as usize];
//!     loop {
//!         let found = receiver.recv_with(&mut buffer, &limit, |message| {
//!             println!("{}: {}", message.sequence, String::from_utf8_lossy(message.payload));
//!             Ok::<_, Infallible>(())
//!         })?;
//!         match found {
//!             Ok(Event::Message(())) => {}
//!             Ok(Event::Lagged(count)) => println!("{count} messages are lost"),
//!             Ok(Event::ProgressLost) => println!("messages may be lost"),
//!             Ok(Event::SenderRestarted) => println!("the producer restarted"),
//!             // The end, or the limit: the token was stopped.
//!             Ok(Event::Closed | Event::Gone | Event::Nothing) => break,
//!             Ok(_) => {}
//!             Err(never) => match never {},
//!         }
//!     }
//!     receiver.detach();
//!     Ok(())
//! }
//! ```
//!
//! A handler of a signal stops both: it calls [`StopToken::stop`], or sets the flag that a token is made from, as in
//! `host/examples/signals.rs`. A consumer that starts before the next producer waits for it, also where a kept channel is left that an
//! earlier producer closed; [`Receiver::open`] opens that, and its first event is [`Event::Closed`]. A producer that was killed gives no
//! event; [`Receiver::has_sender`] tells. [`remove`] removes a channel that is left and that nobody uses.
//!
//! # Many channels
//! A thread that waits with [`Receiver::recv`] waits for one channel. [`Select`] waits for any of many. With feature `async` each is awaited in a
//! task of its own (`host/examples/tokio.rs`, `host/examples/block_on.rs`). [`Receiver::as_fd`] is a descriptor for an event loop that a program
//! already has.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `cli`, on by default | the program `host` and what only it needs: clap, indicatif and others |
//! | `async` | [`Receiver`] and [`Sender`] in tasks of any runtime: `recv_async`, `stream`, `send_async`, `drain_async`; brings futures-core |
//!
//! A program that uses the library says `ramframe-host = { version = "0.1", default-features = false }`. Core's types are in
//! [`core`].
//!
//! # Memory that both ends share in one process
//! ```
//! use std::time::Duration;
//!
//! use ramframe_host::file::Window;
//! use ramframe_host::{ChannelOptions, Limit, Receiver, Sender, Start, Trust};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The firmware's RAM; here a file of zeros.
//! let file = tempfile::NamedTempFile::new()?;
//! file.as_file().set_len(4096)?;
//! let window = Window { path: file.path().into(), offset: 0, size: None, uio_map: 0 };
//! let mut sender = Sender::open(window.clone(), &ChannelOptions::backpressure(1), &Trust::current_user())?;
//! let mut receiver = Receiver::open(window, Start::Oldest, &Trust::current_user())?;
//!
//! let limit = Limit::within(Duration::from_secs(1));
//! sender.send(b"CIEPLO", &limit)?;
//! let message = receiver.messages(&limit).next().ok_or("no message")??;
//! assert_eq!(message.payload, b"CIEPLO");
//! sender.close()?;
//! # Ok(())
//! # }
//! ```
//! # A segment alone
//!
//! ```
//! use std::sync::atomic::Ordering;
//!
//! use ramframe_core::region::{Region, RegionMut};
//! use ramframe_host::sysv::key::Key;
//! use ramframe_host::sysv::segment::{ReadOnly, Segment};
//! use ramframe_host::Trust;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = tempfile::NamedTempFile::new()?;
//! let key = Key::of_path(file.path(), b'S')?;
//!
//! let mine = Segment::create(key, 4096, 0o600)?;
//! mine.memory().store(0, 42, Ordering::Release);
//!
//! // In another process, usually.
//! let theirs = Segment::<ReadOnly>::attach(key, &Trust::current_user())?;
//! assert_eq!(theirs.memory().load(0), 42);
//!
//! mine.remove()?;
//! # Ok(())
//! # }
//! ```

mod claim;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod end;
pub mod error;
pub mod file;
pub mod location;
pub mod locks;
pub mod name;
mod named;
pub mod receiver;
mod remove;
pub mod select;
pub mod sender;
pub mod share;
pub mod shared;
pub mod stream;
mod sys;
pub mod sysv;
pub mod tenure;
pub mod trust;
pub mod wait;

pub use ramframe_core as core;
pub use ramframe_core::channel::Start;
pub use ramframe_core::frame::Header;

pub use self::error::Error;
pub use self::location::Location;
pub use self::receiver::{Event, Follower, Message, Receiver, RecvError};
pub use self::remove::remove;
pub use self::select::Select;
pub use self::sender::{ChannelOptions, SendError, Sender};
pub use self::trust::Trust;
pub use self::wait::limit::{Limit, StopToken};

/// The programs in the README compile and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
