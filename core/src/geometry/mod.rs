//! The places of all words in a region: version 2 of the wire, one name for each offset, and the checked parse of the constants.
//!
//! `LAYOUT.md` beside this crate specifies the format for writers of other languages. All words are little-endian and 32 bits
//! wide. `L` is the cache line that the channel was formatted for. Each line has one writer, except for the words that a format
//! stores and for the requests.
//!
//! | block at | word | offset | written by | meaning |
//! |---|---|---|---|---|
//! | 0, constants | [`MAGIC`] | 0 | format | `RAMF`, stored last; 0 while a format runs |
//! | | [`VERSION`] | 4 | format | 2 |
//! | | [`GENERATION`] | 8 | format | goes up by 1, in its low 11 bits, with each format |
//! | | [`FIRST_EPOCH`] | 12 | format | the first epoch that belongs to this generation |
//! | | [`REQUIRED_FEATURES`] | 16 | format | bits that a side must know, or else refuse the channel |
//! | | [`OPTIONAL_FEATURES`] | 20 | format | bits that a side may ignore |
//! | | [`LINE`] | 24 | format | `L`: 32, 64 or 128 |
//! | | [`POLICY`] | 28 | format | 1 overwrite, 2 backpressure |
//! | | [`SLOTS`] | 32 | format | slots, a power of two, 2 to 2^20 |
//! | | [`STRIDE`] | 36 | format | bytes from one slot to the next, a multiple of `L` |
//! | | [`CAPACITY`] | 40 | format | payload bytes a slot holds, at most stride - 16 |
//! | | [`RECEIVERS`] | 44 | format | receivers' lines in use: 0 under overwrite, 1 to 32 under backpressure |
//! | | [`SLOTS_AT`] | 48 | format | offset of slot 0 |
//! | | [`EXTENT`] | 52 | format | offset of the next channel in this block, 0: none |
//! | | [`NAME`] | 64 | format | 0 to 24 bytes of UTF-8: the channel's [`Name`] |
//! | 128, session | [`EPOCH`] | 0 | sender | the sender's incarnation |
//! | | [`CLOSED`] | 4 | sender | the last epoch that closed |
//! | | [`NOTIFY_SEQ`] | 8 | sender, format | tagged: how often the sender has notified |
//! | | [`SENDER_WAITING`] | 12 | sender | 1 while the sender waits for room |
//! | | [`SENDER_NOTIFIES`] | 16 | sender | bit 0: answers requests, bit 1: notifies unrequested, bit 2: answers requests, without a fence |
//! | | [`SENDER_BEAT`] | 20 | sender | reserved |
//! | 128 + L, head | a [`frame`](crate::frame) | 0 | sender | the stamp of the newest message; may lag by one |
//! | 128 + 2 L, requests | [`RECEIVER_WAITING`] | 0 | receivers set, sender clears | 1 when a receiver waits |
//! | 128 + (3 + r) L, receiver r | [`CONSUMED`] | 0 | receiver, format | tagged: messages received |
//! | | [`ATTACH_COUNT`] | 4 | receiver, format | tagged: how often a receiver attached here |
//! | | [`DETACHED_AT`] | 8 | receiver, format | tagged: what `ATTACH_COUNT` was when a receiver last detached |
//! | | [`DISCARDING`] | 12 | receiver, format | tagged: 1 when messages were discarded on its behalf |
//! | | [`DISCARDED_FROM`] | 16, 20 | receiver | sequence of the first one discarded, low and high |
//! | | [`RECEIVER_NOTIFIES`] | 24 | receiver | as [`SENDER_NOTIFIES`] |
//! | | [`RECEIVER_BEAT`] | 28 | receiver | reserved |
//! | | [`LOCK_SET`] | 32, if L is at least 64 | receiver | on Linux: the semaphore set that the seat was taken under |
//! | [`SLOTS_AT`] + i stride, slot i | a [`frame`](crate::frame) | 0 | sender | one message |
//!
//! A tagged word holds the low 11 bits of the generation above 21 bits of a count. A word with another tag has no meaning, so a
//! late store of an older generation is harmless.

mod constant;
mod error;
mod name;
mod parse;
mod sizes;

pub use self::constant::{Const, ConstGeometry, GeometrySource};
pub use self::error::{Field, GeometryError};
pub use self::name::{Name, NameError};
pub use self::sizes::{Geometry, Overflow};

