//! The sizes of a channel: the number, size and place of its slots, and the places of its control lines.

use super::{CONSTANTS, Field, GeometryError};
use crate::frame;

const MAX_SLOTS: u32 = 1 << 20;
const MAX_STRIDE: u32 = 1 << 30;
const MAX_RECEIVERS: u32 = 32;
const MAX_LINE: u32 = 128;
const MAX_SLOTS_AT: u32 = 1 << 30;

/// Lines before the first receiver's: session, head, requests.
const SHARED_LINES: u32 = 3;

/// What a sender does when a receiver is slow.
///
/// ```
/// use ramframe_core::geometry::{Geometry, Overflow};
///
/// assert_eq!(Geometry::overwrite(4, 48).overflow(), Overflow::Overwrite);
/// assert_eq!(Geometry::backpressure(4, 48, 1).overflow(), Overflow::Backpressure);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Overflow {
    /// The sender continues. The receiver learns how many messages it missed.
    Overwrite,
    /// The sender gets an error that says that the channel is full. No message is lost.
    Backpressure,
}

impl Overflow {
    /// The word for this policy in the constants.
    pub const fn word(self) -> u32 {
        match self {
            Overflow::Overwrite => 1,
            Overflow::Backpressure => 2,
        }
    }

    pub(super) const fn from_word(word: u32) -> Option<Self> {
        match word {
            1 => Some(Overflow::Overwrite),
            2 => Some(Overflow::Backpressure),
            _ => None,
        }
    }
}

/// The geometry of a channel. Each side reads it once, checks it, and keeps its own copy.
///
/// ```
/// use ramframe_core::geometry::{Geometry, GeometryError};
///
/// let geometry = Geometry::overwrite(8, 48).with_cache_line(32);
/// assert_eq!(geometry.stride(), 64); // a header of 16 bytes and 48 bytes of payload
/// assert_eq!(geometry.size(), 736);
/// assert_eq!(geometry.check(512), Err(GeometryError::RegionTooSmall { required: 736 }));
/// assert_eq!(geometry.max_slots_in(512).unwrap().slots(), 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Geometry {
    pub(super) slots: u32,
    pub(super) stride: u32,
    pub(super) capacity: u32,
    pub(super) slots_at: u32,
    pub(super) line: u8,
    pub(super) receivers: u8,
    pub(super) overflow: Overflow,
}

// A chip can copy this size through registers.
const _: () = assert!(size_of::<Geometry>() == 20);

impl Geometry {
    /// A channel whose sender never waits: `slots` messages of up to `capacity` bytes, for any number of receivers.
    ///
    /// `slots` is a power of two, at least 2. The cache line is 64 bytes; [`with_cache_line`](Self::with_cache_line) changes it.
    pub const fn overwrite(slots: u32, capacity: u32) -> Self {
        Self::new(Overflow::Overwrite, slots, capacity, 0)
    }

