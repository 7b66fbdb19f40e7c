//! A part of a file as memory that two sides can see: of a UIO device, of `/dev/mem`, of the file that is an emulator's RAM.
//!
//! The other side may be another machine: it holds no lock, and nobody knows whether it lives. Among the processes of this
//! machine there is one sender and one receiver a seat, by locks on single bytes of the file: the first of the channel is
//! the sender's, the one behind it that of receiver 0, and so on. The kernel gives them back however their holder ends,
//! but does not tell who that is; a child made by `fork` keeps them too.
//!
//! What can change under you: everything in the memory, and the file. Another one may take its place ([`Map::state`]).
//! And it may be made shorter: whoever then touches a byte that is no more is ended by SIGBUS. No check helps against
//! that; a file of memory is removed and made anew, never cut.
//!
//! Nothing is made, resized or removed here. Devices are opened with `O_SYNC`, on which `/dev/mem` maps uncached.

mod error;
mod locks;
mod window;

use std::fs::{self, File, Metadata, OpenOptions};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::sync::Arc;

use ramframe_core::memory::{Memory, ReadOnlyMemory};

pub use self::error::Error;
pub use self::locks::Held;
pub use self::window::{ALIGN, Window};

use crate::sys::map::{FileMapping, is_hole, page_size, reserve};
use crate::sys::uio::{self, UioMap};
use crate::sysv::segment::{Access, ReadWrite};
use crate::sysv::stat::Owner;
use crate::trust::Trust;

/// Whether a map still is of the file that its path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is.
    Same,
    /// The path names another file, or none, or one that has become too short.
    Replaced,
}

/// A part of a file in this process's memory, with read-write or read-only [`Access`]; unmapped on drop.
#[derive(Debug)]
pub struct Map<A = ReadWrite> {
    mapping: FileMapping<A>,
    file: Arc<File>,
    window: Window,
    len: usize,
    /// Device and inode.
    identity: (u64, u64),
    /// Not a device.
    is_file: bool,
    owner: Owner,
}

impl<A: Access> Map<A> {
    /// Maps `window`, after looking at whose the file is. A device is believed: who may open it, the system says.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn open(window: &Window, trust: &Trust) -> Result<Self, Error> {
        if !window.offset.is_multiple_of(ALIGN) {
            return Err(Error::Misaligned(window.clone()));
        }
        let failed = |call| move |source| error::system(call, window, source);
        // Looked at before it is opened: opening some kinds of files has effects.
        let before = fs::metadata(&window.path).map_err(failed("stat"))?;
        let device = is_device(window, &before)?;
        // Another kind of file may have come since: opening that must not wait, nor take a terminal.
        let flags = libc::O_NONBLOCK | libc::O_NOCTTY | if device { libc::O_SYNC } else { 0 };
        let file = OpenOptions::new()
            .read(true)
            .write(A::WRITES)
            .custom_flags(flags)
            .open(&window.path)
            .map_err(failed("open"))?;
        let metadata = file.metadata().map_err(failed("fstat"))?;
        if is_device(window, &metadata)? != device {
            return Err(Error::Absent(window.clone()));
        }
        let uio = uio(window, &metadata)?;
        let len = length(window, &metadata, uio)?;
        let owner = owner(&metadata);
        if !device {
            let refused = |refusal| Error::Untrusted(window.clone(), refusal);
            trust.check(owner).map_err(refused)?;
        }
        let mapping = match uio {
            None => FileMapping::map(&file, window.offset, len),
            Some(map) => {
                let start = uio::file_offset(window.uio_map, page_size());
                let skip = map.offset.saturating_add(window.offset);
                FileMapping::map_from(&file, start, skip, len)
            }
        };
        let mapping = mapping.map_err(failed("mmap"))?;
        if mapping.read_only_ram().is_none() {
            return Err(Error::Misaligned(window.clone()));
        }
        Ok(Self {
            mapping,
            file: Arc::new(file),
            window: window.clone(),
            len,
            identity: (metadata.dev(), metadata.ino()),
            is_file: metadata.is_file(),
            owner,
        })
    }

    /// The memory, to read.
    pub fn read_only_ram(&self) -> ReadOnlyMemory<'_> {
        self.mapping.read_only_ram().expect("looked at on opening")
    }

    /// Whether it begins in a hole of its file: nobody has written there, and even to read that in memory takes room on
    /// the disk, without which this process would be ended.
    pub fn is_unwritten(&self) -> bool {
        self.is_file && is_hole(&self.file, self.window.offset)
    }

    /// Which part of which file it is.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Whose the file was when it was opened.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// Whether the path still names this file: one system call, to be asked now and then. Two sides can sit on two files of
    /// one name for ever otherwise.
    pub fn state(&self) -> State {
        let end = self.window.offset.saturating_add(self.len as u64);
        match fs::metadata(&self.window.path) {
            Ok(now)
                if (now.dev(), now.ino()) == self.identity
                    && (!now.is_file() || now.len() >= end) =>
            {
                State::Same
            }
            _ => State::Replaced,
        }
    }
}

