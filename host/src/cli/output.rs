//! What is printed: to standard output and to standard error, each by one writer.
//!
//! A stream may be slow, full, non-blocking or closed. Whoever writes waits for a slow reader as long as it takes, but not
//! past a signal or the deadline; and never takes for shown what was not.
//!
//! People's text is [`Shown`]. Bytes as they are go out by [`Output::bytes`] alone.

use std::fmt;
use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use crate::cli::streams::{self, Unusable};

use super::limits::is_ending;
use super::printable::Shown;

/// How soon whoever waits for a slow reader looks whether to end.
const LOOK: Duration = Duration::from_millis(50);

/// Bytes that are collected before they are written.
const BLOCK: usize = 64 * 1024;

/// Why a write was given up: this process is to end.
#[derive(Clone, Copy, Debug)]
struct Ending;

impl fmt::Display for Ending {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("not written before the end")
    }
}

impl std::error::Error for Ending {}

/// Whether a write was given up because this process is to end.
pub(crate) fn was_given_up(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Ending>())
}

/// Writes the beginning of `bytes`, as soon as there is room for any.
fn write_some(to: &impl AsFd, bytes: &[u8]) -> io::Result<usize> {
    loop {
        if is_ending() && !streams::is_writable(to, Duration::ZERO) {
            return Err(io::Error::other(Ending));
        }
        match streams::write(to, bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                streams::is_writable(to, LOOK);
            }
            done => return done,
        }
    }
}

/// Standard output, in blocks. Nothing is written on drop.
pub(crate) struct Output {
    stream: io::Stdout,
    bytes: Vec<u8>,
    /// How many of `bytes` were written already.
    written: usize,
}

impl Output {
    /// Standard output, if it can be written.
    pub(crate) fn open() -> io::Result<Self> {
        let stream = io::stdout();
        match streams::unwritable(&stream) {
            None => Ok(Self {
                stream,
                bytes: Vec::with_capacity(BLOCK),
                written: 0,
            }),
            Some(Unusable::Closed) => Err(io::Error::other("standard output is closed")),
            Some(Unusable::Direction) => {
                Err(io::Error::other("standard output is not open for writing"))
            }
        }
    }

    /// How many bytes were printed and not written yet.
    pub(crate) fn waiting(&self) -> usize {
        self.bytes.len() - self.written
    }

    /// Prints text.
    pub(crate) fn shown(&mut self, text: &Shown) -> io::Result<()> {
        self.bytes(text.as_bytes())
    }

    /// Prints bytes as they are, for a program that asked for them.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.try_reserve(bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        match self.waiting() >= BLOCK {
            true => self.flush(),
            false => Ok(()),
        }
    }

    /// Brings what was printed to its reader.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        while let rest @ [_, ..] = self.bytes.get(self.written..).unwrap_or_default() {
            self.written += write_some(&self.stream, rest).map_err(named)?;
        }
        self.bytes.clear();
        self.written = 0;
        Ok(())
    }
}

/// Says of which stream an error is; its kind, and what it means to this file, stay.
fn named(error: io::Error) -> io::Error {
    match was_given_up(&error) {
        true => error,
        false => io::Error::new(error.kind(), format!("standard output: {error}")),
    }
}

/// Prints all of `text` on standard output.
pub(crate) fn print(text: &Shown) -> io::Result<()> {
    let mut output = Output::open()?;
    output.shown(text)?;
    output.flush()
}

/// Prints all of `text` on standard error, if possible in one piece, so that those of two processes do not mix.
pub(crate) fn say(text: &Shown) -> io::Result<()> {
    let mut bytes = text.as_bytes();
    while !bytes.is_empty() {
        let written = write_some(&io::stderr(), bytes)?;
        bytes = bytes.get(written..).unwrap_or_default();
    }
    Ok(())
}

/// Room for the longest message, or why there is none.
pub(crate) fn buffer(capacity: usize) -> Result<Vec<u8>, String> {
    let mut buffer = Vec::new();
    buffer
        .try_reserve_exact(capacity)
        .map_err(|error| format!("no memory for a message of {capacity} bytes: {error}"))?;
    buffer.resize(capacity, 0);
    Ok(buffer)
}
