//! Memory that this process shares with others, in its address space: a segment, or a part of a file.

use std::fmt::Debug;
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

use memmap2::{MmapOptions, MmapRaw};
use ramframe_core::memory::{Memory, ReadOnlyMemory};
use ramframe_core::region::{Divide, Region};

use super::shm;

/// What a mapping may be used for; [`ReadOnly`] or [`ReadWrite`], and nothing else.
pub trait Access: sealed::Sealed + Debug + Send + Sync + 'static {
    /// A handle to such memory.
    type Memory<'m>: Region + Divide + Debug;

    #[doc(hidden)]
    const WRITES: bool;

    /// A handle to `len` bytes at `base`; `None` if a region cannot be there.
    ///
    /// # Safety
    /// For `'m` these bytes are mapped with this access, and reached only through such handles.
    #[doc(hidden)]
    unsafe fn memory<'m>(base: *mut u8, len: usize) -> Option<Self::Memory<'m>>;
}

/// The memory can be read, and a write would end the process with SIGSEGV; so no writing handle is to be had.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

/// The memory can be read and written.
#[derive(Clone, Copy, Debug)]
pub struct ReadWrite;

impl Access for ReadOnly {
    type Memory<'m> = ReadOnlyMemory<'m>;
    const WRITES: bool = false;

    unsafe fn memory<'m>(base: *mut u8, len: usize) -> Option<ReadOnlyMemory<'m>> {
        // SAFETY: this function's contract is that one's.
        unsafe { ReadOnlyMemory::new(base, len) }
    }
}

impl Access for ReadWrite {
    type Memory<'m> = Memory<'m>;
    const WRITES: bool = true;

    unsafe fn memory<'m>(base: *mut u8, len: usize) -> Option<Memory<'m>> {
        // SAFETY: this function's contract is that one's.
        unsafe { Memory::new(base, len) }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ReadOnly {}
    impl Sealed for super::ReadWrite {}
}

/// Memory of a segment, detached on drop, or of a file, unmapped on drop.
#[derive(Debug)]
pub(crate) struct Mapping<A> {
    base: NonNull<u8>,
    /// How many bytes were asked for, not how many the pages have that hold them.
    len: usize,
    /// The pages of a file; `None` for a segment.
    file: Option<MmapRaw>,
    access: PhantomData<A>,
}

// SAFETY: the mapping belongs to the process, not to a thread, and is only reached through core's handles.
unsafe impl<A> Send for Mapping<A> {}
// SAFETY: as for Send; a shared mapping has no state of its own.
unsafe impl<A> Sync for Mapping<A> {}

impl<A: Access> Mapping<A> {
    /// Maps segment `id` where the kernel likes.
    pub(crate) fn segment(id: i32) -> io::Result<Self> {
        let flags = if A::WRITES { 0 } else { libc::SHM_RDONLY };
        // SAFETY: a null address lets the kernel choose free pages, so that nothing of this process is replaced.
        let base = unsafe { libc::shmat(id, ptr::null(), flags) };
        if base.addr() == usize::MAX {
            return Err(io::Error::last_os_error());
        }
        let mut mapping = Self::of(base.cast(), 0, None)?;
        // Asked only now: while it is attached, `id` cannot come to mean another segment, and its size never changes.
        mapping.len = shm::stat(id)?.size;
        Ok(mapping)
    }

    /// Maps `len` bytes of a file from `skip` bytes behind the page at `start` on: of a device where `start` is more of a name
    /// than a place, and what lies behind it need not continue on the next page's. The file must be open for what `A` says.
    ///
    /// # Errors
    /// The system's; `AddrNotAvailable` if a region cannot begin there.
    pub(crate) fn file(file: &File, start: u64, skip: u64, len: usize) -> io::Result<Self> {
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let mapped = skip.checked_add(len).filter(|_| len > 0);
        let mut options = MmapOptions::new();
        options.offset(start);
        options.len(mapped.ok_or(io::ErrorKind::InvalidInput)?);
        let pages = match A::WRITES {
            true => options.map_raw(file),
            false => options.map_raw_read_only(file),
        }?;
        // SAFETY: `skip` is less than the bytes mapped, as `len` is not 0.
        let base = unsafe { pages.as_mut_ptr().add(skip) };
        let mapping = Self::of(base, len, Some(pages))?;
        // SAFETY: as for `memory`; the handle is dropped here.
        let handle = unsafe { mapping.handle() };
        handle.ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(mapping)
    }

    fn of(base: *mut u8, len: usize, file: Option<MmapRaw>) -> io::Result<Self> {
        Ok(Self {
            base: NonNull::new(base).ok_or(io::ErrorKind::AddrNotAvailable)?,
            len,
            file,
            access: PhantomData,
        })
    }

    /// The memory.
    pub(crate) fn memory(&self) -> A::Memory<'_> {
        // SAFETY: the handle lives no longer than the borrow, and so than the mapping.
        let handle = unsafe { self.handle() };
        handle.expect("a segment is on whole pages, and a file was looked at on opening")
    }

    /// # Safety
    /// `'m` ends before the mapping does.
    pub(super) unsafe fn handle<'m>(&self) -> Option<A::Memory<'m>> {
        // SAFETY: `len` bytes are mapped at `base` with this access until drop; they are reached only through handles like this
        // one, which this module alone hands out.
        unsafe { A::memory(self.base.as_ptr(), self.len) }
    }

    /// Whether the other side may be no core of this operating system.
    pub(super) fn is_far(&self) -> bool {
        self.file.is_some()
    }

    /// Where it is, and its length.
    #[cfg(feature = "cli")]
    pub(super) fn extent(&self) -> (NonNull<u8>, usize) {
        (self.base, self.len)
    }
}

impl<A> Drop for Mapping<A> {
    fn drop(&mut self) {
        if self.file.is_none() {
            // SAFETY: `base` came from shmat, is detached once, and no handle outlives the borrow it was made from.
            unsafe { libc::shmdt(self.base.as_ptr().cast()) };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ramframe_core::region::Region;

    use super::{Mapping, ReadOnly};

    #[test]
    fn bytes_behind_the_first_page_are_found_from_a_start() {
        let page = rustix::param::page_size();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![0; page * 4]).unwrap();
        let at = page * 2 + 64;
        std::os::unix::fs::FileExt::write_at(&file, &7_u32.to_le_bytes(), at as u64).unwrap();
        // As map 1 of a device, whose memory goes on behind its page.
        let skip = (page + 64) as u64;
        let map = Mapping::<ReadOnly>::file(&file, page as u64, skip, 64).unwrap();
        assert_eq!(map.memory().load_fresh(0), 7);
        let plain = Mapping::<ReadOnly>::file(&file, 2 * page as u64, 64, 64).unwrap();
        assert_eq!(plain.memory().load_fresh(0), 7);
    }

    #[test]
    fn a_region_does_not_begin_anywhere() {
        let file = tempfile::tempfile().unwrap();
        file.set_len(4096).unwrap();
        let error = Mapping::<ReadOnly>::file(&file, 0, 1, 64).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::AddrNotAvailable);
    }
}