impl Map<ReadWrite> {
    /// The memory, to read and write.
    pub fn memory(&self) -> Memory<'_> {
        self.mapping.memory().expect("looked at on opening")
    }

    /// Takes room on the disk for the first `len` bytes, before they are touched; nothing for a device.
    ///
    /// # Errors
    /// [`Error::DiskFull`], or [`Error::System`].
    pub fn reserve(&self, len: u64) -> Result<(), Error> {
        if !self.is_file {
            return Ok(());
        }
        let len = len.min(self.len as u64);
        reserve(&self.file, self.window.offset, len)
            .map_err(|source| error::system("fallocate", &self.window, source))
    }
}

/// Whether the file is a device; if it is neither that nor a regular file, why it will not do.
fn is_device(window: &Window, metadata: &Metadata) -> Result<bool, Error> {
    let kind = metadata.file_type();
    match (kind.is_file(), kind.is_char_device()) {
        (true, _) => Ok(false),
        (_, true) => Ok(true),
        _ => Err(Error::Kind(window.clone())),
    }
}

/// The map that `window` means, if the file is a UIO device.
fn uio(window: &Window, metadata: &Metadata) -> Result<Option<UioMap>, Error> {
    let device = metadata.file_type().is_char_device();
    let found = device.then(|| uio::find(metadata.rdev(), window.uio_map));
    match found.flatten() {
        None if window.uio_map > 0 => Err(Error::NoSuchMap(window.clone())),
        None => Ok(None),
        Some(Err(_)) => Err(Error::NoSuchMap(window.clone())),
        Some(Ok(map)) => Ok(Some(map)),
    }
}

/// How many bytes to map.
fn length(window: &Window, metadata: &Metadata, uio: Option<UioMap>) -> Result<usize, Error> {
    let length = match uio {
        Some(map) => map.size,
        None if metadata.is_file() => metadata.len(),
        None => {
            let size = window.size.filter(|&size| size > 0);
            return size.ok_or_else(|| Error::SizeNeeded(window.clone()));
        }
    };
    let rest = length.saturating_sub(window.offset);
    let rest = usize::try_from(rest).unwrap_or(usize::MAX);
    let size = window.size.unwrap_or(rest);
    match size {
        // Whoever makes it has not come to its size.
        _ if length == 0 => Err(Error::Absent(window.clone())),
        0 => Err(Error::Nothing(window.clone(), length)),
        size if size <= rest => Ok(size),
        _ => Err(Error::TooShort(window.clone(), length)),
    }
}

/// A file has no creator that matters besides its owner.
fn owner(metadata: &Metadata) -> Owner {
    Owner {
        uid: metadata.uid(),
        cuid: metadata.uid(),
        mode: metadata.mode() & 0o777,
    }
}
