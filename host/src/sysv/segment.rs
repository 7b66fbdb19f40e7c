//! A System V segment as a value: created or attached, bounded by its own size, detached on drop.
//!
//! What can change under you: everything in the memory, at any time; the owner and the mode; and the key, which names no
//! segment or another one once this one is removed ([`Segment::state`]). What cannot: the size, and the memory itself,
//! which stays as long as this value does, whoever removes the segment.
//!
//! Not removed on drop: a segment outlives its processes until [`Segment::remove`], a reboot, or systemd, which by default
//! removes those of a user without other processes at logout (`RemoveIPC=` in logind.conf).

mod error;

use std::io;

use ramframe_core::memory::{Memory, ReadOnlyMemory};

pub use self::error::Error;
pub use crate::sys::shm::{Access, ReadOnly, ReadWrite};

use self::error::{opening, removing};
use crate::sys::shm::{self, Mapping};
use crate::sysv::key::Key;
use crate::sysv::stat::{Owner, Stat};
use crate::trust::{Trust, TrustError, WRITABLE};

/// A segment in this process's memory, with read-write or read-only [`Access`].
#[derive(Debug)]
pub struct Segment<A = ReadWrite> {
    mapping: Mapping<A>,
    id: i32,
    key: Option<Key>,
}

/// Whether a segment is still the one that its key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is: whoever attaches by the key meets us here.
    Same,
    /// It was removed, and the key names none now; nobody new can come.
    Removed,
    /// It was removed, and the key names another now: the others are there.
    Replaced {
        /// The new one, for [`Segment::attach_id`].
        id: i32,
    },
}

/// What names a segment that this process has attached, or had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    id: i32,
    key: Option<Key>,
}

impl Name {
    /// The kernel's name for it.
    pub fn id(&self) -> i32 {
        self.id
    }

    /// As [`Segment::state`].
    pub fn state(&self) -> State {
        match self.key.map(find) {
            Some(Ok(id)) if id == self.id => State::Same,
            Some(Ok(id)) => State::Replaced { id },
            Some(Err(_)) => State::Removed,
            None if stat(self.id).is_ok_and(|stat| !stat.removed()) => State::Same,
            None => State::Removed,
        }
    }

    /// Whether the segment was removed, and lives only in who has it mapped.
    pub(crate) fn is_removed(&self) -> bool {
        stat(self.id).is_ok_and(|stat| stat.removed())
    }

    /// Whether the segment belongs to whom it did, and nobody may write now who might not when it was looked at: `before`.
    pub(crate) fn is_as_it_was(&self, before: Owner) -> bool {
        stat(self.id).is_ok_and(|Stat { owner, .. }| {
            (owner.uid, owner.cuid) == (before.uid, before.cuid)
                && owner.mode & !before.mode & WRITABLE == 0
        })
    }
}

