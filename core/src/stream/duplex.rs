//! One side of a link: bytes in both directions.
#![allow(
    clippy::type_complexity,
    reason = "the types are what a program chooses"
)]

use embedded_io::{BufRead, ErrorType, Read, ReadExactError, ReadReady, Write, WriteReady};

use super::outcome::StreamError;
use super::reader::Reader;
use super::writer::Writer;
use crate::geometry::{Geometry, GeometrySource};
use crate::region::RegionMut;
use crate::wait::{RetryPolicy, Wait};

/// One side of a link: a [`Writer`], and a [`Reader`] with a buffer of `N` bytes. A [`Link`](super::Link) makes it.
///
/// If both sides write more than the link holds, and neither reads, both wait until their limits end the wait.
///
/// ```
/// use embedded_io::{Read, Write};
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::stream::{DuplexGeometry, Link};
/// use ramframe_core::wait::MaxWaits;
///
/// let memory = AtomicWords::array::<512>();
/// let region = AtomicWords::new(&memory);
/// DuplexGeometry::new(4, 48).format(&region, 0)?;
///
/// let (mut a, mut b) = Link::new(region).attach_both::<_, 48>(MaxWaits(1000))?;
/// a.write_all(b"ping")?;
/// let mut four = [0; 4];
/// b.read_exact(&mut four).unwrap();
/// b.write_all(b"pong")?;
/// a.read_exact(&mut four).unwrap();
/// assert_eq!(&four, b"pong");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Duplex<R, W, P, const N: usize, Out = Geometry, In = Geometry> {
    pub(super) writer: Writer<R, W, P, Out>,
    pub(super) reader: Reader<R, W, P, N, In>,
}

impl<R, W, P, const N: usize, Out, In> Duplex<R, W, P, N, Out, In>
where
    R: RegionMut,
    W: Wait,
    P: RetryPolicy,
    Out: GeometrySource,
    In: GeometrySource,
{
    /// Both halves, for two threads, or to call what only one of them has.
    pub fn split(self) -> (Writer<R, W, P, Out>, Reader<R, W, P, N, In>) {
        (self.writer, self.reader)
    }

    /// Closes this side's stream. The other side's stream can still be read.
    pub fn close(self) -> Reader<R, W, P, N, In> {
        self.writer.close();
        self.reader
    }
}

impl<R, W, P, const N: usize, Out, In> ErrorType for Duplex<R, W, P, N, Out, In> {
    type Error = StreamError;
}

impl<R, W, P, const N: usize, Out, In> Write for Duplex<R, W, P, N, Out, In>
where
    R: RegionMut,
    W: Wait,
    P: RetryPolicy,
    Out: GeometrySource,
    In: GeometrySource,
{
    fn write(&mut self, buf: &[u8]) -> Result<usize, StreamError> {
        self.writer.write(buf)
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        self.writer.flush()
    }

    fn write_all(&mut self, buf: &[u8]) -> Result<(), StreamError> {
        self.writer.write_all(buf)
    }
}

impl<R, W, P, const N: usize, Out, In> WriteReady for Duplex<R, W, P, N, Out, In>
where
    R: RegionMut,
    W: Wait,
    P: RetryPolicy,
    Out: GeometrySource,
    In: GeometrySource,
{
    fn write_ready(&mut self) -> Result<bool, StreamError> {
        self.writer.write_ready()
    }
}

impl<R, W, P, const N: usize, Out, In> Read for Duplex<R, W, P, N, Out, In>
where
    R: RegionMut,
    W: Wait,
    P: RetryPolicy,
    Out: GeometrySource,
    In: GeometrySource,
{
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, StreamError> {
        self.reader.read(buf)
    }

    fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), ReadExactError<StreamError>> {
        self.reader.read_exact(buf)
    }
}

impl<R, W, P, const N: usize, Out, In> BufRead for Duplex<R, W, P, N, Out, In>
where
    R: RegionMut,
    W: Wait,
    P: RetryPolicy,
    Out: GeometrySource,
    In: GeometrySource,
{
    fn fill_buf(&mut self) -> Result<&[u8], StreamError> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amt: usize) {
        self.reader.consume(amt);
    }
}

impl<R, W, P, const N: usize, Out, In> ReadReady for Duplex<R, W, P, N, Out, In>
where
    R: RegionMut,
    W: Wait,
    P: RetryPolicy,
    Out: GeometrySource,
    In: GeometrySource,
{
    fn read_ready(&mut self) -> Result<bool, StreamError> {
        self.reader.read_ready()
    }
}
