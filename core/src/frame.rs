//! One message with its header, in shared memory and in a private buffer.
//!
//! In a region a frame is at a multiple of 8 bytes, as little-endian words:
//!
//! | offset | word |
//! |---|---|
//! | [`STAMP_LOW`] | low half of the stamp |
//! | [`STAMP_HIGH`] | high half of the stamp |
//! | [`LENGTH`] | length of the payload in bytes |
//! | [`EPOCH`] | epoch of the sender |
//! | [`PAYLOAD`] | the payload, up to the slot's capacity |
//!
//! In private memory it is a [`Frame`]: a buffer without a heap, which never grows. Nothing in this module accesses shared
//! memory. The channel decides when the words of a frame may be read and written.

use core::fmt;

/// Offset of the low half of the stamp, in bytes from the start of the frame.
pub const STAMP_LOW: usize = 0;
/// Offset of the high half of the stamp, in bytes from the start of the frame.
pub const STAMP_HIGH: usize = 4;
/// Offset of the payload's length, in bytes from the start of the frame.
pub const LENGTH: usize = 8;
/// Offset of the sender's epoch, in bytes from the start of the frame.
pub const EPOCH: usize = 12;
/// Offset of the payload, in bytes from the start of the frame. It is also the size of the header.
pub const PAYLOAD: usize = 16;

// The words follow each other, and the payload begins at a multiple of 8, where a copy may begin.
const _: () = assert!(STAMP_HIGH == STAMP_LOW + 4 && LENGTH == STAMP_HIGH + 4);
const _: () = assert!(EPOCH == LENGTH + 4 && PAYLOAD == EPOCH + 4);
const _: () = assert!(PAYLOAD.is_multiple_of(8));

/// The stamp of a slot: the sequence of its message, and whether the message is being written.
///
/// For the message of sequence `s` the stamp is `2 * s + 1` while the message is being written, and `2 * s + 2` once it is
/// published. A slot that was never written holds [`Stamp::UNUSED`]. So the stamps of one slot only grow, and no two messages up
/// to [`Stamp::LAST_SEQUENCE`] share a stamp. At one message a nanosecond that lasts 292 years.
///
/// ```
/// use ramframe_core::frame::Stamp;
///
/// assert!(Stamp::published(7) > Stamp::writing(7));
/// assert_eq!(Stamp::published(7).sequence(), Some(7));
/// assert_eq!(Stamp::UNUSED.sequence(), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Stamp(u64);

impl Stamp {
    /// The stamp of a slot that was never written.
    pub const UNUSED: Stamp = Stamp(0);

    /// The last sequence with stamps of its own. The next one would be published as [`Stamp::UNUSED`].
    pub const LAST_SEQUENCE: u64 = (1 << 63) - 2;

    /// The stamp while the message of this sequence is being written.
    pub const fn writing(sequence: u64) -> Self {
        Stamp(sequence.wrapping_mul(2).wrapping_add(1))
    }

    /// The stamp once the message of this sequence can be read.
    pub const fn published(sequence: u64) -> Self {
        Stamp(sequence.wrapping_mul(2).wrapping_add(2))
    }

    /// The stamp with these two words.
    pub const fn from_halves(low: u32, high: u32) -> Self {
        Stamp((high as u64) << 32 | low as u64)
    }

    /// The word at [`STAMP_LOW`]. Its lowest bit says whether the slot is being written.
    pub const fn low(self) -> u32 {
        (self.0 & 0xFFFF_FFFF) as u32
    }

    /// The word at [`STAMP_HIGH`].
    pub const fn high(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The sequence of the message, published or not; `None` if the stamp is [`Stamp::UNUSED`].
    pub const fn sequence(self) -> Option<u64> {
        match self.0.checked_sub(1) {
            Some(before) => Some(before >> 1),
            None => None,
        }
    }

    /// Both words, the one at [`STAMP_LOW`] first.
    pub const fn halves(self) -> [u32; 2] {
        [self.low(), self.high()]
    }

    /// The stamp of the newest message when `count` messages are published; [`Stamp::UNUSED`] for none.
    pub(crate) const fn of_count(count: u64) -> Self {
        Stamp(count.wrapping_mul(2))
    }

    /// How many messages are published when the last of them has this stamp.
    pub(crate) const fn count(self) -> u64 {
        self.0 >> 1
    }

    /// The stamp of the message after this one, once it can be read.
    #[inline(always)]
    pub(crate) const fn after(self) -> Self {
        Stamp(self.0.wrapping_add(2))
    }

    /// The stamp of the message `count` messages after this one, once it can be read.
    #[cfg(target_pointer_width = "64")]
    pub(crate) const fn later(self, count: u32) -> Self {
        Stamp(self.0.wrapping_add(2 * count as u64))
    }

    /// The stamp in the slot of the message after this one, of `slots` slots, before that message is written.
    #[inline(always)]
    pub(crate) const fn a_lap_before(self, slots: u32) -> Self {
        match self.before(slots - 1) {
            Some(before) => before,
            None => Stamp::UNUSED,
        }
    }

    /// The stamp of the next message while it is being written. This stamp is that of a published message.
    #[inline(always)]
    pub(crate) const fn writing_after(self) -> Self {
        Stamp(self.0 | 1)
    }

    /// The stamp of the message `count` messages before this one, which is published. [`Stamp::UNUSED`] stands for the message
    /// before the first. `None` if there are fewer messages.
    #[inline(always)]
    pub(crate) const fn before(self, count: u32) -> Option<Self> {
        let before = Stamp(self.0.wrapping_sub(2 * count as u64));
        // A difference below zero has a far larger high half, so a comparison of 32 bits decides.
        match before.high() > self.high() {
            true => None,
            false => Some(before),
        }
    }

    /// Whether there are fewer than `count` messages up to this one.
    #[inline(always)]
    pub(crate) const fn is_below(self, count: u32) -> bool {
        self.high() == 0 && self.low() >> 1 < count
    }

    /// Low 31 bits of the sequence of the message after this one, which is published: enough for any slot and count.
    #[inline(always)]
    pub(crate) const fn next_low(self) -> u32 {
        self.low() >> 1
    }

    /// The number of messages from `earlier` to this one. Both are published.
    #[inline(always)]
    pub(crate) const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) >> 1
    }

    /// Whether the message can be read: the slot was used and is not being written.
    pub const fn is_published(self) -> bool {
        self.0 != 0 && !self.is_writing()
    }

    /// Whether the message is being written.
    pub const fn is_writing(self) -> bool {
        self.0 & 1 == 1
    }
}

