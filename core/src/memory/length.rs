//! The length of a piece of memory: known when the program runs, or when it is built.

mod sealed {
    pub trait Sealed {}
    impl Sealed for usize {}
    impl<const N: usize> Sealed for super::ConstLen<N> {}
}

/// A length in bytes: a `usize`, or a [`ConstLen`]. It bounds every access, so nobody else can implement it.
pub trait RegionLen: Copy + sealed::Sealed {
    /// The length as a number.
    #[doc(hidden)]
    fn bytes(self) -> usize;

    /// This length, if it can be `bytes`.
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

/// `N` bytes, known when the program is built: an access whose offset is known too then needs no check. A power of two
/// folds best, and may be more than the channel takes.
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
