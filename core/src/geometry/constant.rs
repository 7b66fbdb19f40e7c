//! The geometry that one side holds: read when it attached, or known at compile time.

use core::fmt;
use core::marker::PhantomData;

use super::parse::compare;
use super::{Geometry, GeometryError};
use crate::region::Region;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Geometry {}
    impl<S> Sealed for super::Const<S> {}
}

/// The geometry that one side holds: a [`Geometry`] that it read when it attached, or a [`Const`] one.
///
/// ```
/// use ramframe_core::channel::{Channel, Overwrite, Sender};
/// use ramframe_core::geometry::{Geometry, GeometrySource};
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::region::RegionMut;
/// use ramframe_core::wait::Wait;
///
/// /// Works with geometries of both kinds.
/// fn capacity<R: RegionMut, W: Wait, G: GeometrySource>(sender: &Sender<R, Overwrite, W, G>) -> u32 {
///     sender.geometry().capacity()
/// }
///
/// let memory = AtomicWords::array::<256>();
/// let region = AtomicWords::new(&memory);
/// Geometry::overwrite(4, 48).format(&region, 0)?;
/// assert_eq!(capacity(&Channel::overwrite(region).sender()?), 48);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait GeometrySource: Copy + sealed::Sealed {
    /// The geometry.
    fn geometry(&self) -> &Geometry;

    /// Offset of a receiver's line, which was found to be `line`. It is a constant if there is only one receiver.
    #[doc(hidden)]
    #[inline(always)]
    fn known_line(&self, line: usize) -> usize {
        line
    }

    /// Reads the geometry from a region's constants, and checks it.
    #[doc(hidden)]
    fn find<R: Region>(region: &R) -> Result<Self, GeometryError>;
}

impl GeometrySource for Geometry {
    #[inline(always)]
    fn geometry(&self) -> &Geometry {
        self
    }

    #[inline]
    fn find<R: Region>(region: &R) -> Result<Self, GeometryError> {
        let geometry = Geometry::parse(region)?;
        geometry.check(region.len())?;
        Ok(geometry)
    }
}

/// A geometry that is known at compile time: for the smallest programs. Every offset is then a constant.
///
/// ```
/// use ramframe_core::channel::{Channel, Start};
/// use ramframe_core::geometry::{ConstGeometry, Geometry};
/// use ramframe_core::memory::AtomicWords;
///
/// struct Mailbox;
/// impl ConstGeometry for Mailbox {
///     const GEOMETRY: Geometry = Geometry::overwrite(8, 48);
/// }
///
/// let memory = AtomicWords::array::<{ Mailbox::SIZE / 4 }>();
/// let region = AtomicWords::new(&memory);
/// Mailbox::GEOMETRY.format(&region, 0)?;
///
/// let (sender, receiver) = Channel::overwrite(region).with_geometry::<Mailbox>().split();
/// let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// sender.try_send(b"CIEPLO")?;
/// let mut buffer = [0; 48];
/// assert_eq!(receiver.try_recv(&mut buffer)?.message().unwrap().payload, b"CIEPLO");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ConstGeometry {
    /// The geometry. If the wire does not allow it, the program does not compile.
    const GEOMETRY: Geometry;

    /// Bytes that the channel takes.
    const SIZE: usize = Self::GEOMETRY.size() as usize;
}

/// The geometry of `S`. A side that attaches compares it with the region's constants. It takes no memory.
///
/// ```
/// use ramframe_core::channel::{AttachError, Channel, Sender, Overwrite};
/// use ramframe_core::geometry::{Const, ConstGeometry, Geometry};
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::wait::Spin;
///
/// struct Mailbox;
/// impl ConstGeometry for Mailbox {
///     const GEOMETRY: Geometry = Geometry::overwrite(4, 48);
/// }
/// type MailboxSender<'a> = Sender<AtomicWords<'a>, Overwrite, Spin, Const<Mailbox>>;
///
/// let memory = AtomicWords::array::<256>();
/// let region = AtomicWords::new(&memory);
/// Geometry::overwrite(2, 48).format(&region, 0)?; // another geometry
/// let found: Result<MailboxSender<'_>, _> = Channel::overwrite(region).with_geometry::<Mailbox>().sender();
/// assert!(matches!(found, Err(AttachError::Geometry(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Const<S>(PhantomData<fn() -> S>);

impl<S: ConstGeometry> GeometrySource for Const<S> {
    #[inline(always)]
    fn geometry(&self) -> &Geometry {
        const { &S::GEOMETRY }
    }

    #[inline(always)]
    fn known_line(&self, line: usize) -> usize {
        match const { S::GEOMETRY.receivers() } {
            1 => const { S::GEOMETRY.receiver_line(0) },
            _ => line,
        }
    }

    #[inline]
    fn find<R: Region>(region: &R) -> Result<Self, GeometryError> {
        const {
            assert!(
                S::GEOMETRY.fault().is_none(),
                "no geometry allows this shape"
            );
        };
        let required = const { S::GEOMETRY.size() };
        if (region.len() as u64) < required {
            return Err(GeometryError::RegionTooSmall { required });
        }
        compare(region, const { &S::GEOMETRY.words() })?;
        Ok(Self(PhantomData))
    }
}

impl<S> Clone for Const<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Const<S> {}

impl<S: ConstGeometry> fmt::Debug for Const<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.geometry().fmt(f)
    }
}