const _: () = assert!(Stamp::published(Stamp::LAST_SEQUENCE).0 == u64::MAX - 1);
const _: () = assert!(Stamp::writing(0).0 == 1 && Stamp::published(0).0 == 2);

/// The header of a message.
///
/// ```
/// use ramframe_core::frame::Header;
///
/// let header = Header { sequence: 7, epoch: 2, len: 6 };
/// assert_eq!(header.encode(), [16, 0, 6, 2]);
/// assert_eq!(Header::decode(header.encode()), Some(header));
/// assert_eq!(Header::decode([15, 0, 6, 2]), None); // being written
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Header {
    /// Number of the message since the channel was formatted, from 0.
    pub sequence: u64,
    /// Incarnation of the sender that sent it.
    pub epoch: u32,
    /// Length of the payload in bytes.
    pub len: usize,
}

impl Header {
    /// The four words of a published frame with this header, in the order of their offsets.
    ///
    /// A length that a word cannot hold becomes `u32::MAX`. No slot has room for that, and every receiver refuses it.
    pub const fn encode(self) -> [u32; 4] {
        let stamp = Stamp::published(self.sequence);
        [stamp.low(), stamp.high(), length_word(self.len), self.epoch]
    }

    /// The header in these four words; `None` unless the stamp is that of a published message.
    ///
    /// The length is not checked.
    pub const fn decode([low, high, length, epoch]: [u32; 4]) -> Option<Self> {
        let stamp = Stamp::from_halves(low, high);
        match stamp.sequence() {
            Some(sequence) if stamp.is_published() => Some(Header {
                sequence,
                epoch,
                len: length as usize,
            }),
            _ => None,
        }
    }
}

/// A payload's length as the word at [`LENGTH`].
const fn length_word(len: usize) -> u32 {
    let wide = len as u64;
    if wide > u32::MAX as u64 {
        return u32::MAX;
    }
    (wide & 0xFFFF_FFFF) as u32
}

/// A message of at most `N` bytes in a private buffer, which no other side can change.
///
/// A program makes a frame once and fills it for each message. The first [`Frame::space`] clears the `N` bytes. Later calls cost
/// nothing.
///
/// ```
/// use ramframe_core::frame::{Frame, Header};
///
/// let mut frame: Frame<16> = Frame::new();
/// frame.space()[..6].copy_from_slice(b"CIEPLO");
/// frame.finish(Header { sequence: 41, epoch: 1, len: 6 });
/// assert_eq!(frame.payload(), b"CIEPLO");
/// assert_eq!(frame.sequence(), 41);
/// ```
#[derive(Clone, Default)]
pub struct Frame<const N: usize> {
    header: Header,
    /// Empty, or all `N` bytes with the payload in front. Its length never shrinks, so that nothing is cleared twice.
    bytes: heapless::Vec<u8, N>,
}

impl<const N: usize> Frame<N> {
    /// An empty message of sequence 0 and epoch 0.
    pub const fn new() -> Self {
        Frame {
            header: Header {
                sequence: 0,
                epoch: 0,
                len: 0,
            },
            bytes: heapless::Vec::new(),
        }
    }

    /// The header. Its `len` is the length of [`Frame::payload`].
    pub fn header(&self) -> Header {
        self.header
    }

    /// Number of the message since the channel was formatted, from 0.
    pub fn sequence(&self) -> u64 {
        self.header.sequence
    }

    /// Incarnation of the sender that sent it.
    pub fn epoch(&self) -> u32 {
        self.header.epoch
    }

    /// The bytes of the message.
    pub fn payload(&self) -> &[u8] {
        self.bytes.get(..self.header.len).unwrap_or(&self.bytes)
    }

    /// The payload as a vector, for code that uses heapless.
    pub fn into_payload(mut self) -> heapless::Vec<u8, N> {
        self.bytes.truncate(self.header.len);
        self.bytes
    }

    /// All `N` bytes. Write the next payload to the front. They still hold bytes of earlier messages. The frame is empty until
    /// [`Frame::finish`].
    pub fn space(&mut self) -> &mut [u8] {
        self.header.len = 0;
        // This cannot fail, because the vector's capacity is `N` bytes.
        let _ = self.bytes.resize_default(N);
        &mut self.bytes
    }

    /// Gives the bytes in [`Frame::space`] a header. A `len` above `N` becomes `N`.
    pub fn finish(&mut self, header: Header) {
        self.header = Header {
            len: header.len.min(self.bytes.len()),
            ..header
        };
    }
}

/// Compares header and payload. The bytes behind the payload do not count.
impl<const N: usize> PartialEq for Frame<N> {
    fn eq(&self, other: &Self) -> bool {
        self.header == other.header && self.payload() == other.payload()
    }
}

impl<const N: usize> Eq for Frame<N> {}

impl<const N: usize> fmt::Debug for Frame<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("header", &self.header)
            .field("payload", &self.payload())
            .finish()
    }
}
