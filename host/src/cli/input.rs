//! Standard input, message by message: read when it has bytes, and waited for no longer than until a signal.

use std::io;
use std::ops::Range;
use std::time::Duration;

use crate::cli::streams::{self, Unusable};

use super::framing::{Found, Framing};

/// Bytes read at once.
const BLOCK: usize = 64 * 1024;

/// The next message, or why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Message(Vec<u8>),
    /// A message that no slot holds, and its length where that is known.
    TooLong(Option<u64>),
    /// Standard input has nothing at this moment.
    Later,
    End,
}

/// Standard input, or anything else that is read so.
pub(crate) struct Input<R = Stdin> {
    from: R,
    framing: Framing,
    bytes: Vec<u8>,
    /// Where in `bytes` the next message begins, and up to where it was searched for its end.
    start: usize,
    searched: usize,
    ended: bool,
    /// How many bytes and messages were taken.
    offset: u64,
    taken: u64,
}

/// Why bytes are no messages. Messages are counted from 1, bytes from 0.
#[derive(Debug, thiserror::Error)]
enum Malformed {
    #[error(
        "message {number} does not begin with a length, at byte {at}: is this written as `recv --delimited` does it?"
    )]
    NoLength { number: u64, at: u64 },
    #[error("it ends at byte {end}, in the middle of message {number}, which begins at byte {at}")]
    Truncated { number: u64, at: u64, end: u64 },
}

/// What an [`Input`] reads: at once what there is, or `WouldBlock`.
pub(crate) trait Source {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize>;
}

/// The process's standard input.
pub(crate) struct Stdin(io::Stdin);

impl Source for Stdin {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match streams::is_readable(&self.0, Duration::ZERO) {
            true => streams::read(&self.0, to),
            false => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

/// Why standard input cannot be read, if it cannot.
pub(crate) fn refuse_unreadable() -> Result<(), String> {
    match streams::unreadable(&io::stdin()) {
        None => Ok(()),
        Some(Unusable::Closed) => Err("standard input is closed".into()),
        Some(Unusable::Direction) => Err("standard input is not open for reading".into()),
    }
}

impl Input {
    /// Standard input, if it can be read.
    pub(crate) fn open(framing: Framing) -> Result<Self, String> {
        refuse_unreadable()?;
        Ok(Self::of(Stdin(io::stdin()), framing))
    }

    /// Waits until there is something to read or the input has ended; at most for `limit`, or until a signal.
    pub(crate) fn wait(&self, limit: Duration) {
        streams::is_readable(&self.from.0, limit);
    }
}

impl<R: Source> Input<R> {
    fn of(from: R, framing: Framing) -> Self {
        Self {
            from,
            framing,
            bytes: Vec::new(),
            start: 0,
            searched: 0,
            ended: false,
            offset: 0,
            taken: 0,
        }
    }

    /// How its messages are told from one another.
    pub(crate) fn framing(&self) -> Framing {
        self.framing
    }

