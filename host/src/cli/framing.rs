//! How messages follow one another in a pipe: a line each, each up to a NUL, or each behind its length.

use std::ops::Range;

use integer_encoding::VarInt;

/// Bytes that a length has at most: 7 bits in each.
const LENGTH: usize = 10;

/// How one message is told from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// A newline ends a message.
    Lines,
    /// A NUL ends a message, as `find -print0` writes names.
    Null,
    /// A varint before a message says how long it is, as protobuf delimits messages.
    Delimited,
}

/// What some bytes begin with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A message is at `at`, and the next one begins at `next`.
    Message { at: Range<usize>, next: usize },
    /// A message of this length, or of one not known yet, which is longer than it may be.
    TooLong(Option<u64>),
    /// No whole message.
    Part,
    /// Bytes that are no length.
    NoLength,
}

impl Framing {
    /// What `bytes` begin with. The first `searched` of them do not end a message. Nothing follows them if they `end`.
    pub(crate) fn find(self, bytes: &[u8], searched: usize, longest: usize, end: bool) -> Found {
        let found = match self {
            Framing::Lines => ended_by(b'\n', bytes, searched, end),
            Framing::Null => ended_by(0, bytes, searched, end),
            Framing::Delimited => return delimited(bytes, longest),
        };
        match found {
            Found::Message { at, .. } if at.len() > longest => Found::TooLong(None),
            Found::Part if bytes.len() > longest => Found::TooLong(None),
            found => found,
        }
    }

    /// What stands before a message of this length: so many of these bytes.
    pub(crate) fn before(self, len: usize) -> ([u8; LENGTH], usize) {
        let mut bytes = [0; LENGTH];
        let count = match self {
            Framing::Lines | Framing::Null => 0,
            Framing::Delimited => (len as u64).encode_var(&mut bytes),
        };
        (bytes, count)
    }

    /// What stands after a message.
    pub(crate) const fn after(self) -> &'static [u8] {
        match self {
            Framing::Lines => b"\n",
            Framing::Null => b"\0",
            Framing::Delimited => b"",
        }
    }

    /// What a person calls one of them.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Framing::Lines => "line",
            Framing::Null | Framing::Delimited => "message",
        }
    }
}

/// At the end of all, the last one needs no end of its own.
fn ended_by(byte: u8, bytes: &[u8], searched: usize, end: bool) -> Found {
    let rest = bytes.get(searched..).unwrap_or_default();
    let len = rest.iter().position(|&other| other == byte);
    match len.map(|len| searched + len) {
        Some(len) => Found::Message {
            at: 0..len,
            next: len + 1,
        },
        None if end && !bytes.is_empty() => Found::Message {
            at: 0..bytes.len(),
            next: bytes.len(),
        },
        None => Found::Part,
    }
}

fn delimited(bytes: &[u8], longest: usize) -> Found {
    let Some((length, used)) = u64::decode_var(bytes) else {
        return match bytes.len() < LENGTH {
            true => Found::Part,
            false => Found::NoLength,
        };
    };
    match usize::try_from(length) {
        Ok(len) if len <= longest && bytes.len() - used >= len => Found::Message {
            at: used..used + len,
            next: used + len,
        },
        Ok(len) if len <= longest => Found::Part,
        _ => Found::TooLong(Some(length)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Framing, LENGTH};

    fn message(at: std::ops::Range<usize>, next: usize) -> Found {
        Found::Message { at, next }
    }

    fn delimited(bytes: &[u8]) -> Found {
        Framing::Delimited.find(bytes, 0, 300, false)
    }

    /// The examples of protobuf's own documentation.
    #[test]
    fn a_length_is_a_varint() {
        assert_eq!(delimited(b"\x00"), message(1..1, 1));
        assert_eq!(delimited(b"\x03abcd"), message(1..4, 4));
        let mut long = b"\x96\x01".to_vec();
        assert_eq!(delimited(&long), Found::Part);
        long.resize(2 + 150, 7);
        assert_eq!(delimited(&long), message(2..152, 152));
    }

    #[test]
    fn every_length_is_read_as_it_is_written() {
        for len in (0..70).map(|bits| (1_u128 << bits >> 6) as usize) {
            for len in [len.saturating_sub(1), len] {
                let (bytes, count) = Framing::Delimited.before(len);
                let found = Framing::Delimited.find(&bytes[..count], 0, 0, false);
                match len {
                    0 => assert_eq!(found, message(1..1, 1)),
                    _ => assert_eq!(found, Found::TooLong(Some(len as u64))),
                }
            }
        }
    }

    #[test]
    fn what_is_no_length_is_told_from_a_part_of_one() {
        for len in 0..LENGTH {
            assert_eq!(delimited(&vec![0xff; len]), Found::Part, "{len}");
        }
        assert_eq!(delimited(&[0xff; LENGTH]), Found::NoLength);
        let mut longest = [0xff; LENGTH];
        longest[LENGTH - 1] = 1;
        assert_eq!(delimited(&longest), Found::TooLong(Some(u64::MAX)));
        longest[LENGTH - 1] = 2;
        assert_eq!(delimited(&longest), Found::NoLength);
    }

    #[test]
    fn a_delimiter_is_looked_for_where_nobody_has_looked() {
        let find = |searched, end| Framing::Null.find(b"ab\0c", searched, 3, end);
        assert_eq!(find(0, false), message(0..2, 3));
        assert_eq!(find(3, false), Found::TooLong(None));
        let rest = |end| Framing::Null.find(b"c", 1, 3, end);
        assert_eq!(rest(false), Found::Part);
        assert_eq!(rest(true), message(0..1, 1));
        assert_eq!(Framing::Lines.find(b"", 0, 3, true), Found::Part);
    }
}
