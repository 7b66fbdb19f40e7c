//! Messages through memory that two sides can see: two cores over shared RAM, two processes over a mapping, two threads over a
//! static. Either side may die at any instruction, and the next one continues without a torn message.
//!
//! # A whole program
//! Two threads share a static. The sender restarts once. The receiver handles every event.
//!
//! ```
//! use std::thread;
//!
//! use ramframe_core::channel::{Channel, Event};
//! use ramframe_core::geometry::Geometry;
//! use ramframe_core::memory::SharedStatic;
//! use ramframe_core::wait::Forever;
//!
//! type Result<T> = core::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
//!
//! static SHARED: SharedStatic<1024> = SharedStatic::new();
//!
//! fn main() -> Result<()> {
//!     let memory = SHARED.take().expect("taken once");
//!     // One side formats: 8 slots of 48 bytes, 1 receiver.
//!     Geometry::backpressure(8, 48, 1).format(&memory, 0)?;
//!     let (sender, receiver) = Channel::backpressure(memory).split();
//!
//!     let sending = thread::spawn(move || -> Result<()> {
//!         let mut sender = sender.attach()?;
//!         sender.send(b"CIEPLO", Forever)?; // waits for room
//!         // A new sender attaches without a close of the first, as after a reset.
//!         let mut sender = sender.into_half().attach()?;
//!         sender.send(b"ZIMNO", Forever)?;
//!         sender.close();
//!         Ok(())
//!     });
//!
//!     let mut receiver = receiver.attach(0)?;
//!     let mut buffer = [0; 48];
//!     let mut log = Vec::new();
//!     loop {
//!         match receiver.recv(&mut buffer, Forever)? {
//!             Event::Message(message) => log.push(String::from_utf8_lossy(message.payload).into_owned()),
//!             Event::SenderRestarted => log.push("the sender restarted".into()),
//!             // Messages of a receiver that was taken for dead: here there is none.
//!             Event::Lagged(_) | Event::ProgressLost => log.push("messages are lost".into()),
//!             Event::Empty | Event::Busy => {} // only with a limit
//!             Event::Closed => break,
//!         }
//!     }
//!     assert_eq!(log, ["CIEPLO", "the sender restarted", "ZIMNO"]);
//!     sending.join().unwrap()
//! }
//! ```
//!
//! # Where to find what
//! | topic | place | example |
//! |---|---|---|
//! | a channel, its two ends, events, errors | [`channel`] | [`two_threads`](mod@examples::two_threads) |
//! | a sender that never waits, a receiver that may miss messages | [`Channel::overwrite`](channel::Channel::overwrite) | [`overwrite`](mod@examples::overwrite) |
//! | no message lost, the sender waits for room | [`Channel::backpressure`](channel::Channel::backpressure) | [`backpressure`](mod@examples::backpressure) |
//! | restarts, a new format, a receiver that died | [`Event`](channel::Event), [`Geometry::format`](geometry::Geometry::format), [`Channel::reclaim`](channel::Channel::reclaim) | [`restart`](mod@examples::restart) |
//! | bytes in one direction, by embedded-io's traits | [`stream`] | [`stream`](mod@examples::stream) |
//! | bytes in both directions | [`stream::Link`] | [`link`](mod@examples::link) |
//! | limits of waiting, sleeping, waking the other side | [`wait`] | [`two_threads`](mod@examples::two_threads) |
//! | tasks | feature `async`: `wake`, `recv_async`, `send_async` | [`async`](mod@examples::tasks) |
//! | a static for two cores or threads, without `unsafe` | [`memory::SharedStatic`] | [`shared_static`](mod@examples::shared_static) |
//! | memory by its address | [`memory::Memory`] | [the guide](mod@bare_metal) |
//! | chips, linker scripts, barriers, Linux on the other side | | [the guide](mod@bare_metal) |
//! | a geometry that is a constant, for the smallest images | [`geometry::ConstGeometry`] | [`fixed_geometry`](mod@examples::fixed_geometry) |
//! | caches that do not cohere | [`memory::CacheHooks`] | [the guide](mod@bare_metal) |
//! | a region of your own, with stronger barriers for example | [`region`] | [`custom_region`](mod@examples::custom_region) |
//! | messages without a copy | [`Sender::loan`](channel::Sender::loan), [`memory::Trusted`] | |
//! | the bytes in memory, for other languages | [`geometry`], [`frame`] | [the layout](mod@layout) |
//!
//! # Features
//! | feature | adds | dependencies |
//! |---|---|---|
//! | none | everything except the following | heapless, embedded-io |
//! | `async` | `wake`, `recv_async`, `send_async`, embedded-io-async's traits | embedded-io-async |
//! | `defmt` | `defmt::Format` for events, errors, verdicts, headers and geometries | defmt |
//!
//! # What it is not
//! - A channel has one sender. For several senders use several channels.
//! - Core has no clock and no lock, and calls no operating system. The program ensures that there is one sender. On Linux the crate
//!   `ramframe-host` does it.
//! - It is no protection against a hostile sender. A side that can write to the region can forge messages. It cannot make the other
//!   side panic, access other memory, or loop without end.
//! - It does not cross machines, and does not keep messages over a loss of power.
#![no_std]

pub mod alternate;
pub mod channel;
mod credits;
pub mod frame;
mod generation;
pub mod geometry;
mod head;
pub mod memory;
pub mod region;
mod slot;
pub mod stream;
pub mod text;
pub mod validate;
pub mod wait;
#[cfg(feature = "async")]
pub mod wake;
mod wakeup;

#[cfg(doc)]
#[doc = include_str!("../BARE_METAL.md")]
pub mod bare_metal {}

#[cfg(all(doc, not(doctest)))]
#[doc = include_str!("../LAYOUT.md")]
#[allow(
    rustdoc::broken_intra_doc_links,
    reason = "a name in brackets is an edge"
)]
#[allow(
    rustdoc::private_intra_doc_links,
    reason = "a name in brackets is an edge"
)]
pub mod layout {}

/// The programs of `core/examples/`, each use in one file. `cargo run --package ramframe-core --example NAME` runs one.
#[cfg(all(doc, not(doctest)))]
pub mod examples {
    macro_rules! example {
        ($name:ident, $path:literal) => {
            #[doc = concat!("```ignore\n", include_str!($path), "```")]
            pub mod $name {}
        };
    }

    example!(two_threads, "../examples/two_threads.rs");
    example!(overwrite, "../examples/overwrite.rs");
    example!(backpressure, "../examples/backpressure.rs");
    example!(restart, "../examples/restart.rs");
    example!(stream, "../examples/stream.rs");
    example!(link, "../examples/link.rs");
    example!(tasks, "../examples/async.rs");
    example!(shared_static, "../examples/shared_static.rs");
    example!(fixed_geometry, "../examples/fixed_geometry.rs");
    example!(custom_region, "../examples/custom_region.rs");
}
