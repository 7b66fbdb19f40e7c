//! How do two sides talk both ways in one region? Two channels, one behind the other, one for each direction.

use core::sync::atomic::Ordering::Relaxed;

use embedded_io::{BufRead, ErrorType, Read, ReadExactError, ReadReady, Write, WriteReady};

use super::outcome::{OpenError, StreamError};
use super::patience::RetryPolicy;
use super::reader::Reader;
use super::writer::Writer;
use crate::channel::{AttachError, Receiver, Sender};
use crate::geometry::{CONSTANTS, Geometry, GeometryError, MAGIC};
use crate::region::RegionMut;
use crate::wait::{Spin, Wait};

/// What a duplex link is formatted as: two backpressure channels of one geometry, each with one receiver.
///
/// The first stands at the start of the region, the second right behind it, at the first's [size](Geometry::size), which is a
/// multiple of the cache line. [`End::A`] sends on the first and receives on the second, [`End::B`] the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DuplexGeometry(Geometry);

impl DuplexGeometry {
    /// Each way `slots` messages (a power of two from 2) of up to `capacity` bytes; 64-byte cache lines unless
    /// [`with_cache_line`](Self::with_cache_line) says otherwise.
    pub const fn new(slots: u32, capacity: u32) -> Self {
        DuplexGeometry(Geometry::backpressure(slots, capacity, 1))
    }

    /// The same for cache lines of `bytes`: the larger of the two sides' lines.
    #[must_use]
    pub const fn with_cache_line(self, bytes: u32) -> Self {
        DuplexGeometry(self.0.with_cache_line(bytes))
    }

    /// The geometry of each of the two channels.
    pub const fn each(&self) -> &Geometry {
        &self.0
    }

    /// Bytes of memory that the link takes.
    pub const fn size(&self) -> u64 {
        self.0.size().saturating_mul(2)
    }

    /// Makes `region` an empty link; as [`Geometry::format`], twice.
    ///
    /// While it lasts, and if it dies halfway, whoever attaches is told Unformatted.
    pub fn format<R: RegionMut>(&self, region: &R, seed: u32) -> Result<(), GeometryError> {
        self.0.check(region.len())?;
        let (first, second) = parts(region, &self.0)?;
        self.0.check(second.len())?;
        // The count of formats stands on the line of the magic, and goes on.
        first.invalidate(MAGIC, CONSTANTS);
        // Before the second's new magic, which is released: whoever believes that no longer sees the first one's old magic.
        first.store_through(MAGIC, 0, Relaxed);
        self.0.format(&second, seed)?;
        self.0.format(&first, seed)
    }
}

/// The first channel's part of `region`, and all that is behind it.
fn parts<R: RegionMut>(region: &R, first: &Geometry) -> Result<(R, R), GeometryError> {
    let required = first.size();
    let too_small = GeometryError::RegionTooSmall { required };
    let at = usize::try_from(required).map_err(|_| too_small)?;
    let rest = region.len().checked_sub(at).ok_or(too_small)?;
    let pair = region.part(0, at).zip(region.part(at, rest));
    pair.ok_or(too_small)
}

/// Which side of a link this is. Each is one program at a time; keeping it so is the caller's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum End {
    /// Sends on the first channel.
    A,
    /// Sends on the second channel.
    B,
}

/// One side of a link: a [`Writer`] and a [`Reader`] with a buffer of `N` bytes.
///
/// Two sides that both write more than the link holds, and read nothing meanwhile, wait for each other as long as their
/// patience lasts.
///
/// ```
/// use embedded_io::{Read, Write};
/// use ramframe_core::stream::{Duplex, DuplexGeometry, End, MaxWaits};
/// use ramframe_core::words::AtomicWords;
///
/// let memory = AtomicWords::array::<512>();
/// let region = AtomicWords::new(&memory);
/// DuplexGeometry::new(4, 48).format(&region, 0)?;
///
/// let mut a = Duplex::<_, _, _, 48>::attach(region, End::A, MaxWaits(1000))?;
/// let mut b = Duplex::<_, _, _, 48>::attach(region, End::B, MaxWaits(1000))?;
/// a.write_all(b"ping")?;
/// let mut four = [0; 4];
/// b.read_exact(&mut four).unwrap();
/// b.write_all(b"pong")?;
/// a.read_exact(&mut four).unwrap();
/// assert_eq!(&four, b"pong");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Duplex<R, W, P, const N: usize> {
    pub(super) writer: Writer<R, W, P>,
    pub(super) reader: Reader<R, W, P, N>,
}

impl<R: RegionMut, P: RetryPolicy + Clone, const N: usize> Duplex<R, Spin, P, N> {
    /// Attaches to a link as `side`, wherever the one before stopped. Reads and writes wait as long as `patience` lasts, each
    /// with its own copy of it.
    pub fn attach(region: R, side: End, patience: P) -> Result<Self, OpenError> {
        let first = Geometry::read(&region).map_err(AttachError::Geometry)?;
        let (first, second) = parts(&region, &first).map_err(AttachError::Geometry)?;
        let (outward, inward) = match side {
            End::A => (first, second),
            End::B => (second, first),
        };
        // The receiver first: a sender that attaches begins a new epoch, which an error after it would waste.
        let reader = Reader::new(Receiver::backpressure(inward, 0)?, patience.clone())?;
        let writer = Writer::new(Sender::backpressure(outward)?, patience);
        Ok(Self { writer, reader })
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> Duplex<R, W, P, N> {
    /// The same side, waiting and ringing another way: for room `outward`, for bytes `inward`.
    pub fn with_wait<V: Wait>(self, outward: V, inward: V) -> Duplex<R, V, P, N> {
        Duplex {
            writer: self.writer.with_wait(outward),
            reader: self.reader.with_wait(inward),
        }
    }

    /// Both halves, to be used apart: by two threads, or to get at what is theirs alone.
    pub fn split(self) -> (Writer<R, W, P>, Reader<R, W, P, N>) {
        (self.writer, self.reader)
    }

    /// Ends what this side sends, in good order. What the other side sends can still be read.
    pub fn close(self) -> Reader<R, W, P, N> {
        self.writer.close();
        self.reader
    }
}

impl<R, W, P, const N: usize> ErrorType for Duplex<R, W, P, N> {
    type Error = StreamError;
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> Write for Duplex<R, W, P, N> {
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

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> WriteReady for Duplex<R, W, P, N> {
    fn write_ready(&mut self) -> Result<bool, StreamError> {
        self.writer.write_ready()
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> Read for Duplex<R, W, P, N> {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, StreamError> {
        self.reader.read(buf)
    }

    fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), ReadExactError<StreamError>> {
        self.reader.read_exact(buf)
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> BufRead for Duplex<R, W, P, N> {
    fn fill_buf(&mut self) -> Result<&[u8], StreamError> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amt: usize) {
        self.reader.consume(amt);
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> ReadReady for Duplex<R, W, P, N> {
    fn read_ready(&mut self) -> Result<bool, StreamError> {
        self.reader.read_ready()
    }
}
