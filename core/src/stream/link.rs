//! Opening a side of a link.
#![allow(
    clippy::type_complexity,
    reason = "the types are what a program chooses"
)]

use core::fmt;
use core::marker::PhantomData;

use super::duplex::Duplex;
use super::duplex_geometry::{ConstDuplexGeometry, DuplexSource, Found, parts};
use super::outcome::OpenError;
use super::reader::Reader;
use super::writer::Writer;
use crate::channel::{AttachError, Channel};
use crate::generation::{self, Generation};
use crate::geometry::{Const, EXTENT, Geometry, GeometryError, GeometrySource};
use crate::region::{Divide, RegionMut, both};
use crate::wait::{RetryPolicy, Spin, Wait};

/// A link in a region, from which a program opens one side, or both. See [`Duplex`].
///
/// A side has one program at a time; the caller must ensure that.
///
/// ```
/// use embedded_io::{Read, Write};
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::stream::{DuplexGeometry, End, Link};
/// use ramframe_core::wait::MaxWaits;
///
/// let memory = AtomicWords::array::<512>();
/// DuplexGeometry::new(4, 48).format(&AtomicWords::new(&memory), 0)?;
///
/// // Each program attaches as its own side. Here both sides are in one program.
/// let mut a = Link::new(AtomicWords::new(&memory)).attach::<_, 48>(End::A, MaxWaits(1000))?;
/// let mut b = Link::new(AtomicWords::new(&memory)).attach::<_, 48>(End::B, MaxWaits(1000))?;
/// a.write_all(b"ping")?;
/// let mut four = [0; 4];
/// b.read_exact(&mut four).unwrap();
/// assert_eq!(&four, b"ping");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a link does nothing until a side of it is opened"]
pub struct Link<R, W = Spin, S = Found> {
    region: R,
    outward: W,
    inward: W,
    source: PhantomData<fn() -> S>,
}

/// Which side of a link a program is.
///
/// ```
/// use ramframe_core::memory::AtomicWords;
/// use ramframe_core::stream::{DuplexGeometry, End, Link};
/// use ramframe_core::wait::MaxWaits;
///
/// let memory = AtomicWords::array::<512>();
/// let region = AtomicWords::new(&memory);
/// DuplexGeometry::new(4, 48).format(&region, 0)?;
/// let is_first = true; // for example, an argument of the program
/// let end = if is_first { End::A } else { End::B };
/// let side = Link::new(region).attach::<_, 48>(end, MaxWaits(1000))?;
/// # let _ = side;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum End {
    /// Sends on the first channel.
    A,
    /// Sends on the second channel.
    B,
}

impl<R: RegionMut + Divide> Link<R> {
    /// The link in `region`.
    pub fn new(region: R) -> Self {
        Link {
            region,
            outward: Spin,
            inward: Spin,
            source: PhantomData,
        }
    }
}

impl<R: RegionMut + Divide, W: Wait, S> Link<R, W, S> {
    /// The same link, with `outward` as its way to wait for room, and `inward` as its way to wait for bytes. The default is
    /// [`Spin`].
    pub fn with_wait<V: Wait>(self, outward: V, inward: V) -> Link<R, V, S> {
        Link {
            region: self.region,
            outward,
            inward,
            source: PhantomData,
        }
    }

    /// The same link, with a geometry that is known at compile time. Attaching to a link of another geometry fails.
    pub fn with_geometry<C: ConstDuplexGeometry>(self) -> Link<R, W, Const<C>> {
        Link {
            region: self.region,
            outward: self.outward,
            inward: self.inward,
            source: PhantomData,
        }
    }
}

impl<R: RegionMut + Divide, W: Wait> Link<R, W, Found> {
    /// Attaches as `end`, and continues where the previous program stopped. Reads and writes wait as long as `limit` allows. Each
    /// direction has its own copy of the limit.
    pub fn attach<P, const N: usize>(
        self,
        end: End,
        limit: P,
    ) -> Result<Duplex<R, W, P, N>, OpenError>
    where
        P: RetryPolicy + Clone,
    {
        match end {
            End::A => self.attach_a(limit),
            End::B => self.attach_b(limit),
        }
    }
}

