//! What do the messages hold, so that every one is really written, and really read?
//!
//! Each carries its number at nine places, the first and the last word among them (short ones in all their words), and
//! what it is checked for at the other end. The rest is a pattern that is compared in full once a segment.

use std::io;

const WORD: usize = size_of::<u64>();

/// Places of the number, beside the last word.
const PLACES: usize = 8;

/// Where buffers begin in a page: 16 bytes behind a cache line, as those of malloc do, and as payloads do in a slot. So the
/// two ends of a copy are aligned alike; and they are never 1 to 31 bytes apart in their pages, which some memory copies
/// pay dearly for.
pub(super) const OFFSET: usize = 64 + 16;
const PAGE: usize = 4096;

/// A message to send, and one to receive into; both of this side's own memory.
#[derive(Debug)]
pub(super) struct Payload {
    out: Buffer,
    into: Buffer,
}

#[derive(Debug)]
struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
}

impl Buffer {
    fn new(longest: usize) -> Self {
        let bytes = vec![0; longest + PAGE + OFFSET];
        let start = bytes.as_ptr().align_offset(PAGE) + OFFSET;
        Self {
            bytes,
            start,
            len: longest,
        }
    }

    fn get(&self) -> &[u8] {
        &self.bytes[self.start..self.start + self.len]
    }

    fn get_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.start + self.len]
    }
}

impl Payload {
    pub(super) fn new(longest: usize) -> Self {
        Self {
            out: Buffer::new(longest),
            into: Buffer::new(longest),
        }
    }

    /// Makes messages `size` bytes long, and forgets what was received.
    pub(super) fn begin(&mut self, size: usize) {
        self.out.len = size;
        self.into.len = size;
        fill(self.out.get_mut());
        self.into.get_mut().fill(0);
    }

    /// Message `number`, to send.
    #[inline]
    pub(super) fn numbered(&mut self, number: u64) -> &[u8] {
        put_number(self.out.get_mut(), number);
        self.out.get()
    }

    /// Where to receive.
    #[inline]
    pub(super) fn space(&mut self) -> &mut [u8] {
        self.into.get_mut()
    }

    /// Whether message `number` was received.
    #[inline]
    pub(super) fn check(&self, number: u64) -> io::Result<()> {
        check(self.into.get(), number)
    }

    /// Whether every byte received last is what was sent.
    pub(super) fn check_all(&mut self, number: u64) -> io::Result<()> {
        put_number(self.out.get_mut(), number);
        (self.into.get() == self.out.get())
            .then_some(())
            .ok_or_else(|| wrong(number))
    }

    pub(super) fn size(&self) -> usize {
        self.out.len
    }
}

/// The pattern between the numbers.
pub(super) fn fill(bytes: &mut [u8]) {
    for (byte, value) in bytes.iter_mut().zip((1..=251).cycle()) {
        *byte = value;
    }
}

fn step(words: usize) -> usize {
    (words / PLACES).max(1)
}

/// Writes `number` at its places.
#[inline]
pub(super) fn put_number(bytes: &mut [u8], number: u64) {
    let words = bytes.as_chunks_mut::<WORD>().0;
    if words.len() <= PLACES {
        return words.fill(number.to_ne_bytes());
    }
    let step = step(words.len());
    for word in words.iter_mut().step_by(step) {
        *word = number.to_ne_bytes();
    }
    if let Some(last) = words.last_mut() {
        *last = number.to_ne_bytes();
    }
}

/// Whether `number` stands at all its places.
#[inline]
pub(super) fn check(bytes: &[u8], number: u64) -> io::Result<()> {
    let words = bytes.as_chunks::<WORD>().0;
    let number_bytes = number.to_ne_bytes();
    let same = if words.len() <= PLACES {
        // Left early, if it ever were: so the compiler compares word by word. Wider loads would have to wait until what was
        // just received has left this core's store buffer.
        words.iter().all(|word| *word == number_bytes)
    } else {
        let places = words.iter().step_by(step(words.len())).chain(words.last());
        places.fold(true, |same, word| same & (*word == number_bytes))
    };
    if same { Ok(()) } else { Err(wrong(number)) }
}

#[cold]
fn wrong(number: u64) -> io::Error {
    io::Error::other(format!("message {number} is not what was sent"))
}
