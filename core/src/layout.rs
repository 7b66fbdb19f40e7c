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
//! | | [`FORMATTED`] | 32 | format | another number each time the region is formatted |
//! | session: max(64, L) | [`EPOCH`] | 0 | sender | the sender's incarnation, 0 before the first |
//! | | [`CLOSED`] | 4 | sender | the last incarnation that left in good order |
//! | | [`BELL`] | 8 | sender | goes up by one each time the sender rings |
//! | | [`SENDER_ASLEEP`] | 12 | sender | 1 while the sender waits for room |
//! | head: session + L | [`HEAD`] | 0 | sender | messages published, low 32 bits; may lag by one |
//! | asks: head + L | [`ASLEEP`] | 0 | receivers set, sender clears | 1 when a receiver sleeps |
//! | receiver r: asks + L + r L | [`TAKEN`] | 0 | receiver | messages taken, low 32 bits |
//! | | [`JOINED`] | 4 | receiver | times a receiver has attached here |
//! | | [`DROPPING`] | 8 | receiver | 1 when messages were dropped on its behalf |
//! | | [`DROPPED_FROM`] | 12, 16 | receiver | sequence of the first one dropped, low and high |
//! | | [`LEFT`] | 20 | receiver | what `JOINED` was when a receiver last left in good order |
//! | slot i: after the last of these, + i stride | see [`frame`](crate::frame) | | sender | one frame |

use core::sync::atomic::Ordering::{Relaxed, Release};

use crate::frame;
use crate::region::{Region, RegionMut};

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
/// Offset of the format counter.
pub const FORMATTED: usize = 32;
/// Bytes of the constants, reserved words included (zero in version 1).
pub const CONSTANTS: usize = 64;

/// In the session line: the sender's epoch.
pub const EPOCH: usize = 0;
/// In the session line: the last epoch closed in good order.
pub const CLOSED: usize = 4;
/// In the session line: the bell.
pub const BELL: usize = 8;
/// In the session line: whether the sender sleeps.
pub const SENDER_ASLEEP: usize = 12;
/// In the head line: the head.
pub const HEAD: usize = 0;
/// In the asks line: whether a receiver sleeps.
pub const ASLEEP: usize = 0;
/// In a receiver's line: how many messages it has taken.
pub const TAKEN: usize = 0;
/// In a receiver's line: how often one has attached.
pub const JOINED: usize = 4;
/// In a receiver's line: whether messages were dropped on its behalf.
pub const DROPPING: usize = 8;
/// In a receiver's line: the sequence of the first one dropped, low word; the high word follows.
pub const DROPPED_FROM: usize = 12;
/// In a receiver's line: what [`JOINED`] was when a receiver last left in good order.
pub const LEFT: usize = 20;

const _: () = assert!(FORMATTED + 4 <= CONSTANTS);
const _: () = assert!(
    DROPPED_FROM + 8 <= LEFT && LEFT + 4 <= 32,
    "a receiver's words fit the smallest line"
);

const MAX_SLOTS: u32 = 1 << 20;
const MAX_STRIDE: u32 = 1 << 30;
const MAX_RECEIVERS: u32 = 32;

/// What a sender does when a receiver is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Overflow {
    /// It goes on; the receiver learns how many messages it missed.
    Overwrite,
    /// It is told that the channel is full; nothing is lost.
    Backpressure,
}

impl Overflow {
    /// The word that stands for this policy in the control block.
    pub const fn word(self) -> u32 {
        match self {
            Overflow::Overwrite => 1,
            Overflow::Backpressure => 2,
        }
    }

    const fn from_word(word: u32) -> Option<Self> {
        match word {
            1 => Some(Overflow::Overwrite),
            2 => Some(Overflow::Backpressure),
            _ => None,
        }
    }
}

/// A word of the control block that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
pub enum LayoutError {
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
    /// The region is shorter than its geometry says. Map all of it, or ask for fewer or smaller slots.
    TooSmall {
        /// Bytes needed.
        need: u64,
    },
}

/// The geometry of a channel: read once, checked, and kept privately by each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    overflow: Overflow,
    line: u32,
    slots: u32,
    stride: u32,
    capacity: u32,
    receivers: u32,
}

impl Layout {
    /// A channel whose sender never waits: `slots` messages of up to `capacity` bytes, any number of receivers.
    ///
    /// `slots` is a power of two from 2; 64-byte cache lines unless [`line`](Self::line) says otherwise.
    pub const fn overwrite(slots: u32, capacity: u32) -> Self {
        Self::new(Overflow::Overwrite, slots, capacity, 0)
    }

