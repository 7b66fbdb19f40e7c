//! A region that keeps its mapping alive: for ends of a channel that outlive the function that attached them.

use std::fmt;
use std::mem::transmute;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ramframe_core::memory::{Memory, ReadOnlyMemory};
use ramframe_core::region::{Divide, Region, RegionMut};

use super::barrier;
#[cfg(feature = "cli")]
use super::shm::Mapping;
use super::shm::{ReadOnly, ReadWrite};
use crate::file::Map;
use crate::sysv::segment::Segment;

/// Memory of a segment or a map, mapped for as long as any handle to it lives.
///
/// No `Clone`: whoever has one handle can make one sender of it.
pub struct MappedMemory<M> {
    /// Never handed out: its lifetime is a fiction that `owner` makes true.
    memory: M,
    owner: Arc<dyn Send + Sync>,
    /// Whether the other side may be no core of this operating system.
    far: bool,
}

impl<M> MappedMemory<M> {
    /// A handle to `memory`, a part of this one's.
    fn with(&self, memory: M) -> Self {
        Self {
            memory,
            owner: Arc::clone(&self.owner),
            far: self.far,
        }
    }

    /// A barrier that the other side is bound by, wherever it is.
    #[inline]
    fn reach(&self) {
        if self.far {
            barrier::full_system();
        }
    }
}

/// Shared memory that can be read and written.
pub type SharedMemory = MappedMemory<Memory<'static>>;

/// Shared memory that can only be read.
pub type ReadOnlySharedMemory = MappedMemory<ReadOnlyMemory<'static>>;

impl SharedMemory {
    /// The memory of a segment that is mapped read-write.
    pub fn of(segment: Arc<Segment<ReadWrite>>) -> Self {
        Self::kept(|owner| owner.memory(), segment, false)
    }

    /// The memory of a map that can be written.
    pub fn of_map(map: Arc<Map<ReadWrite>>) -> Self {
        Self::kept(|owner| owner.memory(), map, true)
    }

    /// The memory of a mapping that has no name of its own.
    #[cfg(feature = "cli")]
    pub(crate) fn of_mapping(mapping: Arc<Mapping<ReadWrite>>) -> Self {
        Self::kept(|owner| owner.memory(), mapping, false)
    }

    fn kept<T: Send + Sync + 'static>(
        memory: impl for<'o> Fn(&'o T) -> Memory<'o>,
        owner: Arc<T>,
        far: bool,
    ) -> Self {
        // SAFETY: only the lifetime changes. The mapping lasts until the owner is dropped, which the region puts off until
        // after the last use of the memory, and the memory is reached only through this handle.
        let memory = unsafe { transmute::<Memory<'_>, Memory<'static>>(memory(&owner)) };
        Self { memory, owner, far }
    }
}

impl ReadOnlySharedMemory {
    /// The memory of a segment that is mapped read-only.
    pub fn of(segment: Arc<Segment<ReadOnly>>) -> Self {
        Self::kept(|owner| owner.read_only_ram(), segment, false)
    }

    /// The memory of a map that can only be read.
    pub fn of_map(map: Arc<Map<ReadOnly>>) -> Self {
        Self::kept(|owner| owner.read_only_ram(), map, true)
    }

    fn kept<T: Send + Sync + 'static>(
        memory: impl for<'o> Fn(&'o T) -> ReadOnlyMemory<'o>,
        owner: Arc<T>,
        far: bool,
    ) -> Self {
        // SAFETY: as for `SharedMemory::kept`.
        let memory =
            unsafe { transmute::<ReadOnlyMemory<'_>, ReadOnlyMemory<'static>>(memory(&owner)) };
        Self { memory, owner, far }
    }
}

impl<M: fmt::Debug> fmt::Debug for MappedMemory<M> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.memory.fmt(to)
    }
}

// SAFETY: every verb is that of `memory`, which `keep` keeps mapped.
unsafe impl<M: Region> Region for MappedMemory<M> {
    #[inline]
    fn len(&self) -> usize {
        self.memory.len()
    }

    #[inline]
    fn load(&self, at: usize) -> u32 {
        self.memory.load(at)
    }

    #[inline]
    fn load_pair(&self, at: usize) -> [u32; 2] {
        self.memory.load_pair(at)
    }

    #[inline]
    fn fence(&self, order: Ordering) {
        self.memory.fence(order);
        self.reach();
    }

    #[inline]
    fn copy_out(&self, at: usize, to: &mut [u8]) {
        self.memory.copy_out(at, to);
    }

    #[inline]
    fn address(&self, at: usize) -> *const u32 {
        self.memory.address(at)
    }
}

// SAFETY: as for `Region`: each handle keeps the mapping.
unsafe impl<M: Divide> Divide for MappedMemory<M> {
    unsafe fn duplicate(&self) -> Self {
        // SAFETY: this function's contract is that one's.
        self.with(unsafe { self.memory.duplicate() })
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that one's.
        let memory = unsafe { self.memory.part(at, len) }?;
        Some(self.with(memory))
    }
}

// SAFETY: as for `Region`.
unsafe impl<M: RegionMut> RegionMut for MappedMemory<M> {
    #[inline]
    fn store(&self, at: usize, word: u32, order: Ordering) {
        if order != Ordering::Relaxed {
            self.reach();
        }
        self.memory.store(at, word, order);
    }

    #[inline]
    fn store_pair(&self, at: usize, pair: [u32; 2], order: Ordering) {
        if order != Ordering::Relaxed {
            self.reach();
        }
        self.memory.store_pair(at, pair, order);
    }

    #[inline]
    fn copy_in(&self, at: usize, from: &[u8]) {
        self.memory.copy_in(at, from);
    }
}

/// The two halves of `memory`, each for a channel of its own.
#[cfg(feature = "cli")]
pub(crate) fn halves<R: Divide>(memory: &R) -> Option<[R; 2]> {
    let half = memory.len() / 2;
    // SAFETY: the halves do not overlap, so no channel is in both.
    unsafe { Some([memory.part(0, half)?, memory.part(half, half)?]) }
}

/// The first `len` bytes of `memory`, to format them.
pub(crate) fn beginning<R: Divide>(memory: &R, len: usize) -> Option<R> {
    // SAFETY: the caller makes no end of it.
    unsafe { memory.part(0, len) }
}
