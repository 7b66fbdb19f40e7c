//! SharedMemory that this program shares with the second process it starts of itself, and with nobody else.
//!
//! A segment without a key, of mode 0600, removed as soon as it is mapped: it is gone when both processes are, however they
//! end. The second process is given its id, and takes only one that its parent made.

use std::io;
use std::ops::Deref;
use std::os::unix::process::parent_id;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use ramframe_core::channel::{Backpressure, Channel, Receiver, Sender};
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::Trusted;
use ramframe_core::region::Divide;

use crate::sys::mapping::{Mapping, ReadWrite};
use crate::sys::shared::SharedMemory;
use crate::sys::shm;

/// Such memory, for channels.
#[derive(Clone, Debug)]
pub(crate) struct Private {
    mapping: Arc<Mapping<ReadWrite>>,
    id: i32,
    /// Whether this process created it.
    mine: bool,
}

impl Private {
    /// `size` bytes, all zero.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn create(size: usize) -> io::Result<Self> {
        let id = shm::get(libc::IPC_PRIVATE, size, libc::IPC_CREAT | 0o600)?;
        let mapping = Mapping::segment(id);
        // Linux lets who knows the id attach until the last one detaches.
        shm::remove(id)?;
        let mapping = Arc::new(mapping?);
        let mine = true;
        Ok(Self { mapping, id, mine })
    }

    /// What this process's parent created. It may be attached twice at a time, once by either.
    ///
    /// # Errors
    /// PermissionDenied if another process created it, or a third has attached it; or the system's.
    pub(crate) fn inherited(id: i32) -> io::Result<Self> {
        let mapping = Mapping::segment(id)?;
        let stat = shm::stat(id)?;
        let parents = u32::try_from(stat.creator_pid) == Ok(parent_id());
        if stat.key.is_some() || !parents || stat.attached > 2 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mapping = Arc::new(mapping);
        let mine = false;
        Ok(Self { mapping, id, mine })
    }

    /// The kernel's name for it.
    #[must_use]
    pub(crate) fn id(&self) -> i32 {
        self.id
    }

    /// The memory as a region.
    #[must_use]
    pub(crate) fn memory(&self) -> SharedMemory {
        SharedMemory::of(&self.mapping)
    }

    /// The memory for a channel each way whose slots are plain slices; `None` if it was handed out before.
    #[must_use]
    pub(crate) fn into_lent(self) -> Option<Lent> {
        let mapping = Arc::into_inner(self.mapping)?;
        Some(Lent {
            mapping: Arc::new(mapping),
            mine: self.mine,
        })
    }

    /// The memory as bare atomic words, and in no other way.
    #[must_use]
    pub(crate) fn into_cells(self) -> Option<Cells> {
        let mapping = Arc::into_inner(self.mapping)?;
        Some(Cells(mapping))
    }
}

/// Such memory as two channels, one each way, whose slots are lent as plain slices.
#[derive(Debug)]
pub(crate) struct Lent {
    mapping: Arc<Mapping<ReadWrite>>,
    mine: bool,
}

/// An end of each of two channels.
pub(crate) type LentEnds = (
    Sender<Trusted<SharedMemory>, Backpressure>,
    Receiver<Trusted<SharedMemory>, Backpressure>,
);

impl Lent {
    /// This process's ends, one of each channel. The process that created the memory formats both channels first: the other
    /// one calls this later.
    ///
    /// # Errors
    /// ResourceBusy as long as ends from an earlier call exist; InvalidInput if the memory is too short; or a text about what
    /// else the channel is.
    pub(crate) fn ends(&mut self, geometry: &Geometry) -> io::Result<LentEnds> {
        if Arc::get_mut(&mut self.mapping).is_none() {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        let [first, second] = self.halves().ok_or(io::ErrorKind::InvalidInput)?;
        if self.mine {
            geometry.format(&first, 0).map_err(other)?;
            geometry.format(&second, 0).map_err(other)?;
        }
        let (out, into) = if self.mine {
            (first, second)
        } else {
            (second, first)
        };
        // SAFETY: 1. each is one end, below. 2. There are two attachments of this memory, the creator's and its child's, as
        // `inherited` sees to; either has a sender in another half, and no ends from before, which would hold the mapping.
        // 3. Both run this function, and format at no other time. 4. Nothing else of this process reaches the memory:
        // `into_lent` took the only handle.
        let trusted = unsafe { (Trusted::new(out), Trusted::new(into)) };
        let (Some(out), Some(into)) = trusted else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let sender = Channel::backpressure(out).sender().map_err(other)?;
        let receiver = Channel::backpressure(into).receiver(0).map_err(other)?;
        Ok((sender, receiver))
    }

    fn halves(&self) -> Option<[SharedMemory; 2]> {
        halves(&SharedMemory::of(&self.mapping))
    }
}

/// The two halves of `memory`, each for a channel of its own.
pub(crate) fn halves<R: Divide>(memory: &R) -> Option<[R; 2]> {
    let half = memory.len() / 2;
    // SAFETY: the halves do not overlap, so no channel is in both.
    unsafe { Some([memory.part(0, half)?, memory.part(half, half)?]) }
}

fn other(error: impl std::fmt::Debug) -> io::Error {
    io::Error::other(format!("the channel failed: {error:?}"))
}

/// Such memory as bare atomic words: the least that two processes can share.
#[derive(Debug)]
pub(crate) struct Cells(Mapping<ReadWrite>);

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
