//! How do two sides share one text as the original did: a NUL-terminated string at offset 0, and nothing else?
//!
//! This wire is for peers that speak it already. It has no sequence and no notification: a reader cannot tell a text that was
//! written again from one that still stands there, nor how many it missed. Nor can it be sure that a text is whole:
//!
//! - A text shorter than a machine word (8 bytes, or 4 on a 32-bit machine) is one store and one load of a word and never
//!   torn between two sides that use this module. On 64-bit machines that holds for both texts of the tutorial.
//! - Of a longer text, [`write`](fn@write) clears the first word before it touches the rest, and puts the first word in place
//!   last. Who looks in between finds the empty text, as in new memory, and so does everyone if the writer dies there.
//! - [`read`] reads until it has found the same twice. It takes a mix of two texts for one only if two later writes fall
//!   into its two passes just so that both see the same mix.
//! - A peer that writes byte by byte, as C's `strcpy`, may stop in the middle for longer than both passes take. Then the
//!   beginning of one text with the end of another looks whole.
//!
//! Where this matters, use a [channel](crate::channel).
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

/// How often [`read`] looks at the text at most.
pub const READS: usize = 8;

/// What is read or written at once, in bytes.
const WORD: usize = size_of::<usize>();

/// Why a text was not written. The text that stood there is untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum WriteError {
    /// Too long for the region: shorten it to `capacity` bytes, or use a larger region.
    TooLong {
        /// The longest text there is room for, in bytes without its NUL.
        capacity: usize,
    },
    /// A NUL inside the text would end it there: send texts without one, or use a channel.
    InteriorNul {
        /// Index of the first one.
        at: usize,
    },
}

/// Why no text was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ReadError {
    /// No NUL in the whole region: this is no text, or its writer has left out the NUL.
    Unterminated,
    /// The text is longer than the buffer: try again with one of `required` bytes.
    BufferTooSmall {
        /// Length of the text in bytes.
        required: usize,
    },
    /// The text changed at each of [`READS`] looks: try again.
    Unsettled,
}

/// Puts `text` and its NUL at the front of the region.
///
/// The region's length counts in whole machine words, and what is left over is not used; a text has room if it is shorter
/// than that. Costs a copy of the text, and two fences if it is a machine word or longer. One writer at a time.
pub fn write(region: &impl RegionMut, text: &[u8]) -> Result<(), WriteError> {
    check(text, size(region))?;
    let (words, end) = text.as_chunks::<WORD>();
    let end = terminated(end);
    let Some((head, body)) = words.split_first() else {
        put(region, 0, &end);
        return Ok(());
    };
    put(region, 0, &[0; WORD]);
    // Hidden before changed: whoever sees some of the new body no longer sees the old head, once it has looked again.
    region.fence(Ordering::Release);
    put(region, WORD, body.as_flattened());
    put(region, size_of_val(words), &end);
    // Changed before shown: whoever sees the new head sees all of the new body.
    region.fence(Ordering::Release);
    put(region, 0, head);
    Ok(())
}

/// Reads the text at the front of the region, without its NUL; empty where nothing was ever written.
///
/// Costs two passes over the text if nobody writes, and at most [`READS`]; never more than the region each. The buffer
/// is a text's length or longer; what it holds after an error, and behind the text, means nothing.
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

/// What one look at the text has found.
struct Pass {
    /// Where its NUL is, if it has one.
    end: Option<usize>,
    /// Whether the buffer held anything else before.
    changed: bool,
}

/// Brings the text into the buffer, as much of it as the buffer holds, word by word up to its NUL.
fn pass(region: &impl Region, buffer: &mut [u8]) -> Pass {
    region.invalidate(0, size(region));
    let (mut room, mut changed, mut end) = (buffer.iter_mut(), false, None);
    for at in (0..size(region)).step_by(WORD) {
        let mut word = [0; WORD];
        region.copy_out(at, &mut word);
        let text = word.iter().take_while(|byte| **byte != 0);
        // The text in front: at a word's end, `zip` must not have taken room already.
        for (byte, kept) in text.zip(room.by_ref()) {
            changed |= kept != byte;
            *kept = *byte;
        }
        end = word.iter().position(|byte| *byte == 0).map(|nul| at + nul);
        if end.is_some() {
            break;
        }
    }
    // This pass before the next: if it saw some of a body being written, the next sees that its head was hidden.
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

/// Whether the text can stand in `size` bytes as it is.
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

/// How much of the region is used: whole words, because copies are made of them.
fn size(region: &impl Region) -> usize {
    region.len() / WORD * WORD
}

/// The last word of a text: what is left of it, less than a word, and at least one NUL.
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
            ReadError::Unsettled => f.write_str("the text changed at every look: try again"),
        }
    }
}

impl Error for WriteError {}
impl Error for ReadError {}
