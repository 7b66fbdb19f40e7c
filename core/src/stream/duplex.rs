//! How two sides talk both ways in one region: two channels in one block, one for each direction.

use embedded_io::{BufRead, ErrorType, Read, ReadExactError, ReadReady, Write, WriteReady};

use super::outcome::{OpenError, StreamError};
use super::patience::RetryPolicy;
use super::reader::Reader;
use super::writer::Writer;
use crate::channel::{AttachError, Receiver, Sender};
use crate::generation::{self, Generation};
use crate::geometry::{EXTENT, Geometry, GeometryError};
use crate::region::RegionMut;
use crate::wait::{Spin, Wait};

/// What a duplex link is formatted as: two backpressure channels of one geometry, each with one receiver.
///
/// The control lines of both stand in front, one behind the other. What remains of the region is halved: the first half holds
/// the slots of the first channel. So the places do not depend on the geometry, and a later format keeps them.
/// [`End::A`] sends on the first channel and receives on the second, [`End::B`] the other way round.
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

    /// The geometry of each of the two channels, but for where its slots begin.
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
        self.format_and_notify(region, seed, &mut Spin)
    }

    /// As [`format`](Self::format), and wakes, by `notifier`, who waits on the link before.
    pub fn format_and_notify<R: RegionMut, W: Wait>(
        &self,
        region: &R,
        seed: u32,
        notifier: &mut W,
    ) -> Result<(), GeometryError> {
        let control = self.0.control_len();
        let (first, second) = self.places(region.len())?;
        let (here, there) = parts(region, control)?;
        first.check_format(&here, control)?;
        second.check_format(&there, 0)?;
        // Before the second's new magic: whoever believes that no longer sees the first one's old magic.
        generation::begin_format(&here);
        second.format_as(&there, seed, 0, notifier)?;
        first.format_as(&here, seed, control, notifier)
    }

    /// As [`Geometry::format_exclusive`], twice: for memory that must be stored to before it is loaded, and where something else
    /// stood in the region before.
    ///
    /// ```
    /// use embedded_io::{Read, Write};
    /// use ramframe_core::geometry::{Geometry, GeometryError};
    /// use ramframe_core::stream::{Duplex, DuplexGeometry, End, MaxWaits};
    /// use ramframe_core::words::AtomicWords;
    ///
    /// const LINK: DuplexGeometry = DuplexGeometry::new(4, 48);
    /// let memory = AtomicWords::array::<512>();
    /// let region = AtomicWords::new(&memory);
    /// Geometry::backpressure(4, 48, 1).format(&region, 0)?;
    /// assert_eq!(LINK.format(&region, 0), Err(GeometryError::MovesPlaces));
    /// LINK.format_exclusive(&region, 1)?;
    ///
    /// let mut a = Duplex::<_, _, _, 48>::attach(region, End::A, MaxWaits(9))?;
    /// let mut b = Duplex::<_, _, _, 48>::attach(region, End::B, MaxWaits(9))?;
    /// a.write_all(b"ping")?;
    /// let mut four = [0; 4];
    /// b.read_exact(&mut four).unwrap();
    /// assert_eq!(&four, b"ping");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn format_exclusive<R: RegionMut>(
        &self,
        region: &R,
        seed: u32,
    ) -> Result<(), GeometryError> {
        let control = self.0.control_len();
        let (first, second) = self.places(region.len())?;
        let (here, there) = parts(region, control)?;
        // As in a format: whoever believes the second's new magic no longer sees the first one's old magic.
        generation::begin_format(&here);
        second.format_exclusive_as(&there, seed, 0)?;
        first.format_exclusive_as(&here, seed, control)
    }

    /// Both channels' geometries in a region of `len` bytes.
    fn places(&self, len: usize) -> Result<(Geometry, Geometry), GeometryError> {
        self.0.check(len)?;
        let required = self.size();
        let control = self.0.control_len();
        let half = (len as u64).saturating_sub(2 * u64::from(control)) / 2;
        let half = half.min(LARGEST_HALF) as u32 & !(self.0.cache_line() - 1);
        match u64::from(half) < self.0.slots_size() {
            true => Err(GeometryError::RegionTooSmall { required }),
            false => Ok((
                self.0.with_slots_at(2 * control),
                self.0.with_slots_at(control + half),
            )),
        }
    }
}

/// The most bytes of one channel's slots that a link leaves room for.
const LARGEST_HALF: u64 = 1 << 29;

/// A handle for the first channel, and one for the second, whose constants are at `control`.
fn parts<R: RegionMut>(region: &R, control: u32) -> Result<(R, R), GeometryError> {
    let at = control as usize;
    let required = 2 * u64::from(control);
    let rest = region.len().checked_sub(at);
    let second = rest.and_then(|rest| region.part(at, rest));
    let pair = region.part(0, region.len() & !7).zip(second);
    pair.ok_or(GeometryError::RegionTooSmall { required })
}

/// Both channels of the link in `region`, and the generation of the first.
fn find<R: RegionMut>(region: &R) -> Result<((R, R), Generation), AttachError> {
    let (geometry, generation) = generation::attach::<R, Geometry>(region)?;
    let (found, expected) = (region.load(EXTENT), geometry.control_len());
    if found != expected {
        let at = EXTENT as u32;
        return Err(GeometryError::Mismatch { at, found }.into());
    }
    Ok((parts(region, expected)?, generation))
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
        let ((first, second), generation) = find(&region)?;
        let (outward, inward) = match side {
            End::A => (first, second),
            End::B => (second, first),
        };
        // The receiver first: a sender that attaches begins a new epoch, which an error after it would waste.
        let reader = Reader::new(Receiver::backpressure(inward, 0)?, patience.clone())?;
        let writer = Writer::new(Sender::backpressure(outward)?, patience);
        // Both channels must be of one format of the link.
        match generation.is_current(&region) {
            true => Ok(Self { writer, reader }),
            false => Err(AttachError::Geometry(GeometryError::Unformatted).into()),
        }
    }
}

impl<R: RegionMut, W: Wait, P: RetryPolicy, const N: usize> Duplex<R, W, P, N> {
    /// The same side, waiting and notifying another way: for room `outward`, for bytes `inward`.
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
