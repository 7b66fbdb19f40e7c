//! A region that keeps its mapping alive: for ends of a channel that outlive the function that attached them.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ramframe_core::region::{Divide, Region, RegionMut};

use super::barrier;
use super::mapping::{Access, Mapping, ReadOnly, ReadWrite};

/// Memory of a segment or a map, mapped for as long as any handle to it lives.
///
/// No `Clone`: whoever has one handle can make one sender of it.
pub struct MappedMemory<A: Access> {
    /// Never handed out: its lifetime is a fiction that `owner` makes true.
    memory: A::Memory<'static>,
    owner: Arc<Mapping<A>>,
    /// Whether the other side may be no core of this operating system.
    far: bool,
}

/// Shared memory that can be read and written.
pub type SharedMemory = MappedMemory<ReadWrite>;

/// Shared memory that can only be read.
pub type ReadOnlySharedMemory = MappedMemory<ReadOnly>;

impl<A: Access> MappedMemory<A> {
    /// The memory of `owner`, all of it.
    pub(crate) fn of(owner: &Arc<Mapping<A>>) -> Self {
        // SAFETY: the mapping lasts until its owner is dropped, which this value puts off until after the last use of the memory.
        let memory = unsafe { owner.handle() };
        Self {
            memory: memory.expect("looked at when it was mapped"),
            owner: Arc::clone(owner),
            far: owner.is_far(),
        }
    }

    /// Another handle to all of it.
    pub(crate) fn another(&self) -> Self {
        Self::of(&self.owner)
    }

    /// What keeps it mapped, for who watches a word of it.
    pub(crate) fn keeper(&self) -> Keeper {
        let owner: Arc<dyn Any + Send + Sync> = self.owner.clone();
        let base = self.memory.address(0).addr();
        let len = self.memory.len();
        Keeper { owner, base, len }
    }

    /// A handle to `memory`, a part of this one's.
    fn with(&self, memory: A::Memory<'static>) -> Self {
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

impl<A: Access> fmt::Debug for MappedMemory<A> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.memory.fmt(to)
    }
}

// SAFETY: every verb is that of `memory`, which `owner` keeps mapped.
unsafe impl<A: Access> Region for MappedMemory<A> {
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
unsafe impl<A: Access> Divide for MappedMemory<A> {
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
unsafe impl RegionMut for SharedMemory {
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

/// The first `len` bytes of `memory`, to format them.
pub(crate) fn beginning<R: Divide>(memory: &R, len: usize) -> Option<R> {
    // SAFETY: the caller makes no end of it.
    unsafe { memory.part(0, len) }
}

/// Keeps memory mapped.
#[derive(Clone)]
pub(crate) struct Keeper {
    owner: Arc<dyn Any + Send + Sync>,
    base: usize,
    len: usize,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Keeper {
    /// The word at `address`, if it is one of this memory.
    pub(crate) fn word(&self, address: usize) -> Option<Word> {
        let at = address.checked_sub(self.base)?;
        let is_whole = at.is_multiple_of(4) && at.checked_add(4)? <= self.len;
        is_whole.then(|| Word {
            address,
            _owner: Arc::clone(&self.owner),
        })
    }
}

/// A word of memory that it keeps mapped: for a thread that sleeps on it.
#[derive(Debug)]
pub(crate) struct Word {
    address: usize,
    _owner: Arc<dyn Any + Send + Sync>,
}

impl Word {
    /// Where it is.
    pub(crate) fn address(&self) -> usize {
        self.address
    }

    /// What it holds, as the kernel compares it.
    pub(crate) fn load(&self) -> u32 {
        let word = self.address as *mut u32;
        // SAFETY: a word of the owner's mapping, aligned, because `Keeper::word` looked: the base of each mapping is aligned, as
        // `Mapping::handle` checks. The owner keeps it mapped, and everybody accesses it by atomic words. A relaxed load of a word is allowed on memory that can only be read.
        unsafe { AtomicU32::from_ptr(word) }.load(Ordering::Relaxed)
    }
}
