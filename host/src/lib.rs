//! ramframe on Linux: the same channels as on bare metal, between processes over a System V segment, and with firmware
//! over a mapped file.
//!
//! This crate finds the memory, decides whether it may be believed, and sleeps when there is nothing to do. What the
//! bytes mean is [`ramframe_core`]'s.
//!
//! Most programs need two types: [`outgoing::Outgoing`] sends, [`incoming::Incoming`] receives, over a key or a window
//! ([`place`]), of either overflow policy. What they stand on, each usable alone:
//!
//! - [`key`]: which key names a segment; [`segment`]: the segment; [`list`]: all of them; [`trust`]: whose are believed.
//! - [`lock`]: the one sender, and the receivers' seats, given back by the kernel however their holder ends.
//! - [`seats`]: which seat a receiver takes, and under which locks each was taken.
//! - [`tenure`]: how an end notices that it lost its lock, before it acts.
//! - [`map`]: a file's bytes instead of a segment, to talk with firmware.
//! - [`shared`]: either of these as a region of core's, and [`open`]: why a channel in it did not open.
//! - [`wait`]: spinning, sleeping and waking; how long a side [spins](spin), at which [`pace`] it sleeps and wakes, and
//!   [`polling`] where nobody can be woken.
//! - [`dead`]: what a sender that must not lose anything does about a receiver that died.
//! - [`pump`]: bytes between a file and a channel, straight into its slots; [`reader`]: whether anyone still reads what this
//!   process prints; [`streams`]: the standard streams as they are; [`signals`]: those that ask this process to end.
//! - [`machine`]: what there is without ramframe, to measure it against.
//!
//! ```
//! use ramframe_core::channel::Start;
//! use ramframe_host::{incoming::Incoming, map::Window, trust::Trust};
//! use ramframe_host::outgoing::{Outgoing, Wanted};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The firmware's RAM; here a file of zeros.
//! let file = tempfile::NamedTempFile::new()?;
//! file.as_file().set_len(4096)?;
//! let window = Window { path: file.path().into(), offset: 0, size: None, uio_map: 0 };
//! let mut sender = Outgoing::open(window.clone(), &Wanted::backpressure(1), &Trust::mine())?;
//! let mut receiver = Incoming::open(window, Start::Oldest, &Trust::mine())?;
//!
//! sender.send(b"CIEPLO")?;
//! let mut buffer = [0; 48];
//! assert_eq!(receiver.recv(&mut buffer)?.len, 6);
//! sender.close(false)?;
//! # Ok(())
//! # }
//! ```
//! A segment alone:
//!
//! ```
//! use std::sync::atomic::Ordering;
//!
//! use ramframe_core::region::{Region, RegionMut};
//! use ramframe_host::key::Key;
//! use ramframe_host::segment::{ReadOnly, Segment};
//! use ramframe_host::trust::Trust;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = tempfile::NamedTempFile::new()?;
//! let key = Key::of_path(file.path(), b'S')?;
//!
//! let mine = Segment::create(key, 4096, 0o600)?;
//! mine.memory().store(0, 42, Ordering::Release);
//!
//! // In another process, usually.
//! let theirs = Segment::<ReadOnly>::attach(key, &Trust::mine())?;
//! assert_eq!(theirs.read_only_ram().load(0), 42);
//!
//! mine.remove()?;
//! # Ok(())
//! # }
//! ```

pub mod dead;
pub mod incoming;
pub mod key;
pub mod list;
pub mod lock;
pub mod machine;
pub mod map;
pub mod open;
pub mod outgoing;
pub mod pace;
pub mod place;
pub mod polling;
pub mod pump;
pub mod reader;
pub mod seats;
pub mod segment;
pub mod shared;
pub mod signals;
pub mod spin;
pub mod stat;
pub mod streams;
mod sys;
pub mod tenure;
pub mod trust;
pub mod wait;

/// The programs in the README compile and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
