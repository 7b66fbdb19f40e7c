//! Standard input, line by line: read when it has bytes, and waited for no longer than until a signal.

use std::io;
use std::time::Duration;

use crate::cli::streams::{self, Unusable};

use super::source::Next;

/// Bytes read at once.
const BLOCK: usize = 64 * 1024;

/// Standard input, or anything else that is read so.
pub(crate) struct Input<R = Stdin> {
    from: R,
    bytes: Vec<u8>,
    /// Where in `bytes` the next line begins, and up to where it was searched for its end.
    start: usize,
    searched: usize,
    ended: bool,
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
    pub(crate) fn open() -> Result<Self, String> {
        refuse_unreadable()?;
        Ok(Self::of(Stdin(io::stdin())))
    }

    /// Waits until there is something to read or the input has ended; at most for `limit`, or until a signal.
    pub(crate) fn wait(&self, limit: Duration) {
        streams::is_readable(&self.from.0, limit);
    }
}

impl<R: Source> Input<R> {
    fn of(from: R) -> Self {
        Self {
            from,
            bytes: Vec::new(),
            start: 0,
            searched: 0,
            ended: false,
        }
    }

    /// The next line without its newline, if it is there; never more than `longest` bytes and a block in memory.
    pub(crate) fn line(&mut self, longest: usize) -> io::Result<Next> {
        loop {
            if let Some(end) = self.newline() {
                return self.take(end, longest);
            }
            let rest = self.bytes.len() - self.start;
            match self.ended {
                _ if rest > longest => return Ok(Next::TooLong),
                true if rest == 0 => return Ok(Next::End),
                true => return self.take(self.bytes.len(), longest),
                false => {}
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

    /// How many lines were read and not taken.
    pub(crate) fn untaken(&self) -> u64 {
        let rest = self.bytes.get(self.start..).unwrap_or_default();
        let lines = rest.split_inclusive(|&byte| byte == b'\n');
        lines.count() as u64
    }

    fn newline(&mut self) -> Option<usize> {
        let rest = self.bytes.get(self.searched..)?;
        match rest.iter().position(|&byte| byte == b'\n') {
            Some(at) => Some(self.searched + at),
            None => {
                self.searched = self.bytes.len();
                None
            }
        }
    }

    /// The line up to `end`, where its newline or the end of the input is.
    fn take(&mut self, end: usize, longest: usize) -> io::Result<Next> {
        let line = self.bytes.get(self.start..end).unwrap_or_default();
        if line.len() > longest {
            return Ok(Next::TooLong);
        }
        let mut message = Vec::new();
        message.try_reserve_exact(line.len())?;
        message.extend_from_slice(line);
        self.start = (end + 1).min(self.bytes.len());
        self.searched = self.start;
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

    use super::{Input, Next, Source};

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
        let mut input = Input::of(Pieces(pieces.to_vec()));
        let mut lines = Vec::new();
        loop {
            let line = input.line(longest).expect("memory does not fail");
            let last = matches!(line, Next::End | Next::TooLong);
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
        assert_eq!(all(&[Some(b"abcd\n")], 3), [Next::TooLong]);
        assert_eq!(all(&[Some(b"abcd"), None], 3), [Next::TooLong]);
    }

    #[test]
    fn what_was_read_and_not_taken_is_counted() {
        let mut input = Input::of(Pieces(vec![Some(b"a\nb\nc")]));
        assert_eq!(input.line(3).unwrap(), message(b"a"));
        assert_eq!(input.untaken(), 2);
    }
}
