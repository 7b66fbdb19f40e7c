//! A part of a file as memory that two sides can see: of a UIO device, of `/dev/mem`, of the file that is an emulator's RAM.
//!
//! The other side may be another machine: it holds no lock, and nobody knows whether it lives. Among the processes of this
//! machine there is one sender and one receiver a slot, by [locks](crate::locks) on single bytes of the file.
//!
//! What can change under you: everything in the memory, and the file. Another one may take its place ([`Name::state`]).
//! And it may be made shorter: whoever then touches a byte that is no more is ended by SIGBUS. No check helps against
//! that; a file of memory is removed and made anew, never cut.
//!
//! Nothing is made, resized or removed here. Devices are opened with `O_SYNC`, on which `/dev/mem` maps uncached.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::sync::Arc;

use rustix::fs::{FallocateFlags, SeekFrom, fallocate, seek};
use rustix::io::Errno;

pub use crate::location::{ALIGN, Window};

use crate::error::{Error, Kind, Object};
use crate::locks::Locks;
use crate::name::Name;
use crate::sys::mapping::{Access, Mapping, ReadWrite};
use crate::sys::shared::MappedMemory;
use crate::sys::uio::{self, UioMap};
use crate::sysv::stat::Owner;
use crate::trust::Trust;

/// A part of a file in this process's memory, with read-write or read-only [`Access`]; unmapped on drop.
#[derive(Debug)]
pub struct Map<A = ReadWrite> {
    mapping: Arc<Mapping<A>>,
    file: Arc<File>,
    window: Window,
    len: usize,
    metadata: Metadata,
}

impl<A: Access> Map<A> {
    /// Maps `window`, after looking at whose the file is. A device is believed: who may open it, the system says.
    ///
    /// # Errors
    /// See [`Kind`].
    pub fn open(window: &Window, trust: &Trust) -> Result<Self, Error> {
        if !window.offset.is_multiple_of(ALIGN) {
            return Err(error(window, Kind::Misaligned));
        }
        let (file, metadata) = open::<A>(window)?;
        let uio = uio(window, &metadata)?;
        let len = length(window, &metadata, uio)?;
        if metadata.is_file() {
            let refused = |refusal| error(window, Kind::Untrusted(refusal));
            trust.check(owner(&metadata)).map_err(refused)?;
        }
        Ok(Self {
            mapping: Arc::new(map(&file, window, uio, len)?),
            file: Arc::new(file),
            window: window.clone(),
            len,
            metadata,
        })
    }

    /// The memory, to read, and to write where the [`Access`] says so.
    pub fn memory(&self) -> A::Memory<'_> {
        self.mapping.memory()
    }

    /// The memory as a region of core's that keeps it mapped.
    pub fn shared(&self) -> MappedMemory<A> {
        MappedMemory::of(&self.mapping)
    }

    /// Whether it begins in a hole of its file: nobody has written there, and even to read that in memory takes room on
    /// the disk, without which this process would be ended.
    pub fn is_unwritten(&self) -> bool {
        self.metadata.is_file() && is_hole(&self.file, self.window.offset)
    }

    /// Which part of which file it is.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// What names this file, and whose it was when it was opened.
    pub fn name(&self) -> Name {
        Name::File {
            window: self.window.clone(),
            len: self.len,
            file: (self.metadata.dev(), self.metadata.ino()),
            owner: owner(&self.metadata),
        }
    }

    /// Takes room on the disk for the first `len` bytes of a file that may be written, before they are touched; nothing for a device,
    /// or where the file system cannot. They keep what they hold. A hole that finds no room when it is written would end this process.
    ///
    /// # Errors
    /// [`Kind::NoRoom`], or [`Kind::System`].
    pub fn reserve(&self, len: u64) -> Result<(), Error> {
        if !self.metadata.is_file() || !A::WRITES {
            return Ok(());
        }
        let (at, len) = (self.window.offset, len.min(self.len as u64));
        match fallocate(&self.file, FallocateFlags::KEEP_SIZE, at, len) {
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
            done => done.map_err(|source| system("fallocate", &self.window, source.into())),
        }
    }

    /// The same for the bytes that say what there is: a channel's head, and all its receivers' lines.
    pub(crate) fn reserve_head(&self) -> Result<(), Error> {
        self.reserve(8192)
    }

    /// The locks of a channel here for `receivers`. To take one, the file must be open for writing.
    pub fn locks(&self, receivers: u32) -> Locks {
        Locks::of_file(&self.file, &self.window, receivers)
    }
}

/// Whether the byte at `offset` of `file` is in a hole, so that reading it there would have to find room too.
fn is_hole(file: &File, offset: u64) -> bool {
    // Nobody reads or writes the file at its position.
    match seek(file, SeekFrom::Data(offset)) {
        Ok(data) => data > offset,
        Err(error) => error == Errno::NXIO,
    }
}

