//! Messages over two files: a pipe's, or a socket's.

use std::hint::spin_loop;
use std::io::{self, Read, Write};

use super::payload::Payload;
use super::transport::Exchange;

/// Reads and writes whole messages. Of files that do not wait, it spins.
#[derive(Debug)]
pub(super) struct Stream<R, W> {
    pub(super) reader: R,
    pub(super) writer: W,
}

impl<R: Read, W: Write> Exchange for Stream<R, W> {
    fn put(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
        let mut left = content.numbered(number);
        while !left.is_empty() {
            match unless_not_yet(self.writer.write(left))? {
                Some(count) => left = &left[count..],
                None => spin_loop(),
            }
        }
        Ok(())
    }

    fn take(&mut self, content: &mut Payload, number: u64) -> io::Result<()> {
        let mut left = content.space();
        while !left.is_empty() {
            match unless_not_yet(self.reader.read(left))? {
                Some(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Some(count) => left = &mut left[count..],
                None => spin_loop(),
            }
        }
        content.check(number)
    }
}

/// None if there is no byte, or no room, yet.
pub(super) fn unless_not_yet<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(None),
            _ => Err(error),
        },
    }
}