impl Segment<ReadWrite> {
    /// Creates the segment of `key`, all zero, `size` bytes, with the permission bits `mode`; 0o600 unless others are meant
    /// to take part. Never opens one that exists.
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::Size`], [`Error::Limit`], or [`Error::System`].
    pub fn create(key: Key, size: usize, mode: u32) -> Result<Self, Error> {
        let [low, high, ..] = (mode & 0o777).to_le_bytes();
        let mode = i32::from(u16::from_le_bytes([low, high]));
        let id = shm::get(key, size, libc::IPC_CREAT | libc::IPC_EXCL | mode)
            .map_err(|source| error::creating(key, size, source))?;
        Self::map(id, Some(key)).inspect_err(|_| drop(shm::remove(id)))
    }

    /// The memory, to read and write.
    pub fn memory(&self) -> Memory<'_> {
        self.mapping.memory()
    }
}

impl<A: Access> Segment<A> {
    /// Attaches the segment of `key`, after looking at whose it is. The access follows from the type:
    /// `Segment::<ReadOnly>::attach(..)` needs no more than leave to read.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Untrusted`], or [`Error::System`].
    pub fn attach(key: Key, trust: &Trust) -> Result<Self, Error> {
        let (named, key) = (key, Some(key));
        match Self::attach_id(find(named)?, trust) {
            // The kernel knows the number alone, and not what it was made from.
            Ok(segment) => Ok(Self { key, ..segment }),
            Err(Error::Untrusted { id, refusal, .. }) => Err(Error::Untrusted { id, key, refusal }),
            // Removed between the two looks: as if it had not been there at the first.
            Err(Error::Removed { .. }) => Err(Error::Absent { key: named }),
            Err(error) => Err(error),
        }
    }

    /// Attaches the segment `id`, as [`Segment::attach`] does: one of a [list](crate::sysv::list), or one that
    /// [`State::Replaced`] tells of.
    ///
    /// # Errors
    /// [`Error::Removed`], [`Error::Untrusted`], or [`Error::System`].
    pub fn attach_id(id: i32, trust: &Trust) -> Result<Self, Error> {
        let stat = stat(id)?;
        if stat.removed() {
            return Err(Error::Removed { id });
        }
        trust
            .check(stat.owner)
            .map_err(|refusal| Error::Untrusted {
                id,
                key: stat.key,
                refusal,
            })?;
        Self::map(id, stat.key)
    }

    fn map(id: i32, key: Option<Key>) -> Result<Self, Error> {
        let mapping = Mapping::attach(id).map_err(|source| opening("shmat", id, source))?;
        Ok(Self { mapping, id, key })
    }

    /// Refuses a segment that others may write although its locks were `made` with a mode by which they might not: who
    /// widened it afterwards, and who has written since, nobody knows.
    ///
    /// # Errors
    /// [`Error::Untrusted`], [`Error::Removed`], or [`Error::System`].
    pub fn check_widened(&self, made: u32) -> Result<(), Error> {
        let stat = self.stat()?;
        // Its locks went with it.
        if stat.removed() {
            return Err(Error::Removed { id: self.id });
        }
        let owner = stat.owner;
        match owner.mode & !made & WRITABLE {
            0 => Ok(()),
            _ => Err(Error::Untrusted {
                id: self.id,
                key: self.key,
                refusal: TrustError::Widened { owner },
            }),
        }
    }

    /// The memory, to read.
    pub fn read_only_ram(&self) -> ReadOnlyMemory<'_> {
        self.mapping.read_only_ram()
    }

    /// The kernel's name for this very segment.
    pub fn id(&self) -> i32 {
        self.id
    }

    /// The key it had when it was attached; `None` for a private one.
    pub fn key(&self) -> Option<Key> {
        self.key
    }

    /// What the kernel says of it now.
    ///
    /// # Errors
    /// [`Error::Untrusted`] if the mode has been changed so that this user may not look, or [`Error::System`].
    pub fn stat(&self) -> Result<Stat, Error> {
        stat(self.id)
    }

    /// What names this segment.
    pub fn name(&self) -> Name {
        Name {
            id: self.id,
            key: self.key,
        }
    }

    /// Whether the key still names this segment: one system call, well under a microsecond, to be asked after each nap.
    /// Two sides can sit on two segments of one key for ever otherwise.
    pub fn state(&self) -> State {
        self.name().state()
    }

    /// Removes the segment: the key is free at once, the memory when the last process has detached.
    ///
    /// # Errors
    /// [`Error::NotOwner`], or [`Error::System`].
    pub fn remove(&self) -> Result<(), Error> {
        remove(self.id)
    }
}

/// The id of the segment that `key` names, whosever it is.
///
/// # Errors
/// [`Error::Absent`], or [`Error::System`].
pub fn find(key: Key) -> Result<i32, Error> {
    // Size 0 and no flags: asks for no permission, so that this tells of other users' segments too.
    shm::get(key, 0, 0).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::Absent { key },
        _ => Error::System {
            call: "shmget",
            source,
        },
    })
}

/// What the kernel says of segment `id`.
///
/// # Errors
/// [`Error::Removed`], [`Error::Untrusted`] if this user may not look, or [`Error::System`].
pub fn stat(id: i32) -> Result<Stat, Error> {
    shm::stat(id).map_err(|source| opening("shmctl(IPC_STAT)", id, source))
}

/// Removes segment `id`, whatever is in it: the key is free at once, the memory when the last process has detached.
///
/// # Errors
/// [`Error::Removed`], [`Error::NotOwner`], or [`Error::System`].
pub fn remove(id: i32) -> Result<(), Error> {
    shm::remove(id).map_err(|source| removing(id, source))
}
