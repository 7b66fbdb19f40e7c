//! Shared memory as a region: by a pointer and a length, or as a static. A System V segment, a mapped file, or RAM at a fixed
//! address.
//!
//! All of core's `unsafe` is here and in [`region`](crate::region). Every access is checked against the length. Control words and
//! pairs are atomics. Copies are atomics too, or vector instructions in assembly, so the compiler never sees a plain access to
//! shared bytes.
//!
//! | type | what it adds |
//! |---|---|
//! | [`Memory`], [`ReadOnlyMemory`] | the region itself |
//! | [`CachedMemory`] | cache maintenance, by [`CacheHooks`] of the program |
//! | [`Trusted`] | plain slices of slots, if every side is trusted |
//! | [`SharedStatic`] | a `static` of one image, for its two cores or two threads |
//! | [`AtomicWords`] | an array of atomics, for tests and examples |
//! | [`ConstLen`] | a length that the compiler knows |
#![allow(unsafe_code)]

mod cached;
mod cells;
mod copy;
mod length;
mod shared_static;
mod trusted;
mod verbs;
mod words;

use core::marker::PhantomData;
use core::ptr::NonNull;
use core::sync::atomic::AtomicU32;

pub use self::cached::{CacheHooks, CachedMemory};
pub use self::length::{ConstLen, RegionLen};
pub use self::shared_static::SharedStatic;
pub use self::trusted::Trusted;
pub use self::words::AtomicWords;

/// Whether small code is preferred to speed. True for the smallest cores, those without compare-and-swap.
pub(crate) const SMALL: bool = !cfg!(target_has_atomic = "32");

/// The alignment that [`Memory`] needs of its base address, in bytes.
pub const ALIGN: usize = 8;

/// Shared memory that this side can only read.
///
/// ```
/// use ramframe_core::channel::{Channel, Start};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::{ReadOnlyMemory, SharedStatic};
///
/// static SHARED: SharedStatic<1024> = SharedStatic::new();
/// let memory = SHARED.take().unwrap();
/// Geometry::overwrite(4, 48).format(&memory, 0)?;
///
/// let reader: ReadOnlyMemory<'_, _> = memory.read_only();
/// let mut receiver = Channel::overwrite(reader).receiver(Start::Oldest)?;
/// Channel::overwrite(memory).sender()?.try_send(b"CIEPLO")?;
/// let mut buffer = [0; 48];
/// assert_eq!(receiver.try_recv(&mut buffer)?.message().unwrap().payload, b"CIEPLO");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ReadOnlyMemory<'a, L = usize> {
    base: NonNull<u8>,
    len: L,
    life: PhantomData<&'a AtomicU32>,
}

/// Shared memory that this side can read and write.
///
/// It is not `Copy`, so safe code can make at most one sender from a handle. [`Channel::split`](crate::channel::Channel::split)
/// makes two ends.
///
/// ```
/// use ramframe_core::channel::{Channel, Start};
/// use ramframe_core::geometry::Geometry;
/// use ramframe_core::memory::{ALIGN, Memory};
///
/// #[repr(C, align(64))]
/// struct Block([u64; 128]);
/// let block = Box::leak(Box::new(Block([0; 128])));
/// let base = (&raw mut block.0).cast();
/// // SAFETY: the block is leaked, aligned, and reached by this handle alone.
/// let memory = unsafe { Memory::new(base, size_of::<Block>()) }.expect("aligned to ALIGN bytes");
/// assert!(ALIGN <= 64);
///
/// Geometry::overwrite(4, 48).format(&memory, 0)?;
/// let (sender, receiver) = Channel::overwrite(memory).split();
/// let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
/// sender.try_send(b"CIEPLO")?;
/// let mut buffer = [0; 48];
/// assert_eq!(receiver.try_recv(&mut buffer)?.message().unwrap().payload, b"CIEPLO");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Memory<'a, L = usize>(ReadOnlyMemory<'a, L>);