fn error(window: &Window, kind: Kind) -> Error {
    Object::File(window.clone()).error(kind)
}

fn system(call: &'static str, window: &Window, source: io::Error) -> Error {
    let kind = match source.kind() {
        io::ErrorKind::NotFound => Kind::Absent,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Kind::NoRoom(source),
        io::ErrorKind::AddrNotAvailable => Kind::Misaligned,
        _ => Kind::System(call, source),
    };
    error(window, kind)
}

/// Opens the file, and says what it is.
fn open<A: Access>(window: &Window) -> Result<(File, Metadata), Error> {
    let failed = |call| move |source| system(call, window, source);
    // Looked at before it is opened: opening some kinds of files has effects.
    let before = fs::metadata(&window.path).map_err(failed("stat"))?;
    let device = is_device(window, &before)?;
    // Another kind of file may have come since: opening that must not wait, nor take a terminal.
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY | if device { libc::O_SYNC } else { 0 };
    let mut options = OpenOptions::new();
    options.read(true).write(A::WRITES).custom_flags(flags);
    let file = options.open(&window.path).map_err(failed("open"))?;
    let metadata = file.metadata().map_err(failed("fstat"))?;
    match is_device(window, &metadata)? == device {
        true => Ok((file, metadata)),
        false => Err(error(window, Kind::Absent)),
    }
}

fn map<A: Access>(
    file: &File,
    window: &Window,
    uio: Option<UioMap>,
    len: usize,
) -> Result<Mapping<A>, Error> {
    let page = rustix::param::page_size() as u64;
    let (start, skip) = match uio {
        None => (window.offset - window.offset % page, window.offset % page),
        Some(map) => {
            let skip = map.offset.saturating_add(window.offset);
            (uio::file_offset(window.uio_map, page), skip)
        }
    };
    let mapping = Mapping::file(file, start, skip, len);
    mapping.map_err(|source| system("mmap", window, source))
}

/// Whether the file is a device; if it is neither that nor a regular file, why it will not do.
fn is_device(window: &Window, metadata: &Metadata) -> Result<bool, Error> {
    let kind = metadata.file_type();
    match (kind.is_file(), kind.is_char_device()) {
        (true, _) => Ok(false),
        (_, true) => Ok(true),
        _ => Err(error(window, Kind::NotMappable)),
    }
}

/// The map that `window` means, if the file is a UIO device.
fn uio(window: &Window, metadata: &Metadata) -> Result<Option<UioMap>, Error> {
    let missing = || error(window, Kind::NoSuchMap(window.uio_map));
    match uio::find(metadata.rdev(), window.uio_map) {
        Some(found) if metadata.file_type().is_char_device() => found.map(Some).ok_or_else(missing),
        _ if window.uio_map > 0 => Err(missing()),
        _ => Ok(None),
    }
}

/// How many bytes to map.
fn length(window: &Window, metadata: &Metadata, uio: Option<UioMap>) -> Result<usize, Error> {
    let length = match uio {
        Some(map) => map.size,
        None if metadata.is_file() => metadata.len(),
        None => {
            let size = window.size.filter(|&size| size > 0);
            return size.ok_or_else(|| error(window, Kind::SizeNeeded));
        }
    };
    let rest = length.saturating_sub(window.offset);
    let rest = usize::try_from(rest).unwrap_or(usize::MAX);
    let kind = match window.size.unwrap_or(rest) {
        // Whoever makes it has not come to its size.
        _ if length == 0 => Kind::Absent,
        0 => Kind::Nothing(length),
        size if size <= rest => return Ok(size),
        _ => Kind::TooShort(length),
    };
    Err(error(window, kind))
}

/// A file has no creator that matters besides its owner.
fn owner(metadata: &Metadata) -> Owner {
    Owner {
        uid: metadata.uid(),
        cuid: metadata.uid(),
        mode: metadata.mode() & 0o777,
    }
}

#[cfg(test)]
mod tests {
    use super::{Map, ReadWrite, Window, is_hole};
    use crate::trust::Trust;

    #[test]
    fn a_hole_is_one_until_room_is_taken_for_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(1 << 20).unwrap();
        if !is_hole(file.as_file(), 0) {
            // A file system that does not tell.
            return;
        }
        let window = Window {
            path: file.path().into(),
            offset: 0,
            size: None,
            uio_map: 0,
        };
        let map = Map::<ReadWrite>::open(&window, &Trust::current_user()).unwrap();
        map.reserve(4096).unwrap();
        assert_eq!(file.as_file().metadata().unwrap().len(), 1 << 20);
        assert!(is_hole(file.as_file(), 1 << 19));
    }
}