/// The bytes `RAMF`.
pub const MAGIC_WORD: u32 = u32::from_le_bytes(*b"RAMF");
/// This version of the wire.
pub const VERSION_WORD: u32 = 2;

/// Offset of the magic.
pub const MAGIC: usize = 0;
/// Offset of the version.
pub const VERSION: usize = 4;
/// Offset of the generation.
pub const GENERATION: usize = 8;
/// Offset of the first epoch of the generation.
pub const FIRST_EPOCH: usize = 12;
/// Offset of the features that a side must know.
pub const REQUIRED_FEATURES: usize = 16;
/// Offset of the features that a side may ignore.
pub const OPTIONAL_FEATURES: usize = 20;
/// Offset of the cache line size.
pub const LINE: usize = 24;
/// Offset of the overflow policy.
pub const POLICY: usize = 28;
/// Offset of the number of slots.
pub const SLOTS: usize = 32;
/// Offset of the slot size.
pub const STRIDE: usize = 36;
/// Offset of the capacity.
pub const CAPACITY: usize = 40;
/// Offset of the number of receivers.
pub const RECEIVERS: usize = 44;
/// Offset of the offset of slot 0.
pub const SLOTS_AT: usize = 48;
/// Offset of the offset of the next channel in the block.
pub const EXTENT: usize = 52;
/// Offset of the name, [`NAME_LEN`] bytes.
pub const NAME: usize = 64;
/// Bytes of the name; zeros fill it up.
pub const NAME_LEN: usize = 24;
/// Bytes of the constants, reserved words included. The session line follows, whatever the cache line.
pub const CONSTANTS: usize = 128;

/// In the session line: the sender's epoch.
pub const EPOCH: usize = 0;
/// In the session line: the last epoch that closed.
pub const CLOSED: usize = 4;
/// In the session line: how often the sender has notified, tagged.
pub const NOTIFY_SEQ: usize = 8;
/// In the session line: whether the sender waits for room.
pub const SENDER_WAITING: usize = 12;
/// In the session line: how the sender notifies.
pub const SENDER_NOTIFIES: usize = 16;
/// In the session line: reserved for a sign of life.
pub const SENDER_BEAT: usize = 20;
/// In the requests line: whether a receiver waits.
pub const RECEIVER_WAITING: usize = 0;
/// In a receiver's line: how many messages it has received, tagged.
pub const CONSUMED: usize = 0;
/// In a receiver's line: how often one has attached, tagged.
pub const ATTACH_COUNT: usize = 4;
/// In a receiver's line: what [`ATTACH_COUNT`] was when a receiver last detached.
pub const DETACHED_AT: usize = 8;
/// In a receiver's line: whether messages were discarded on its behalf, tagged.
pub const DISCARDING: usize = 12;
/// In a receiver's line: the sequence of the first one discarded, low word; the high word follows.
pub const DISCARDED_FROM: usize = 16;
/// In a receiver's line: how the receiver notifies.
pub const RECEIVER_NOTIFIES: usize = 24;
/// In a receiver's line: reserved for a sign of life.
pub const RECEIVER_BEAT: usize = 28;
/// In a receiver's line of at least 64 bytes: the semaphore set that the seat was taken under.
pub const LOCK_SET: usize = 32;

/// A bit of [`SENDER_NOTIFIES`] and [`RECEIVER_NOTIFIES`]: a request to be notified is answered.
pub const ANSWERS_REQUESTS: u32 = 1;
/// A bit of [`SENDER_NOTIFIES`] and [`RECEIVER_NOTIFIES`]: notifications come without a request too.
pub const NOTIFIES_UNREQUESTED: u32 = 2;
/// A bit of [`SENDER_NOTIFIES`] and [`RECEIVER_NOTIFIES`], in place of [`ANSWERS_REQUESTS`]: the side answers requests, and makes no
/// fence itself. Whoever requests has the kernel make that fence.
pub const ANSWERS_UNFENCED: u32 = 4;

/// The required features that this implementation knows. It knows none of those that the wire reserves.
pub const KNOWN_FEATURES: u32 = 0;

const _: () = assert!(EXTENT + 4 <= NAME && NAME + NAME_LEN <= CONSTANTS);
const _: () = assert!(
    DISCARDED_FROM + 8 <= RECEIVER_NOTIFIES && RECEIVER_BEAT + 4 <= 32,
    "a receiver's words fit the smallest line"
);
