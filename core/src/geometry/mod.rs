//! Where everything stands in a region: version 1 of the wire format, its offsets named once, and its checked parse.
//!
//! `LAYOUT.md` beside this crate has the whole format for writers of other languages. All words are little-endian and 32
//! bits wide. `L` is the cache line size that the channel was formatted for; each line has one writer.
//!
//! | line at | word | offset | written by | meaning |
//! |---|---|---|---|---|
//! | 0 | [`MAGIC`] | 0 | format | `RAMF`, stored last |
//! | | [`VERSION`] | 4 | format | 1 |
//! | | [`LINE`] | 8 | format | `L`: 32, 64, 128 or 256 |
//! | | [`POLICY`] | 12 | format | 1 overwrite, 2 backpressure |
//! | | [`SLOTS`] | 16 | format | slots, a power of two, 2 to 2^20 |
//! | | [`STRIDE`] | 20 | format | bytes from one slot to the next, a multiple of `L` |
//! | | [`CAPACITY`] | 24 | format | payload bytes a slot holds, at most stride - 16 |
//! | | [`RECEIVERS`] | 28 | format | receivers' lines: 0 under overwrite, 1 to 32 under backpressure |
//! | | [`GENERATION`] | 32 | format | another number each time the region is formatted; epochs go on from it |
//! | session: max(64, L) | [`EPOCH`] | 0 | sender | the sender's incarnation, 0 before the first since the format |
//! | | [`CLOSED`] | 4 | sender | the last incarnation that left in good order |
//! | | [`NOTIFY_SEQ`] | 8 | sender | goes up by one each time the sender rings |
//! | | [`SENDER_WAITING`] | 12 | sender | 1 while the sender waits for room |
//! | head: session + L | [`HEAD`] | 0 | sender | messages published, low 32 bits; may lag by one |
//! | asks: head + L | [`RECEIVER_WAITING`] | 0 | receivers set, sender clears | 1 when a receiver sleeps |
//! | receiver r: asks + L + r L | [`CONSUMED`] | 0 | receiver | messages taken, low 32 bits |
//! | | [`ATTACH_COUNT`] | 4 | receiver | times a receiver has attached here |
//! | | [`DISCARDING`] | 8 | receiver | 1 when messages were dropped on its behalf |
//! | | [`DISCARDED_FROM`] | 12, 16 | receiver | sequence of the first one dropped, low and high |
//! | | [`LEFT`] | 20 | receiver | what `ATTACH_COUNT` was when a receiver last left in good order |
//! | slot i: after the last of these, + i stride | see [`frame`](crate::frame) | | sender | one frame |

mod control;
mod shape;
mod sizes;

pub(crate) use self::control::was_reformatted;
pub use self::shape::{Const, ConstGeometry, GeometrySource};
pub use self::sizes::{Geometry, Overflow};

/// The bytes `RAMF`.
pub const MAGIC_WORD: u32 = u32::from_le_bytes(*b"RAMF");
/// This version of the layout.
pub const VERSION_WORD: u32 = 1;

/// Offset of the magic.
pub const MAGIC: usize = 0;
/// Offset of the version.
pub const VERSION: usize = 4;
/// Offset of the cache line size.
pub const LINE: usize = 8;
/// Offset of the overflow policy.
pub const POLICY: usize = 12;
/// Offset of the number of slots.
pub const SLOTS: usize = 16;
/// Offset of the slot size.
pub const STRIDE: usize = 20;
/// Offset of the capacity.
pub const CAPACITY: usize = 24;
/// Offset of the number of receivers.
pub const RECEIVERS: usize = 28;
/// Offset of the format count.
pub const GENERATION: usize = 32;
/// Bytes of the constants, reserved words included (zero in version 1).
pub const CONSTANTS: usize = 64;

/// In the session line: the sender's epoch.
pub const EPOCH: usize = 0;
/// In the session line: the last epoch closed in good order.
pub const CLOSED: usize = 4;
/// In the session line: the bell.
pub const NOTIFY_SEQ: usize = 8;
/// In the session line: whether the sender sleeps.
pub const SENDER_WAITING: usize = 12;
/// In the head line: the head.
pub const HEAD: usize = 0;
/// In the asks line: whether a receiver sleeps.
pub const RECEIVER_WAITING: usize = 0;
/// In a receiver's line: how many messages it has taken.
pub const CONSUMED: usize = 0;
/// In a receiver's line: how often one has attached.
pub const ATTACH_COUNT: usize = 4;
/// In a receiver's line: whether messages were dropped on its behalf.
pub const DISCARDING: usize = 8;
/// In a receiver's line: the sequence of the first one dropped, low word; the high word follows.
pub const DISCARDED_FROM: usize = 12;
/// In a receiver's line: what [`ATTACH_COUNT`] was when a receiver last left in good order.
pub const LEFT: usize = 20;

const _: () = assert!(GENERATION + 4 <= CONSTANTS);
const _: () = assert!(
    DISCARDED_FROM + 8 <= LEFT && LEFT + 4 <= 32,
    "a receiver's words fit the smallest line"
);

/// A word of the control block that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Field {
    /// The cache line size is not 32, 64, 128 or 256.
    Line,
    /// The policy is not 1 or 2.
    Policy,
    /// The number of slots is not a power of two from 2 to 2^20.
    Slots,
    /// The slot size is not a multiple of the line, or above 2^30.
    Stride,
    /// The capacity is 0, or does not fit the slot.
    Capacity,
    /// The number of receivers does not fit the policy.
    Receivers,
}

/// Why a region is not a channel of this version, or cannot become the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum GeometryError {
    /// The magic is zero: never formatted, or being formatted at this moment. Try again, or format it.
    Unformatted,
    /// Another magic: the memory belongs to something else. Leave it alone.
    Foreign {
        /// The word at offset 0.
        magic: u32,
    },
    /// A layout of another version. Use a program of that version, or format the region anew.
    Version {
        /// The version found.
        found: u32,
    },
    /// A word of the control block has a value that no formatter writes. Format the region anew.
    Field {
        /// Which word.
        field: Field,
        /// Its value.
        value: u32,
    },
    /// A channel of another geometry than the one that this program was built for. Build both sides for one.
    Other {
        /// Offset of the word that differs.
        at: u32,
        /// What it holds.
        found: u32,
    },
    /// The region is shorter than its geometry says. Map all of it, or ask for fewer or smaller slots.
    RegionTooSmall {
        /// Bytes needed.
        required: u64,
    },
}