    /// The next message, if it is there; never more than `longest` bytes and a block in memory.
    ///
    /// # Errors
    /// The system's, and `InvalidData` where there is no message.
    pub(crate) fn message(&mut self, longest: usize) -> io::Result<Next> {
        loop {
            let searched = self.searched - self.start;
            match self
                .framing
                .find(self.rest(), searched, longest, self.ended)
            {
                Found::Message { at, next } => return self.take(at, next),
                Found::TooLong(len) => return Ok(Next::TooLong(len)),
                Found::NoLength => return Err(self.no_length()),
                Found::Part if !self.ended => self.searched = self.bytes.len(),
                Found::Part if self.rest().is_empty() => return Ok(Next::End),
                Found::Part => return Err(self.truncated()),
            }
            match self.read() {
                Ok(()) => {}
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                    ) =>
                {
                    return Ok(Next::Later);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// How many messages were read and not taken.
    pub(crate) fn untaken(&self) -> u64 {
        let mut rest = self.rest();
        let mut count = 0;
        while !rest.is_empty() {
            count += 1;
            rest = match self.framing.find(rest, 0, usize::MAX, true) {
                Found::Message { next, .. } => rest.get(next..).unwrap_or_default(),
                _ => break,
            };
        }
        count
    }

    /// What was read and not taken.
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    fn no_length(&self) -> io::Error {
        let (number, at) = (self.taken + 1, self.offset);
        io::Error::new(
            io::ErrorKind::InvalidData,
            Malformed::NoLength { number, at },
        )
    }

    fn truncated(&self) -> io::Error {
        let (number, at) = (self.taken + 1, self.offset);
        let end = at + self.rest().len() as u64;
        io::Error::new(
            io::ErrorKind::InvalidData,
            Malformed::Truncated { number, at, end },
        )
    }

    /// The message at `at` of the rest; the rest after it begins at `next`.
    fn take(&mut self, at: Range<usize>, next: usize) -> io::Result<Next> {
        let bytes = self.rest().get(at).unwrap_or_default();
        let mut message = Vec::new();
        message.try_reserve_exact(bytes.len())?;
        message.extend_from_slice(bytes);
        self.start += next;
        self.searched = self.start;
        self.offset += next as u64;
        self.taken += 1;
        Ok(Next::Message(message))
    }

    fn read(&mut self) -> io::Result<()> {
        self.bytes.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        let len = self.bytes.len();
        self.bytes.try_reserve(BLOCK)?;
        self.bytes.resize(len + BLOCK, 0);
        let space = self.bytes.get_mut(len..).unwrap_or_default();
        let read = self.from.read(space);
        self.bytes.truncate(len + *read.as_ref().unwrap_or(&0));
        self.ended = read? == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{Framing, Input, Next, Source};

    /// What each read gives; `None` would block. The end follows.
    struct Pieces(Vec<Option<&'static [u8]>>);

    impl Source for Pieces {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0).ok_or(io::ErrorKind::WouldBlock)?;
            to[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    fn all(pieces: &[Option<&'static [u8]>], longest: usize) -> Vec<Next> {
        let mut input = Input::of(Pieces(pieces.to_vec()), Framing::Lines);
        let mut lines = Vec::new();
        loop {
            let line = input.message(longest).expect("memory does not fail");
            let last = matches!(line, Next::End | Next::TooLong(_));
            lines.push(line);
            if last {
                return lines;
            }
        }
    }

    fn message(text: &[u8]) -> Next {
        Next::Message(text.to_vec())
    }

    #[test]
    fn lines_end_at_newlines_and_at_the_end() {
        let expected = [
            message(b"a"),
            message(b""),
            message(b"b\r"),
            message(b"c"),
            Next::End,
        ];
        assert_eq!(all(&[Some(b"a\n\nb\r\nc")], 3), expected);
    }

    #[test]
    fn a_line_may_come_in_pieces_and_late() {
        let pieces: [Option<&[u8]>; 4] = [Some(b"on"), None, Some(b"e\ntw"), Some(b"o\n")];
        let expected = [Next::Later, message(b"one"), message(b"two"), Next::End];
        assert_eq!(all(&pieces, 3), expected);
    }

    #[test]
    fn a_line_may_be_as_long_as_a_slot_and_no_longer() {
        let expected = [message(b"abc"), message(b"abc"), Next::End];
        assert_eq!(all(&[Some(b"abc\nabc")], 3), expected);
        assert_eq!(all(&[Some(b"abcd\n")], 3), [Next::TooLong(None)]);
        assert_eq!(all(&[Some(b"abcd"), None], 3), [Next::TooLong(None)]);
    }

    #[test]
    fn what_was_read_and_not_taken_is_counted() {
        let mut input = Input::of(Pieces(vec![Some(b"a\nb\nc")]), Framing::Lines);
        assert_eq!(input.message(3).unwrap(), message(b"a"));
        assert_eq!(input.untaken(), 2);
    }

    /// What one by one gives, up to the error.
    fn delimited(bytes: &'static [u8]) -> (Vec<Next>, String) {
        let bytes = bytes.chunks(1).flat_map(|byte| [Some(byte), None]);
        let mut input = Input::of(Pieces(bytes.collect()), Framing::Delimited);
        let mut found = Vec::new();
        loop {
            match input.message(200) {
                Ok(Next::Later) => {}
                Ok(next) => found.push(next),
                Err(error) => return (found, error.to_string()),
            }
            if matches!(found.last(), Some(Next::End | Next::TooLong(_))) {
                return (found, String::new());
            }
        }
    }

    #[test]
    fn delimited_messages_may_come_byte_by_byte() {
        let expected = [message(b"a\n\0"), message(b""), message(b"\xff"), Next::End];
        let found = delimited(b"\x03a\n\0\x00\x81\x00\xff");
        assert_eq!(found, (expected.into(), String::new()));
        let (found, _) = delimited(b"\x01a\xc9\x01");
        assert_eq!(found, [message(b"a"), Next::TooLong(Some(201))]);
    }

    #[test]
    fn an_end_that_is_none_says_where_it_is() {
        for (bytes, at) in [
            (&b"\x01a\x02b"[..], 4),
            (b"\x01a\x02", 3),
            (b"\x01a\x80\x80", 4),
        ] {
            let why =
                format!("it ends at byte {at}, in the middle of message 2, which begins at byte 2");
            assert_eq!(delimited(bytes), (vec![message(b"a")], why));
        }
        let (_, why) = delimited(b"\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
        assert!(
            why.starts_with("message 2 does not begin with a length, at byte 1"),
            "{why}"
        );
    }

    #[test]
    fn what_was_read_and_not_taken_is_counted_by_its_framing() {
        for (bytes, framing) in [
            (&b"a\0\0c"[..], Framing::Null),
            (b"\x01a\x00\x09c", Framing::Delimited),
        ] {
            let mut input = Input::of(Pieces(vec![Some(bytes)]), framing);
            assert_eq!(input.message(9).unwrap(), message(b"a"));
            assert_eq!(input.untaken(), 2, "{framing:?}");
        }
    }
}
