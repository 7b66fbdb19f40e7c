//! A file's bytes in this process's memory, shared with whoever else has them: `mmap`.

use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::os::fd::AsRawFd;
use std::ptr::{self, NonNull};

use ramframe_core::memory::{Memory, ReadOnlyMemory};

use super::checked;
use super::shm::{Access, ReadWrite};

/// Some bytes of a file in this process's address space; unmapped on drop.
#[derive(Debug)]
pub(crate) struct FileMapping<A> {
    /// What was mapped: whole pages.
    pages: NonNull<u8>,
    mapped: usize,
    /// Where in the pages the bytes asked for begin, and how many they are.
    skip: usize,
    len: usize,
    access: PhantomData<A>,
}

// SAFETY: the mapping belongs to the process, not to a thread, and is only reached through core's handles.
unsafe impl<A> Send for FileMapping<A> {}
// SAFETY: as for Send; a shared mapping has no state of its own.
unsafe impl<A> Sync for FileMapping<A> {}

impl<A: Access> FileMapping<A> {
    /// Maps `len` bytes of `file` from `offset` on, where the kernel likes. The file must be open for what `A` says.
    pub(crate) fn map(file: &File, offset: u64, len: usize) -> io::Result<Self> {
        let skip = offset % page_size();
        Self::map_from(file, offset - skip, skip, len)
    }

    /// Maps `len` bytes from `skip` bytes behind the page at `start` on: of a device where `start` is more of a name than a
    /// place, and what lies behind it need not continue on the next page's.
    pub(crate) fn map_from(file: &File, start: u64, skip: u64, len: usize) -> io::Result<Self> {
        let invalid = || io::Error::from(io::ErrorKind::InvalidInput);
        let start = libc::off64_t::try_from(start).map_err(|_| invalid())?;
        let skip = usize::try_from(skip).map_err(|_| invalid())?;
        let mapped = skip.checked_add(len).ok_or_else(invalid)?;
        // SAFETY: a null address lets the kernel choose free pages, so that nothing of this process is replaced.
        let pages = unsafe {
            libc::mmap64(
                ptr::null_mut(),
                mapped,
                A::PROTECTION,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                start,
            )
        };
        if pages == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self {
            pages: NonNull::new(pages.cast()).ok_or(io::ErrorKind::AddrNotAvailable)?,
            mapped,
            skip,
            len,
            access: PhantomData,
        })
    }

    fn base(&self) -> *mut u8 {
        // SAFETY: `skip` is less than the bytes mapped, as `len` is not 0: mmap refuses that.
        unsafe { self.pages.as_ptr().add(self.skip) }
    }

    /// The bytes; `None` if their address is not one that a region can have.
    pub(crate) fn read_only_ram(&self) -> Option<ReadOnlyMemory<'_>> {
        // SAFETY: mmap mapped at least `len` readable bytes at `base`, which stay until drop, so for the life of &self;
        // they are reached only through handles like this one, which this module alone hands out.
        unsafe { ReadOnlyMemory::new(self.base(), self.len) }
    }
}

impl FileMapping<ReadWrite> {
    /// The bytes, to read and write.
    pub(crate) fn memory(&self) -> Option<Memory<'_>> {
        // SAFETY: as for `read_only_ram`, and the protection of ReadWrite made the pages writable.
        unsafe { Memory::new(self.base(), self.len) }
    }
}

impl<A> Drop for FileMapping<A> {
    fn drop(&mut self) {
        // SAFETY: what mmap mapped, unmapped once, and no handle outlives the borrow it was made from.
        unsafe { libc::munmap(self.pages.as_ptr().cast(), self.mapped) };
    }
}

/// Takes room on the file's disk for `len` bytes from `offset` on, which keep what they hold; a hole that finds no room when
/// it is written would end this process. Where the file system cannot, nothing happens.
pub(crate) fn reserve(file: &File, offset: u64, len: u64) -> io::Result<()> {
    let invalid = |_| io::Error::from(io::ErrorKind::InvalidInput);
    let offset = libc::off64_t::try_from(offset).map_err(invalid)?;
    let len = libc::off64_t::try_from(len).map_err(invalid)?;
    // SAFETY: integers; no memory is passed.
    let answer =
        unsafe { libc::fallocate64(file.as_raw_fd(), libc::FALLOC_FL_KEEP_SIZE, offset, len) };
    match checked(answer) {
        Err(error) if matches!(error.raw_os_error(), Some(libc::EOPNOTSUPP | libc::ENOSYS)) => {
            Ok(())
        }
        done => done.map(drop),
    }
}

/// Whether the byte at `offset` of `file` is in a hole, so that reading it there would have to find room too.
pub(crate) fn is_hole(file: &File, offset: u64) -> bool {
    let Ok(offset) = libc::off64_t::try_from(offset) else {
        return false;
    };
    // SAFETY: integers; no memory is passed. Nobody reads or writes the file at its position.
    let data = unsafe { libc::lseek64(file.as_raw_fd(), offset, libc::SEEK_DATA) };
    match data {
        -1 => io::Error::last_os_error().raw_os_error() == Some(libc::ENXIO),
        data => data > offset,
    }
}

/// The smallest part of a file that is mapped.
pub(crate) fn page_size() -> u64 {
    // SAFETY: takes an integer and touches no memory.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    u64::try_from(size).unwrap_or(4096)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ramframe_core::region::Region;

    use super::{FileMapping, is_hole, page_size, reserve};
    use crate::sysv::segment::ReadOnly;

    #[test]
    fn bytes_behind_the_first_page_are_found_from_a_start() {
        let page = usize::try_from(page_size()).unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![0; page * 4]).unwrap();
        let at = page * 2 + 64;
        std::os::unix::fs::FileExt::write_at(&file, &7_u32.to_le_bytes(), at as u64).unwrap();
        // As map 1 of a device, whose memory goes on behind its page.
        let skip = (page + 64) as u64;
        let map = FileMapping::<ReadOnly>::map_from(&file, page_size(), skip, 64).unwrap();
        assert_eq!(map.read_only_ram().unwrap().load_fresh(0), 7);
        let plain = FileMapping::<ReadOnly>::map(&file, at as u64, 64).unwrap();
        assert_eq!(plain.read_only_ram().unwrap().load_fresh(0), 7);
    }

    #[test]
    fn a_hole_is_one_until_room_is_taken_for_it() {
        let file = tempfile::tempfile().unwrap();
        file.set_len(1 << 20).unwrap();
        if !is_hole(&file, 0) {
            // A file system that does not tell.
            return;
        }
        reserve(&file, 0, 4096).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 1 << 20);
        assert!(is_hole(&file, 1 << 19));
    }
}