// SAFETY: a handle is an address and a length. The memory is valid for 'a from any thread by the contract of `new`, and
// each access through a handle is atomic, or an instruction that the compiler does not see into.
unsafe impl<L: RegionLen> Send for ReadOnlyMemory<'_, L> {}
// SAFETY: as for Send; a handle has no state of its own.
unsafe impl<L: RegionLen> Sync for ReadOnlyMemory<'_, L> {}

impl<'a> ReadOnlyMemory<'a> {
    /// A handle to `len` bytes at `base`; `None` if `base` is not aligned to [`ALIGN`] bytes or the end is past the
    /// address space.
    ///
    /// # Safety
    /// For all of `'a`:
    /// 1. `base .. base + len` is readable, as one allocation or one mapping (an MMIO or carve-out range counts as one), and
    ///    `base` has the provenance of all of it;
    /// 2. this program reads and writes those bytes only through handles like this one, or with atomic accesses of the
    ///    [width of each byte](crate::region#one-width-for-each-byte); no `&[u8]` or `&mut` to any of them exists, except those
    ///    that [`Trusted`] lends;
    /// 3. whatever else writes them (another process, another core, a DMA engine) does so with accesses that the machine
    ///    makes visible in aligned 32-bit words.
    #[cfg_attr(not(target_has_atomic = "32"), inline(never))]
    pub unsafe fn new(base: *const u8, len: usize) -> Option<Self> {
        let base = NonNull::new(base.cast_mut())?;
        let life = PhantomData;
        let at = base.addr().get();
        if len > isize::MAX as usize || at % ALIGN != 0 || at.checked_add(len).is_none() {
            return None;
        }
        Some(Self { base, len, life })
    }

    /// The first `N` bytes, as memory whose length the compiler knows.
    pub fn sized<const N: usize>(self) -> Option<ReadOnlyMemory<'a, ConstLen<N>>> {
        (N <= self.len).then_some(ReadOnlyMemory {
            base: self.base,
            len: ConstLen,
            life: PhantomData,
        })
    }
}

impl<'a> Memory<'a> {
    /// A handle to `len` bytes at `base`; `None` if `base` is not aligned to [`ALIGN`] bytes or the end is past the
    /// address space.
    ///
    /// # Safety
    /// As [`ReadOnlyMemory::new`], and the bytes are writable.
    pub unsafe fn new(base: *mut u8, len: usize) -> Option<Self> {
        // SAFETY: this function's contract includes that one's.
        unsafe { ReadOnlyMemory::new(base, len) }.map(Self)
    }

    /// The first `N` bytes, as memory whose length the compiler knows.
    pub fn sized<const N: usize>(self) -> Option<Memory<'a, ConstLen<N>>> {
        self.0.sized().map(Memory)
    }
}

impl<'a, L: RegionLen> Memory<'a, L> {
    /// The same memory, with its length in the handle. A [`Link`](crate::stream::Link) needs it, because it divides its region.
    ///
    /// ```
    /// use ramframe_core::memory::SharedStatic;
    /// use ramframe_core::stream::{DuplexGeometry, Link};
    /// use ramframe_core::wait::MaxWaits;
    ///
    /// static SHARED: SharedStatic<2048> = SharedStatic::new();
    ///
    /// let memory = SHARED.take().expect("taken once").with_dynamic_len();
    /// DuplexGeometry::new(4, 48).format(&memory, 0)?;
    /// let (a, b) = Link::new(memory).attach_both::<_, 48>(MaxWaits(9))?;
    /// # let _ = (a, b);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_dynamic_len(self) -> Memory<'a> {
        Memory(ReadOnlyMemory {
            base: self.0.base,
            len: self.0.len.bytes(),
            life: PhantomData,
        })
    }

    /// The same memory, for a side that only reads.
    pub fn read_only(&self) -> ReadOnlyMemory<'a, L> {
        self.0
    }
}
