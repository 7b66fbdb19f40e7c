//! ramframe on System V shared memory: the same channels as on bare metal, between processes of one Linux machine.
//!
//! This crate finds the memory, decides whether it may be believed, and sleeps when there is nothing to do. What the
//! bytes mean is [`ramframe_core`]'s.
//!
//! - [`key`]: which key names a segment; [`segment`]: the segment; [`list`]: all of them; [`trust`]: whose are believed.
//! - [`lock`]: the one sender, and the receivers' seats, given back by the kernel however their holder ends.
//! - [`map`]: a file's bytes instead of a segment, to talk with firmware; [`place`]: either of the two.
//! - [`wait`]: sleeping and waking, at a [`pace`] that costs neither side much; [`polling`] where nobody can be woken.
//! - [`machine`]: what there is without ramframe, to measure it against.
//! - [`dead`]: what a sender that must not lose anything does about a receiver that died.
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
//! mine.ram().store(0, 42, Ordering::Release);
//!
//! // In another process, usually.
//! let theirs = Segment::<ReadOnly>::attach(key, &Trust::mine())?;
//! assert_eq!(theirs.read_only_ram().load(0, Ordering::Acquire), 42);
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
pub mod segment;
pub mod shared;
pub mod stat;
mod sys;
pub mod trust;
pub mod wait;

/// The programs in the README compile and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
