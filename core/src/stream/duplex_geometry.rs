//! The geometry of a link: two channels in one region, and their places.

use crate::generation::{self, unnamed};
use crate::geometry::{Const, ConstGeometry, Geometry, GeometryError, GeometrySource};
use crate::region::{Divide, RegionMut, part};
use crate::wait::{Spin, Wait};

/// The geometry of a link: two backpressure channels of one geometry, each with one receiver.
///
/// The control lines of both channels come first, one behind the other. The rest of the region is halved, and the first half
/// holds the slots of the first channel. So the places do not depend on the geometry, and a later format keeps them. Side A sends
/// on the first channel and receives on the second. Side B does the opposite.
///
/// ```
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::stream::DuplexGeometry;
///
/// let geometry = DuplexGeometry::new(4, 48).with_cache_line(32);
/// assert_eq!(geometry.each(), &Geometry::backpressure(4, 48, 1).with_cache_line(32));
/// assert_eq!(geometry.size(), 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DuplexGeometry(Geometry);

impl DuplexGeometry {
    /// For each direction `slots` messages (a power of two, at least 2) of up to `capacity` bytes. The cache line is 64 bytes;
    /// [`with_cache_line`](Self::with_cache_line) changes it.
    pub const fn new(slots: u32, capacity: u32) -> Self {
        DuplexGeometry(Geometry::backpressure(slots, capacity, 1))
    }

    /// The same for cache lines of `bytes`. Use the longer line of the two sides.
    #[must_use]
    pub const fn with_cache_line(self, bytes: u32) -> Self {
        DuplexGeometry(self.0.with_cache_line(bytes))
    }

    /// The geometry of each of the two channels, without the place of its slots.
    pub const fn each(&self) -> &Geometry {
        &self.0
    }

    /// Bytes of memory that the link takes.
    pub const fn size(&self) -> u64 {
        self.0.size().saturating_mul(2)
    }

    /// Makes `region` an empty link: [`Geometry::format`] for both channels.
    ///
    /// During the format, and after one that died halfway, a side that attaches gets Unformatted.
    pub fn format<R: RegionMut + Divide>(
        &self,
        region: &R,
        seed: u32,
    ) -> Result<(), GeometryError> {
        self.format_and_notify(region, seed, &mut Spin)
    }

    /// As [`format`](Self::format). Then `notifier` wakes the sides that wait on the previous link.
    pub fn format_and_notify<R: RegionMut + Divide, W: Wait>(
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
        // The old magic of the first channel is cleared before the new magic of the second is stored. So a side that sees that
        // new magic no longer sees that old one.
        generation::begin_format(&here);
        second.format_as(&there, seed, 0, unnamed, notifier)?;
        first.format_as(&here, seed, control, unnamed, notifier)
    }

    /// [`Geometry::format_exclusive`] for both channels. For memory that must be stored to before it is loaded, and for a region
    /// that held another geometry.
    ///
    /// ```
    /// use embedded_io::{Read, Write};
    /// use ramframe_core::geometry::{Geometry, GeometryError};
    /// use ramframe_core::memory::AtomicWords;
    /// use ramframe_core::stream::{DuplexGeometry, Link};
    /// use ramframe_core::wait::MaxWaits;
    ///
    /// const LINK: DuplexGeometry = DuplexGeometry::new(4, 48);
    /// let memory = AtomicWords::array::<512>();
    /// let region = AtomicWords::new(&memory);
    /// Geometry::backpressure(4, 48, 1).format(&region, 0)?;
    /// assert_eq!(LINK.format(&region, 0), Err(GeometryError::MovesPlaces));
    /// LINK.format_exclusive(&region, 1)?;
    ///
    /// let (mut a, mut b) = Link::new(region).attach_both::<_, 48>(MaxWaits(9))?;
    /// a.write_all(b"ping")?;
    /// let mut four = [0; 4];
    /// b.read_exact(&mut four).unwrap();
    /// assert_eq!(&four, b"ping");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn format_exclusive<R: RegionMut + Divide>(
        &self,
        region: &R,
        seed: u32,
    ) -> Result<(), GeometryError> {
        let control = self.0.control_len();
        let (first, second) = self.places(region.len())?;
        let (here, there) = parts(region, control)?;
        // As in a format: a side that sees the new magic of the second channel no longer sees the old magic of the first.
        generation::begin_format(&here);
        second.format_exclusive_as(&there, seed, 0, unnamed)?;
        first.format_exclusive_as(&here, seed, control, unnamed)
    }

    /// Both channels' geometries in a region of `len` bytes.
    const fn places(&self, len: usize) -> Result<(Geometry, Geometry), GeometryError> {
        if let Err(error) = self.0.check(len) {
            return Err(error);
        }
        let required = self.size();
        let control = self.0.control_len();
        let half = (len as u64).saturating_sub(2 * control as u64) / 2;
        let half = if half < LARGEST_HALF {
            half
        } else {
            LARGEST_HALF
        };
        let half = half as u32 & !(self.0.cache_line() - 1);
        match (half as u64) < self.0.slots_size() {
            true => Err(GeometryError::RegionTooSmall { required }),
            false => Ok((
                self.0.with_slots_at(2 * control),
                self.0.with_slots_at(control + half),
            )),
        }
    }
}