    /// A channel that loses nothing: `receivers` (1 to 32) take every message, each at its own pace.
    pub const fn backpressure(slots: u32, capacity: u32, receivers: u32) -> Self {
        Self::new(Overflow::Backpressure, slots, capacity, receivers)
    }

    const fn new(overflow: Overflow, slots: u32, capacity: u32, receivers: u32) -> Self {
        Self {
            overflow,
            line: 64,
            slots,
            stride: 0,
            capacity,
            receivers,
        }
        .line(64)
    }

    /// The same for cache lines of `bytes`: the larger of the two sides' lines.
    #[must_use]
    pub const fn line(mut self, bytes: u32) -> Self {
        self.line = bytes;
        let frame = self.capacity.saturating_add(frame::PAYLOAD as u32);
        self.stride = match frame.checked_next_multiple_of(bytes) {
            Some(stride) => stride,
            None => 0,
        };
        self
    }

    /// The most slots (a power of two) with which this channel fits `len` bytes; `None` if not even two do.
    #[must_use]
    pub const fn filling(mut self, len: usize) -> Option<Self> {
        self.slots = 2;
        if self.size() > len as u64 || self.fault().is_some() {
            return None;
        }
        while self.slots < MAX_SLOTS {
            self.slots *= 2;
            if self.size() > len as u64 {
                self.slots /= 2;
                return Some(self);
            }
        }
        Some(self)
    }

    /// Bytes of memory that the channel takes.
    pub const fn size(&self) -> u64 {
        self.slots_at() as u64 + self.slots as u64 * self.stride as u64
    }

    /// What a sender does when a receiver is slow.
    pub const fn overflow(&self) -> Overflow {
        self.overflow
    }

    /// Number of slots.
    pub const fn slots(&self) -> u32 {
        self.slots
    }

    /// The longest message, in bytes.
    pub const fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Number of registered receivers; 0 under overwrite.
    pub const fn receivers(&self) -> u32 {
        self.receivers
    }

    /// Bytes from one slot to the next.
    pub const fn stride(&self) -> u32 {
        self.stride
    }

    /// Bytes of a cache line.
    pub const fn line_size(&self) -> u32 {
        self.line
    }

    /// Offset of the session line.
    pub const fn session(&self) -> usize {
        let line = self.line as usize;
        if line > CONSTANTS { line } else { CONSTANTS }
    }

    /// Offset of the head line.
    pub const fn head(&self) -> usize {
        self.session() + self.line as usize
    }

    /// Offset of the line where receivers ask to be woken.
    pub const fn asks(&self) -> usize {
        self.session() + 2 * self.line as usize
    }

    /// Offset of the line of receiver `index`.
    pub const fn receiver(&self, index: u32) -> usize {
        self.session() + (3 + index as usize) * self.line as usize
    }

    /// Offset of slot 0.
    pub const fn slots_at(&self) -> usize {
        self.receiver(self.receivers)
    }

    /// Offset of the slot of the message whose sequence has these low 32 bits.
    pub const fn slot(&self, sequence: u32) -> usize {
        self.slots_at() + (sequence & (self.slots - 1)) as usize * self.stride as usize
    }

    /// Makes `region` an empty channel of this geometry, the magic last.
    ///
    /// Nobody else may use the region meanwhile; whoever used it before must attach again. The words for epoch and
    /// format count go on from what they held, plus `seed` (any number: a clock, a boot counter, 0), so that a peer that
    /// slept through it can tell. Cost: a store for each word before the slots, and four for each slot.
    pub fn format<R: RegionMut>(&self, region: &R, seed: u32) -> Result<(), LayoutError> {
        self.check(region.len())?;
        let formatted = region
            .peek(FORMATTED)
            .wrapping_add(seed)
            .wrapping_add(1)
            .max(1);
        let epoch = region.peek(self.session() + EPOCH).wrapping_add(seed);
        region.poke(MAGIC, 0, Relaxed);
        // formatting: whoever sees a word of the new channel no longer sees the old magic.
        region.fence(Release);
        self.clear(region);
        region.poke(self.session() + EPOCH, epoch, Relaxed);
        for (at, word) in self.words() {
            region.poke(at, word, Relaxed);
        }
        region.poke(FORMATTED, formatted, Relaxed);
        // formatted: whoever sees the magic sees everything before it; pairs with the fence in `read`.
        region.poke(MAGIC, MAGIC_WORD, Release);
        Ok(())
    }