impl<R: RegionMut + Divide, W: Wait, S: DuplexSource> Link<R, W, S> {
    /// Attaches as side A, and continues where the previous program stopped. Reads and writes wait as long as `limit` allows.
    /// Each direction has its own copy of the limit.
    pub fn attach_a<P, const N: usize>(
        self,
        limit: P,
    ) -> Result<Duplex<R, W, P, N, S::First, S::Second>, OpenError>
    where
        P: RetryPolicy + Clone,
    {
        let ((first, second), generation) = find::<R, S::First>(&self.region)?;
        let side = open(first, second, [self.outward, self.inward], limit)?;
        confirm(&self.region, generation).map(|()| side)
    }

    /// Attaches as side B: [`attach_a`](Self::attach_a).
    pub fn attach_b<P, const N: usize>(
        self,
        limit: P,
    ) -> Result<Duplex<R, W, P, N, S::Second, S::First>, OpenError>
    where
        P: RetryPolicy + Clone,
    {
        let ((first, second), generation) = find::<R, S::First>(&self.region)?;
        let side = open(second, first, [self.outward, self.inward], limit)?;
        confirm(&self.region, generation).map(|()| side)
    }

    /// Attaches as both sides, for two threads or cores of one program.
    pub fn attach_both<P, const N: usize>(
        self,
        limit: P,
    ) -> Result<
        (
            Duplex<R, W, P, N, S::First, S::Second>,
            Duplex<R, W, P, N, S::Second, S::First>,
        ),
        OpenError,
    >
    where
        P: RetryPolicy + Clone,
        W: Clone,
    {
        let (here, there) = both(self.region);
        let other = Link {
            region: there,
            outward: self.outward.clone(),
            inward: self.inward.clone(),
            source: self.source,
        };
        let this = Link {
            region: here,
            ..self
        };
        Ok((this.attach_a(limit.clone())?, other.attach_b(limit)?))
    }
}

fn open<R, W, P, const N: usize, Out, In>(
    outward: R,
    inward: R,
    [for_room, for_bytes]: [W; 2],
    limit: P,
) -> Result<Duplex<R, W, P, N, Out, In>, OpenError>
where
    R: RegionMut,
    W: Wait,
    P: RetryPolicy + Clone,
    Out: GeometrySource,
    In: GeometrySource,
{
    // The receiver attaches first, because a sender that attaches begins a new epoch. An error after that would waste the epoch.
    let receiver = Channel::backpressure(inward)
        .with_wait(for_bytes)
        .with_source::<In>()
        .receiver(0)?;
    let reader = Reader::new(receiver, limit.clone())?;
    let sender = Channel::backpressure(outward)
        .with_wait(for_room)
        .with_source::<Out>()
        .sender()?;
    let writer = Writer::new(sender, limit);
    Ok(Duplex { writer, reader })
}

/// Both channels of the link in `region`, and the generation of the first.
fn find<R: RegionMut + Divide, First: GeometrySource>(
    region: &R,
) -> Result<((R, R), Generation), AttachError> {
    let (geometry, generation) = generation::attach::<R, First>(region)?;
    let (found, expected) = (region.load(EXTENT), control_len(geometry.geometry()));
    if found != expected {
        let at = EXTENT as u32;
        return Err(GeometryError::Mismatch { at, found }.into());
    }
    Ok((parts(region, expected)?, generation))
}

fn control_len(geometry: &Geometry) -> u32 {
    geometry.control_len()
}

/// Both channels must be of one format of the link.
fn confirm<R: RegionMut>(region: &R, generation: Generation) -> Result<(), OpenError> {
    match generation.is_current(region) {
        true => Ok(()),
        false => Err(AttachError::Geometry(GeometryError::Unformatted).into()),
    }
}

impl<R, W, S> fmt::Debug for Link<R, W, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}
