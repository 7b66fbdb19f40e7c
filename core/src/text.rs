//! A text in shared memory, as the C tutorial shares it: a NUL-terminated string at offset 0.
//!
//! This wire is for existing peers that use it. It has no sequence and no notification. A reader cannot tell a text that was
//! written again from an old one, and does not know how many texts it missed. It cannot be sure that a text is whole either:
//!
//! - A text shorter than a machine word (8 bytes, or 4 on a 32-bit machine) is one store and one load. It is never torn between
//!   two sides that use this module. On 64-bit machines that holds for both texts of the tutorial.
//! - For a longer text, [`write`](fn@write) clears the first word, stores the rest, and stores the first word last. A reader in
//!   between finds the empty text, as in new memory. If the writer dies in between, every reader finds the empty text.
//! - [`read`] reads until two passes find the same text. It returns a mix of two texts only if two later writes fall into its two
//!   passes in such a way that both passes see the same mix.
//! - A peer that writes byte by byte, like C's `strcpy`, may stop in the middle for longer than both passes take. Then the
//!   beginning of one text with the end of another looks whole.
//!
//! If this matters, use a [channel](crate::channel).
//!
//! ```
//! use ramframe_core::text;
//! use ramframe_core::memory::AtomicWords;
//!
//! let memory = AtomicWords::array::<256>();
//! let region = AtomicWords::new(&memory);
//! text::write(&region, b"CIEPLO").unwrap();
//!
//! let mut buffer = [0; 32];
//! assert_eq!(text::read(&region, &mut buffer), Ok(&b"CIEPLO"[..]));
//! ```

use core::error::Error;
use core::fmt;
use core::sync::atomic::Ordering;

use crate::region::{Region, RegionMut};

/// The largest number of passes that [`read`] makes.
pub const READS: usize = 8;

/// The bytes of one access.
const WORD: usize = size_of::<usize>();

/// The reason why a text was not written. The earlier text is untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum WriteError {
    /// The text is too long for the region. Shorten it to `capacity` bytes, or use a larger region.
    TooLong {
        /// The longest possible text, in bytes without its NUL.
        capacity: usize,
    },
    /// A NUL inside the text would end it there. Send texts without a NUL, or use a channel.
    InteriorNul {
        /// Index of the first NUL.
        at: usize,
    },
}

/// Why no text was read.
///
/// ```
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::text::{self, ReadError, WriteError};
///
/// let memory = AtomicWords::array::<4>();
/// let region = AtomicWords::new(&memory);
/// assert_eq!(text::write(&region, &[b'x'; 16]), Err(WriteError::TooLong { capacity: 15 }));
/// text::write(&region, b"CIEPLO").unwrap();
/// assert_eq!(text::read(&region, &mut [0; 4]), Err(ReadError::BufferTooSmall { required: 6 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ReadError {
    /// The whole region has no NUL. It holds no text, or its writer has left out the NUL.
    Unterminated,
    /// The text is longer than the buffer. Use a buffer of `required` bytes.
    BufferTooSmall {
        /// Length of the text in bytes.
        required: usize,
    },
    /// The text changed during each of [`READS`] passes. Try again.
    Unsettled,
}

/// Writes `text` and its NUL to the front of the region.
///
/// Only whole machine words of the region are used, and the text must be shorter than these. Costs a copy of the text, and two
/// fences if it is a machine word or longer. There may be one writer at a time.
pub fn write(region: &impl RegionMut, text: &[u8]) -> Result<(), WriteError> {
    check(text, size(region))?;
    let (words, end) = text.as_chunks::<WORD>();
    let end = terminated(end);
    let Some((head, body)) = words.split_first() else {
        put(region, 0, &end);
        return Ok(());
    };
    put(region, 0, &[0; WORD]);
    // Hidden before changed: a side that sees a part of the new body no longer sees the old head in its next pass.
    region.fence(Ordering::Release);
    put(region, WORD, body.as_flattened());
    put(region, size_of_val(words), &end);
    // Changed before shown: a side that sees the new head sees the whole new body.
    region.fence(Ordering::Release);
    put(region, 0, head);
    Ok(())
}

