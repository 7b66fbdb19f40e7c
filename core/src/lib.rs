//! Messages through memory that two sides can see.
//!
//! | feature | adds | below it |
//! |---|---|---|
//! | none | everything but what follows | heapless, embedded-io |
//! | `async` | `wake`, `recv_async`, `send_async`, embedded-io-async's traits | embedded-io-async |
//! | `defmt` | `defmt::Format` for outcomes, errors, verdicts, headers and geometries | defmt |
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

/// What the guide shows compiles and runs, as far as it needs no chip.
#[cfg(doctest)]
#[doc = include_str!("../BARE_METAL.md")]
struct BareMetal;
