//! The segment of the tutorial's programs, byte by byte, as these use it.

use std::io;
use std::ops::Deref;
use std::sync::atomic::AtomicU8;

use crate::sys::mapping::{Mapping, ReadWrite};
use crate::sys::shm;
use crate::sysv::key::Key;

/// The size of the tutorial's segment.
const SIZE: usize = 1024;

/// The segment on a key. Dropped, it stays, as the tutorial's does.
#[derive(Debug)]
pub(crate) struct TextSegment(Mapping<ReadWrite>);

impl TextSegment {
    /// The one on `key`; where none is, a new one of zeros.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn open(key: Key) -> io::Result<Self> {
        let id = shm::get(key.raw(), SIZE, libc::IPC_CREAT | 0o600)?;
        Mapping::segment(id).map(Self)
    }
}

impl Deref for TextSegment {
    type Target = [AtomicU8];

    fn deref(&self) -> &[AtomicU8] {
        let (base, len) = self.0.extent();
        // SAFETY: readable and writable for as long as `self` lives, which detaches it on drop. Every access of this program to
        // a segment that it opened here is atomic and of one byte: no other handle to the mapping is handed out.
        unsafe { std::slice::from_raw_parts(base.as_ptr().cast(), len) }
    }
}
