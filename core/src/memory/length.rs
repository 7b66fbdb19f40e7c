//! The length of memory, known at run time or at compile time.

mod sealed {
    pub trait Sealed {}
    impl Sealed for usize {}
    impl<const N: usize> Sealed for super::ConstLen<N> {}
}

/// A length in bytes: a `usize` or a [`ConstLen`]. It bounds every access, so other types cannot implement it.
pub trait RegionLen: Copy + sealed::Sealed {
    /// The length as a number.
    #[doc(hidden)]
    fn bytes(self) -> usize;

    /// A length of `bytes`, if this type allows it.
    #[doc(hidden)]
    fn of(bytes: usize) -> Option<Self>;
}

impl RegionLen for usize {
    #[inline(always)]
    fn bytes(self) -> usize {
        self
    }

    fn of(bytes: usize) -> Option<Self> {
        Some(bytes)
    }
}

/// `N` bytes, known at compile time. An access at a known offset then needs no check. Memory longer than the channel is allowed;
/// a power of two gives the smallest code.
///
/// ```
/// use ramframe_core::memory::{ConstLen, Memory, SharedStatic};
/// use ramframe_core::region::Region;
///
/// static SHARED: SharedStatic<1024> = SharedStatic::new();
/// let memory: Memory<'static, ConstLen<1024>> = SHARED.take().unwrap();
/// assert_eq!(memory.len(), 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConstLen<const N: usize>;

impl<const N: usize> RegionLen for ConstLen<N> {
    #[inline(always)]
    fn bytes(self) -> usize {
        N
    }

    fn of(bytes: usize) -> Option<Self> {
        (bytes == N).then_some(Self)
    }
}
