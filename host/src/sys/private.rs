//! SharedMemory that this program shares with the second process it starts of itself, and with nobody else.
//!
//! A segment without a key, of mode 0600, removed as soon as it is mapped: it is gone when both processes are, however they
//! end. The second process is given its id, and takes only one that its parent made.

use std::io;
use std::ops::Deref;
use std::os::unix::process::parent_id;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use ramframe_core::memory::Trusted;

use super::shared::SharedMemory;
use super::shm::{self, Mapping, ReadWrite};

/// Such memory, for channels.
#[derive(Clone, Debug)]
pub struct Private {
    mapping: Arc<Mapping<ReadWrite>>,
    id: i32,
}

impl Private {
    /// `size` bytes, all zero.
    ///
    /// # Errors
    /// The system's.
    pub fn create(size: usize) -> io::Result<Self> {
        let id = shm::get_private(size)?;
        let mapping = Mapping::attach(id);
        // Linux lets who knows the id attach until the last one detaches.
        shm::remove(id)?;
        let mapping = Arc::new(mapping?);
        Ok(Self { mapping, id })
    }

    /// What this process's parent created.
    ///
    /// # Errors
    /// PermissionDenied if another process did, or the system's.
    pub fn inherited(id: i32) -> io::Result<Self> {
        let mapping = Mapping::attach(id)?;
        let stat = shm::stat(id)?;
        if stat.key.is_some() || u32::try_from(stat.creator_pid) != Ok(parent_id()) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mapping = Arc::new(mapping);
        Ok(Self { mapping, id })
    }

    /// The kernel's name for it.
    #[must_use]
    pub fn id(&self) -> i32 {
        self.id
    }

    /// The memory as a region.
    #[must_use]
    pub fn memory(&self) -> SharedMemory {
        SharedMemory::of_mapping(Arc::clone(&self.mapping))
    }

    /// The memory as a region of which plain slices exist, for channels alone; `None` if it was handed out before.
    #[must_use]
    pub fn into_trusted(self) -> Option<Trusted<SharedMemory>> {
        let mapping = Arc::into_inner(self.mapping)?;
        let memory = SharedMemory::of_mapping(Arc::new(mapping));
        // SAFETY: memory, and its own address. All who use it are this program, its maker and the child that it started, as
        // `inherited` sees to; and this process has no handle to it but this one, the mapping's last.
        Some(unsafe { Trusted::new(memory) })
    }

    /// The memory as bare atomic words, and in no other way.
    #[must_use]
    pub fn into_cells(self) -> Option<Cells> {
        let mapping = Arc::into_inner(self.mapping)?;
        Some(Cells(mapping))
    }
}

/// Such memory as bare atomic words: the least that two processes can share.
#[derive(Debug)]
pub struct Cells(Mapping<ReadWrite>);

impl Deref for Cells {
    type Target = [AtomicU64];

    #[inline]
    fn deref(&self) -> &[AtomicU64] {
        let (base, len) = self.0.extent();
        // SAFETY: mapped on whole pages, so aligned, readable and writable for as long as `self` lives. No other handle of
        // this process reaches it: `into_cells` took the only one.
        unsafe { std::slice::from_raw_parts(base.as_ptr().cast(), len / size_of::<AtomicU64>()) }
    }
}
