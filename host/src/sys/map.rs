//! A file's bytes in this process's memory, shared with whoever else has them: `mmap`.

use std::fs::File;
use std::io;
use std::marker::PhantomData;

use memmap2::{MmapOptions, MmapRaw};
use ramframe_core::memory::{Memory, ReadOnlyMemory};
use rustix::fs::{FallocateFlags, SeekFrom, fallocate, seek};
use rustix::io::Errno;

use super::shm::{Access, ReadWrite};

/// Some bytes of a file in this process's address space; unmapped on drop.
#[derive(Debug)]
pub(crate) struct FileMapping<A> {
    pages: MmapRaw,
    /// Where in the pages the bytes asked for begin, and how many they are.
    skip: usize,
    len: usize,
    access: PhantomData<A>,
}

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
        let skip = usize::try_from(skip).map_err(|_| invalid())?;
        let mapped = skip.checked_add(len).filter(|_| len > 0);
        let mut options = MmapOptions::new();
        options.offset(start).len(mapped.ok_or_else(invalid)?);
        let pages = match A::WRITES {
            true => options.map_raw(file),
            false => options.map_raw_read_only(file),
        };
        Ok(Self {
            pages: pages?,
            skip,
            len,
            access: PhantomData,
        })
    }

    fn base(&self) -> *mut u8 {
        // SAFETY: `skip` is less than the bytes mapped, as `len` is not 0.
        unsafe { self.pages.as_mut_ptr().add(self.skip) }
    }

    /// The bytes; `None` if their address is not one that a region can have.
    pub(crate) fn read_only_ram(&self) -> Option<ReadOnlyMemory<'_>> {
        // SAFETY: at least `len` readable bytes are mapped at `base`, which stay until drop, so for the life of &self;
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

/// Takes room on the file's disk for `len` bytes from `offset` on, which keep what they hold; a hole that finds no room when
/// it is written would end this process. Where the file system cannot, nothing happens.
pub(crate) fn reserve(file: &File, offset: u64, len: u64) -> io::Result<()> {
    match fallocate(file, FallocateFlags::KEEP_SIZE, offset, len) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
        done => Ok(done?),
    }
}

/// Whether the byte at `offset` of `file` is in a hole, so that reading it there would have to find room too.
pub(crate) fn is_hole(file: &File, offset: u64) -> bool {
    // Nobody reads or writes the file at its position.
    match seek(file, SeekFrom::Data(offset)) {
        Ok(data) => data > offset,
        Err(error) => error == Errno::NXIO,
    }
}

/// The smallest part of a file that is mapped.
pub(crate) fn page_size() -> u64 {
    rustix::param::page_size() as u64
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
