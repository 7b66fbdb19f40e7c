//! What does a side know of its channel's geometry, and since when?

use core::fmt;
use core::marker::PhantomData;

use super::control::compare;
use super::{Layout, LayoutError};
use crate::region::Region;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Layout {}
    impl<S> Sealed for super::Fixed<S> {}
}

/// A channel's geometry as one side holds it: a [`Layout`] that it read when it attached, or a [`Fixed`] one.
pub trait Geometry: Copy + sealed::Sealed {
    /// The geometry.
    fn layout(&self) -> &Layout;

    /// Finds it in a region's control block, and checks it.
    #[doc(hidden)]
    fn find<R: Region>(region: &R) -> Result<Self, LayoutError>;
}

impl Geometry for Layout {
    #[inline(always)]
    fn layout(&self) -> &Layout {
        self
    }

    #[inline]
    fn find<R: Region>(region: &R) -> Result<Self, LayoutError> {
        Layout::read(region)
    }
}

/// A geometry that is known when the program is built: for the smallest programs. Every offset is then a constant.
///
/// ```
/// use ramframe_core::channel::{Receiver, Sender, Start};
/// use ramframe_core::layout::{Fixed, Layout, Shape};
/// use ramframe_core::words::Words;
///
/// struct Mailbox;
/// impl Shape for Mailbox {
///     const LAYOUT: Layout = Layout::overwrite(8, 48);
/// }
///
/// let memory = Words::array::<{ Mailbox::SIZE / 4 }>();
/// let region = Words::new(&memory);
/// Mailbox::LAYOUT.format(&region, 0)?;
///
/// let mut sender: Sender<_, _, _, Fixed<Mailbox>> = Sender::overwrite_fixed(region)?;
/// let mut receiver = Receiver::overwrite(region, Start::Oldest)?;
/// sender.send(b"CIEPLO")?;
/// assert_eq!(receiver.recv(&mut [0; 48])?.len, 6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Shape {
    /// The geometry. One that no layout allows does not compile.
    const LAYOUT: Layout;

    /// Bytes that the channel takes.
    const SIZE: usize = Self::LAYOUT.size() as usize;
}

/// The geometry of `S`, compared with what a region says when a side attaches. Takes no memory.
pub struct Fixed<S>(PhantomData<fn() -> S>);

impl<S: Shape> Geometry for Fixed<S> {
    #[inline(always)]
    fn layout(&self) -> &Layout {
        const { &S::LAYOUT }
    }

    #[inline]
    fn find<R: Region>(region: &R) -> Result<Self, LayoutError> {
        const { assert!(S::LAYOUT.fault().is_none(), "no layout allows this shape") };
        let need = const { S::LAYOUT.size() };
        if (region.len() as u64) < need {
            return Err(LayoutError::TooSmall { need });
        }
        compare(region, const { &S::LAYOUT.words() })?;
        Ok(Self(PhantomData))
    }
}

impl<S> Clone for Fixed<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Fixed<S> {}

impl<S: Shape> fmt::Debug for Fixed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.layout().fmt(f)
    }
}