    /// A channel that loses no message: each of `receivers` (1 to 32) receives every message at its own pace.
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
            slots_at: 0,
            receivers: byte(receivers),
        }
        .with_cache_line(64)
    }

    /// The same for cache lines of `bytes` (32, 64 or 128). Use the longer line of the two sides. The slots begin right behind
    /// the control lines.
    #[must_use]
    pub const fn with_cache_line(mut self, bytes: u32) -> Self {
        self.line = byte(bytes);
        let frame = self.capacity.saturating_add(frame::PAYLOAD as u32);
        self.stride = match frame.checked_next_multiple_of(bytes) {
            Some(stride) => stride,
            None => 0,
        };
        self.slots_at = self.control_len();
        self
    }

    /// The same with slot 0 at offset `at`: a multiple of the cache line, behind the control lines. The lines between are room
    /// for receivers that a later format adds.
    ///
    /// ```
    /// use ramframe_core::geometry::Geometry;
    /// use ramframe_core::memory::AtomicWords;
    ///
    /// // Room for four receivers, of which one is in use.
    /// let at = Geometry::backpressure(4, 48, 4).slots_at() as u32;
    /// let one = Geometry::backpressure(4, 48, 1).with_slots_at(at);
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// one.format(&region, 0)?;
    /// Geometry::backpressure(4, 48, 3).format(&region, 0)?; // two more
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_slots_at(mut self, at: u32) -> Self {
        self.slots_at = at;
        self
    }

    /// The same with as many slots (a power of two) as fit `len` bytes; `None` if two slots do not fit.
    #[must_use]
    pub const fn max_slots_in(mut self, len: usize) -> Option<Self> {
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
        self.slots_at as u64 + self.slots_size()
    }

    /// Bytes of all slots.
    pub(crate) const fn slots_size(&self) -> u64 {
        // Doubles instead of multiplying, because a small chip has no wide multiplication. The number of slots is a power of two.
        let mut slots = self.slots;
        let mut size = self.stride as u64;
        while slots > 1 {
            slots /= 2;
            size *= 2;
        }
        size
    }

    /// Bytes of the constants and of all control lines.
    pub(crate) const fn control_len(&self) -> u32 {
        CONSTANTS as u32 + (SHARED_LINES + self.receivers()) * self.cache_line()
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

    /// Number of receivers with an index; 0 under overwrite.
    pub const fn receivers(&self) -> u32 {
        self.receivers as u32
    }

    /// Bytes from one slot to the next.
    pub const fn stride(&self) -> u32 {
        self.stride
    }

    /// Bytes of a cache line.
    pub const fn cache_line(&self) -> u32 {
        self.line as u32
    }

    /// Offset of the session line. The same for every geometry.
    pub const fn session_line(&self) -> usize {
        CONSTANTS
    }

    /// Offset of the head line.
    pub const fn head_line(&self) -> usize {
        CONSTANTS + self.line as usize
    }

    /// Offset of the line where receivers request to be notified.
    pub const fn requests_line(&self) -> usize {
        CONSTANTS + 2 * self.line as usize
    }

    /// Offset of the line of receiver `index`.
    pub const fn receiver_line(&self, index: u32) -> usize {
        CONSTANTS + (SHARED_LINES as usize + index as usize) * self.line as usize
    }

    /// The number of receivers' lines that fit below `end`, in use or not.
    pub(crate) const fn receiver_lines(&self, end: usize) -> u32 {
        let mut lines = 0;
        while lines < MAX_RECEIVERS && self.receiver_line(lines + 1) <= end {
            lines += 1;
        }
        lines
    }

    /// Offset of slot 0.
    pub const fn slots_at(&self) -> usize {
        self.slots_at as usize
    }

    /// Offset of the slot of the message whose sequence has these low 32 bits.
    pub const fn slot(&self, sequence: u32) -> usize {
        self.slots_at() + (sequence & (self.slots - 1)) as usize * self.stride as usize
    }

    /// Offset of the slot of the message after the one with this stamp.
    #[inline(always)]
    pub(crate) const fn slot_after(&self, last: frame::Stamp) -> usize {
        self.slot(last.next_low())
    }

    /// Offset of the first byte behind the last slot: [`size`](Self::size), in a region that is long enough.
    pub(crate) const fn end(&self) -> usize {
        self.slot(self.slots - 1) + self.stride as usize
    }

    /// Checks that the wire allows this geometry, and that it fits `len` bytes.
    pub const fn check(&self, len: usize) -> Result<(), GeometryError> {
        if let Some((field, value)) = self.fault() {
            return Err(GeometryError::Field { field, value });
        }
        if self.size() > len as u64 {
            return Err(GeometryError::RegionTooSmall {
                required: self.size(),
            });
        }
        Ok(())
    }

    pub(super) const fn fault(&self) -> Option<(Field, u32)> {
        let (line, stride, receivers) = (self.cache_line(), self.stride, self.receivers());
        if !is_power(line, 32, MAX_LINE) {
            Some((Field::Line, line))
        } else if !is_power(self.slots, 2, MAX_SLOTS) {
            Some((Field::Slots, self.slots))
        } else if stride == 0 || stride > MAX_STRIDE || stride & (line - 1) != 0 {
            Some((Field::Stride, stride))
        } else if self.capacity == 0 || self.capacity > stride - frame::PAYLOAD as u32 {
            Some((Field::Capacity, self.capacity))
        } else if !self.receivers_fit() {
            Some((Field::Receivers, receivers))
        } else if !self.slots_at_fits() {
            Some((Field::SlotsAt, self.slots_at))
        } else {
            None
        }
    }

    const fn receivers_fit(&self) -> bool {
        match self.overflow {
            Overflow::Overwrite => self.receivers == 0,
            Overflow::Backpressure => self.receivers().wrapping_sub(1) < MAX_RECEIVERS,
        }
    }

    const fn slots_at_fits(&self) -> bool {
        let at = self.slots_at;
        at >= self.control_len() && at <= MAX_SLOTS_AT && at & (self.cache_line() - 1) == 0
    }
}

/// `number` as a byte. A larger number becomes the largest byte, which no geometry allows.
const fn byte(number: u32) -> u8 {
    if number > u8::MAX as u32 {
        u8::MAX
    } else {
        number as u8
    }
}

/// Whether `number` is a power of two from `least` to `most`. It does not count bits, because a small chip needs a table for
/// that.
const fn is_power(number: u32, least: u32, most: u32) -> bool {
    number & number.wrapping_sub(1) == 0 && least <= number && number <= most
}
