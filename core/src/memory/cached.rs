//! Memory behind a cache that does not cohere with the other side. The program gives two safe functions.

use core::sync::atomic::Ordering;

use super::verbs::{read_within, write_within};
use crate::region::{Divide, Region, RegionMut};

/// Cache maintenance by address. The hooks must keep these [rules](crate::region#caches-that-do-not-cohere).
///
/// Hooks that break the rules lose messages or show old ones. They never make an access undefined.
///
/// ```
/// use ramframe_core::memory::CacheHooks;
///
/// /// The cache of a chip with lines of 32 bytes. `BARE_METAL.md` has the instructions.
/// #[derive(Clone, Copy)]
/// struct DataCache;
///
/// impl CacheHooks for DataCache {
///     fn clean(&self, first: *const u8, len: usize) {
///         for _line in (first.addr() & !31..first.addr() + len).step_by(32) {
///             // clean the line, then a barrier
///         }
///     }
///     fn invalidate(&self, first: *const u8, len: usize) {
///         for _line in (first.addr() & !31..first.addr() + len).step_by(32) {
///             // invalidate the line, then a barrier
///         }
///     }
/// }
/// # DataCache.clean(core::ptr::null(), 4);
/// # DataCache.invalidate(core::ptr::null(), 4);
/// ```
pub trait CacheHooks {
    /// Writes back the cached copy of each line that overlaps `len` bytes at `first`, if it was stored to.
    fn clean(&self, first: *const u8, len: usize);

    /// Discards the cached copy of each line that overlaps `len` bytes at `first`.
    fn invalidate(&self, first: *const u8, len: usize);
}

/// A region that calls [`CacheHooks`]. It wraps [`Memory`](super::Memory) for a side that writes, or
/// [`ReadOnlyMemory`](super::ReadOnlyMemory).
///
/// The hooks get only bytes inside the region. Each handle has its own clone of the hooks.
///
/// ```
/// use core::cell::RefCell;
/// use ramframe_core::memory::{AtomicWords, CacheHooks, CachedMemory};
/// use ramframe_core::region::{Region, RegionMut};
///
/// /// Records the calls. On a chip, the two hooks are an instruction for each line, and a barrier.
/// #[derive(Default)]
/// struct Notes(RefCell<Vec<(&'static str, usize)>>);
///
/// impl CacheHooks for &Notes {
///     fn clean(&self, _first: *const u8, len: usize) {
///         self.0.borrow_mut().push(("clean", len));
///     }
///     fn invalidate(&self, _first: *const u8, len: usize) {
///         self.0.borrow_mut().push(("invalidate", len));
///     }
/// }
///
/// let words = AtomicWords::array::<16>();
/// let notes = Notes::default();
/// let region = CachedMemory::new(AtomicWords::new(&words), &notes);
///
/// region.copy_in(0, b"CIEPLO");
/// region.clean(0, 6);
/// assert_eq!(region.load_fresh(8), 0);
/// assert_eq!(*notes.0.borrow(), [("clean", 6), ("invalidate", 4)]);
/// ```
#[derive(Debug)]
pub struct CachedMemory<M, C> {
    memory: M,
    hooks: C,
}

impl<M: Region, C: CacheHooks> CachedMemory<M, C> {
    /// `memory` with these hooks. Its first and last byte must be on cache lines that hold nothing else.
    pub fn new(memory: M, hooks: C) -> Self {
        Self { memory, hooks }
    }

    /// Calls `hook` with the part of `len` bytes at `at` that lies inside, if there is one.
    fn each(&self, at: usize, len: usize, hook: impl FnOnce(&C, *const u8, usize)) {
        let space = self.memory.len().saturating_sub(at);
        let first = self.memory.address(0).cast::<u8>();
        if space.min(len) > 0 && !first.is_null() {
            hook(&self.hooks, first.wrapping_add(at), space.min(len));
        }
    }
}

// SAFETY: every verb is that of `memory`, and the hooks come on top.
unsafe impl<M: Region, C: CacheHooks> Region for CachedMemory<M, C> {
    read_within!(memory);

    #[inline]
    fn invalidate(&self, at: usize, len: usize) {
        self.each(at, len, C::invalidate);
    }
}

// SAFETY: as for `Region`.
unsafe impl<M: Divide, C: CacheHooks + Clone> Divide for CachedMemory<M, C> {
    unsafe fn duplicate(&self) -> Self {
        // SAFETY: this function's contract is that one's.
        let memory = unsafe { self.memory.duplicate() };
        Self::new(memory, self.hooks.clone())
    }

    unsafe fn part(&self, at: usize, len: usize) -> Option<Self> {
        // SAFETY: this function's contract is that one's.
        let memory = unsafe { self.memory.part(at, len) }?;
        Some(Self::new(memory, self.hooks.clone()))
    }
}

// SAFETY: as for `Region`.
unsafe impl<M: RegionMut, C: CacheHooks> RegionMut for CachedMemory<M, C> {
    write_within!(memory);

    #[inline]
    fn clean(&self, at: usize, len: usize) {
        self.each(at, len, C::clean);
    }
}