/// The most bytes that a link gives the slots of one channel.
const LARGEST_HALF: u64 = 1 << 29;

/// A handle for the first channel, and one for the second, whose constants are at `control`.
pub(super) fn parts<R: RegionMut + Divide>(
    region: &R,
    control: u32,
) -> Result<(R, R), GeometryError> {
    let at = control as usize;
    let required = 2 * u64::from(control);
    let rest = region.len().checked_sub(at);
    let second = rest.and_then(|rest| part(region, at, rest));
    let pair = part(region, 0, region.len() & !7).zip(second);
    pair.ok_or(GeometryError::RegionTooSmall { required })
}

/// A link's geometry that is known at compile time: for the smallest programs.
///
/// ```
/// use embedded_io::Write;
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::stream::{ConstDuplexGeometry, DuplexGeometry, Link};
/// use ramframe_core::wait::MaxWaits;
///
/// struct Serial;
/// impl ConstDuplexGeometry for Serial {
///     const GEOMETRY: DuplexGeometry = DuplexGeometry::new(4, 48);
/// }
///
/// let memory = AtomicWords::array::<{ Serial::SIZE / 4 }>();
/// let region = AtomicWords::new(&memory);
/// Serial::GEOMETRY.format(&region, 0)?;
///
/// let (mut a, b) = Link::new(region).with_geometry::<Serial>().attach_both::<_, 48>(MaxWaits(9))?;
/// a.write_all(b"ping")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ConstDuplexGeometry {
    /// The geometry. If the wire does not allow it, the program does not compile.
    const GEOMETRY: DuplexGeometry;

    /// The exact length of the region in bytes. The places of the slots follow from it.
    const SIZE: usize = Self::GEOMETRY.size() as usize;
}

/// The source of the geometries of both channels of a link.
pub trait DuplexSource {
    /// The source for the channel on which side A sends.
    type First: GeometrySource;
    /// The source for the channel on which side B sends.
    type Second: GeometrySource;
}

/// A geometry that is read when a side attaches.
#[derive(Debug)]
pub struct Found;

impl DuplexSource for Found {
    type First = Geometry;
    type Second = Geometry;
}

/// The geometry of the first channel of a link of `S`.
pub struct First<S>(S);

/// The geometry of the second channel of a link of `S`.
pub struct Second<S>(S);

impl<S: ConstDuplexGeometry> DuplexSource for Const<S> {
    type First = Const<First<S>>;
    type Second = Const<Second<S>>;
}

impl<S: ConstDuplexGeometry> ConstGeometry for First<S> {
    const GEOMETRY: Geometry = const_places(&S::GEOMETRY, S::SIZE).0;
}

impl<S: ConstDuplexGeometry> ConstGeometry for Second<S> {
    const GEOMETRY: Geometry = const_places(&S::GEOMETRY, S::SIZE).1;
}

const fn const_places(link: &DuplexGeometry, size: usize) -> (Geometry, Geometry) {
    match link.places(size) {
        Ok(places) => places,
        Err(_) => panic!("no link allows this geometry"),
    }
}