/// Reads the text at the front of the region, without its NUL. The text is empty if nothing was ever written.
///
/// Costs two passes over the text if nobody writes, and at most [`READS`] passes. A pass never reads more than the region. The
/// buffer must be at least as long as the text. Its bytes behind the text, and all its bytes after an error, are unspecified.
pub fn read<'b>(region: &impl Region, buffer: &'b mut [u8]) -> Result<&'b [u8], ReadError> {
    let mut last = pass(region, buffer);
    for _ in 1..READS {
        let now = pass(region, buffer);
        if now.end == last.end && !now.changed {
            return found(now.end, buffer);
        }
        last = now;
    }
    Err(ReadError::Unsettled)
}

/// The result of one pass over the text.
struct Pass {
    /// Offset of the NUL, if there is one.
    end: Option<usize>,
    /// Whether the buffer held another text before.
    changed: bool,
}

/// Copies the text to the buffer, as much as fits, word by word up to its NUL.
fn pass(region: &impl Region, buffer: &mut [u8]) -> Pass {
    region.invalidate(0, size(region));
    let (mut room, mut changed, mut end) = (buffer.iter_mut(), false, None);
    for at in (0..size(region)).step_by(WORD) {
        let mut word = [0; WORD];
        region.copy_out(at, &mut word);
        let text = word.iter().take_while(|byte| **byte != 0);
        // The text comes first: when a word ends, `zip` must not have taken a byte of `room` already.
        for (byte, kept) in text.zip(room.by_ref()) {
            changed |= kept != byte;
            *kept = *byte;
        }
        end = word.iter().position(|byte| *byte == 0).map(|nul| at + nul);
        if end.is_some() {
            break;
        }
    }
    // This pass before the next: if this pass saw a part of a body being written, the next pass sees the hidden head.
    region.fence(Ordering::Acquire);
    Pass { end, changed }
}

/// The text that two passes agreed on.
fn found(end: Option<usize>, buffer: &[u8]) -> Result<&[u8], ReadError> {
    let required = end.ok_or(ReadError::Unterminated)?;
    buffer
        .get(..required)
        .ok_or(ReadError::BufferTooSmall { required })
}

/// Checks that the text fits `size` bytes and has no NUL.
fn check(text: &[u8], size: usize) -> Result<(), WriteError> {
    if text.len() >= size {
        let capacity = size.saturating_sub(1);
        return Err(WriteError::TooLong { capacity });
    }
    match text.iter().position(|byte| *byte == 0) {
        Some(at) => Err(WriteError::InteriorNul { at }),
        None => Ok(()),
    }
}

/// The used bytes of the region: whole words, because copies are made of them.
fn size(region: &impl Region) -> usize {
    region.len() / WORD * WORD
}

/// The last word of a text: its last bytes, fewer than a word, and at least one NUL.
fn terminated(end: &[u8]) -> [u8; WORD] {
    let mut word = [0; WORD];
    for (to, byte) in word.iter_mut().zip(end) {
        *to = *byte;
    }
    word
}

fn put(region: &impl RegionMut, at: usize, words: &[u8]) {
    region.copy_in(at, words);
    region.clean(at, words.len());
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::TooLong { capacity } => write!(f, "a text is at most {capacity} bytes"),
            WriteError::InteriorNul { at } => write!(f, "a NUL inside the text, at byte {at}"),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Unterminated => f.write_str("no text: no NUL in the whole region"),
            ReadError::BufferTooSmall { required } => write!(f, "the text needs {required} bytes"),
            ReadError::Unsettled => f.write_str("the text changed during every read: try again"),
        }
    }
}

impl Error for WriteError {}
impl Error for ReadError {}