    /// Whether `region` holds nothing but what [`format`](Self::format) leaves when it dies before the magic, on memory
    /// that was all zero: formatting it again loses nothing. Reads all of it.
    pub fn is_half_made<R: Region>(&self, region: &R) -> bool {
        let free = |at| (VERSION..=FORMATTED).contains(&at) || at == self.session() + EPOCH;
        let words = (0..region.len() / 4).map(|index| index * 4);
        self.check(region.len()).is_ok()
            && words.filter(|&at| !free(at)).all(|at| region.peek(at) == 0)
    }

    fn clear<R: RegionMut>(&self, region: &R) {
        for at in (VERSION..self.slots_at()).step_by(4) {
            // What goes on from one format to the next outlives one that breaks off here.
            if at != FORMATTED && at != self.session() + EPOCH {
                region.poke(at, 0, Relaxed);
            }
        }
        for slot in 0..self.slots {
            for word in (0..frame::PAYLOAD).step_by(4) {
                region.poke(self.slot(slot) + word, 0, Relaxed);
            }
        }
    }

    const fn words(&self) -> [(usize, u32); 7] {
        [
            (VERSION, VERSION_WORD),
            (LINE, self.line),
            (POLICY, self.overflow.word()),
            (SLOTS, self.slots),
            (STRIDE, self.stride),
            (CAPACITY, self.capacity),
            (RECEIVERS, self.receivers),
        ]
    }

    /// Reads and checks the control block of `region`. Eight loads and a fence; trusts nothing it finds.
    pub fn read<R: Region>(region: &R) -> Result<Self, LayoutError> {
        if region.len() < CONSTANTS {
            return Err(LayoutError::TooSmall {
                need: CONSTANTS as u64,
            });
        }
        match region.peek(MAGIC) {
            MAGIC_WORD => {}
            0 => return Err(LayoutError::Unformatted),
            magic => return Err(LayoutError::Foreign { magic }),
        }
        // formatted: pairs with the release of the magic in `format`.
        region.fence(core::sync::atomic::Ordering::Acquire);
        let layout = Self::parse(region)?;
        layout.check(region.len())?;
        Ok(layout)
    }

    fn parse<R: Region>(region: &R) -> Result<Self, LayoutError> {
        match region.peek(VERSION) {
            VERSION_WORD => {}
            found => return Err(LayoutError::Version { found }),
        }
        let policy = region.peek(POLICY);
        let overflow = Overflow::from_word(policy);
        Ok(Self {
            overflow: overflow.ok_or(LayoutError::Field {
                field: Field::Policy,
                value: policy,
            })?,
            line: region.peek(LINE),
            slots: region.peek(SLOTS),
            stride: region.peek(STRIDE),
            capacity: region.peek(CAPACITY),
            receivers: region.peek(RECEIVERS),
        })
    }

    /// Whether this geometry is one that the layout allows, and fits `len` bytes.
    pub const fn check(&self, len: usize) -> Result<(), LayoutError> {
        if let Some((field, value)) = self.fault() {
            return Err(LayoutError::Field { field, value });
        }
        if self.size() > len as u64 {
            return Err(LayoutError::TooSmall { need: self.size() });
        }
        Ok(())
    }

    const fn fault(&self) -> Option<(Field, u32)> {
        let receivers_fit = match self.overflow {
            Overflow::Overwrite => self.receivers == 0,
            Overflow::Backpressure => 1 <= self.receivers && self.receivers <= MAX_RECEIVERS,
        };
        if !matches!(self.line, 32 | 64 | 128 | 256) {
            Some((Field::Line, self.line))
        } else if !self.slots.is_power_of_two() || self.slots < 2 || self.slots > MAX_SLOTS {
            Some((Field::Slots, self.slots))
        } else if self.stride > MAX_STRIDE
            || self.stride == 0
            || !self.stride.is_multiple_of(self.line)
        {
            Some((Field::Stride, self.stride))
        } else if self.capacity == 0 || self.capacity > self.stride - frame::PAYLOAD as u32 {
            Some((Field::Capacity, self.capacity))
        } else if !receivers_fit {
            Some((Field::Receivers, self.receivers))
        } else {
            None
        }
    }
}
