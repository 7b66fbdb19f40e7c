//! A System V segment as a value: created or attached, bounded by its own size, detached on drop.
//!
//! What can change under you: everything in the memory, at any time; the owner and the mode; and the key, which names no
//! segment or another one once this one is removed ([`Name::state`]). What cannot: the size, and the memory itself,
//! which stays as long as this value does, whoever removes the segment.
//!
//! Not removed on drop: a segment outlives its processes until [`Segment::remove`], a reboot, or systemd, which by default
//! removes those of a user without other processes at logout (`RemoveIPC=` in logind.conf).

use std::io;
use std::sync::Arc;

pub use crate::name::State;
pub use crate::sys::mapping::{Access, ReadOnly, ReadWrite};

use crate::error::{Error, Kind, Object};
use crate::name::Name;
use crate::sys::mapping::Mapping;
use crate::sys::shared::MappedMemory;
use crate::sys::shm;
use crate::sysv::key::Key;
use crate::sysv::list;
use crate::sysv::stat::Stat;
use crate::trust::{Trust, TrustError, WRITABLE};

/// A segment in this process's memory, with read-write or read-only [`Access`].
#[derive(Debug)]
pub struct Segment<A = ReadWrite> {
    mapping: Arc<Mapping<A>>,
    id: i32,
    name: Name,
}

impl Segment<ReadWrite> {
    /// Creates the segment of `key`, all zero, `size` bytes, with the permission bits `mode`; 0o600 unless others are meant
    /// to take part. Never opens one that exists.
    ///
    /// # Errors
    /// [`Kind::Exists`], [`Kind::Size`], [`Kind::NoRoom`], or [`Kind::System`].
    pub fn create(key: Key, size: usize, mode: u32) -> Result<Self, Error> {
        let flags = libc::IPC_CREAT | libc::IPC_EXCL | (mode & 0o777).cast_signed();
        let id = shm::get(key.raw(), size, flags).map_err(|source| {
            let kind = match source.raw_os_error() {
                Some(libc::EEXIST) => {
                    let found = shm::get(key.raw(), 0, 0).ok().and_then(listed);
                    let stat = found.map(Box::new);
                    Kind::Exists { stat }
                }
                Some(libc::EINVAL) => Kind::Size(size),
                _ => Kind::of("shmget(IPC_CREAT)", source, || None),
            };
            of_key(key).error(kind)
        })?;
        let made = stat(id).and_then(|stat| Self::map(&stat));
        made.inspect_err(|_| drop(shm::remove(id)))
    }
}

impl<A: Access> Segment<A> {
    /// Attaches the segment of `key`, after looking at whose it is. The access follows from the type:
    /// `Segment::<ReadOnly>::attach(..)` needs no more than leave to read.
    ///
    /// # Errors
    /// [`Kind::Absent`], [`Kind::Untrusted`], or [`Kind::System`].
    pub fn attach(key: Key, trust: &Trust) -> Result<Self, Error> {
        let id = find(key)?;
        let attached = Self::attach_id(id, trust).map_err(|error| match error.kind {
            // Removed between the two looks: as if it had not been there at the first.
            Kind::Removed => of_key(key).error(Kind::Absent),
            kind => of_id(id, Some(key)).error(kind),
        });
        // The kernel knows the number alone, and not what it was made from.
        attached.map(|segment| segment.keyed(key))
    }

    /// Attaches the segment `id`, as [`Segment::attach`] does: one of a [list], or one that
    /// [`State::Replaced`] tells of.
    ///
    /// # Errors
    /// [`Kind::Removed`], [`Kind::Untrusted`], or [`Kind::System`].
    pub fn attach_id(id: i32, trust: &Trust) -> Result<Self, Error> {
        let stat = stat(id)?;
        if stat.removed() {
            return Err(of_id(id, None).error(Kind::Removed));
        }
        let refused = |refusal| of_id(id, stat.key).error(Kind::Untrusted(refusal));
        trust.check(stat.owner).map_err(refused)?;
        Self::map(&stat)
    }

    fn keyed(self, key: Key) -> Self {
        let (id, key, owner) = (self.id, Some(key), self.name.owner());
        let name = Name::Segment { id, key, owner };
        Self { name, ..self }
    }

    fn map(stat: &Stat) -> Result<Self, Error> {
        let (id, key, owner) = (stat.id, stat.key, stat.owner);
        let mapping = Mapping::segment(id).map_err(|source| failed("shmat", id, source))?;
        Ok(Self {
            mapping: Arc::new(mapping),
            id,
            name: Name::Segment { id, key, owner },
        })
    }

    /// Refuses a segment that others may write although its locks were `made` with a mode by which they might not: who
    /// widened it afterwards, and who has written since, nobody knows.
    ///
    /// # Errors
    /// [`Kind::Untrusted`], [`Kind::Removed`], or [`Kind::System`].
    pub fn check_widened(&self, made: u32) -> Result<(), Error> {
        let stat = self.stat()?;
        let owner = stat.owner;
        let kind = match owner.mode & !made & WRITABLE {
            // Its locks went with it.
            _ if stat.removed() => Kind::Removed,
            0 => return Ok(()),
            _ => Kind::Untrusted(TrustError::Widened { owner }),
        };
        Err(of_id(self.id, stat.key).error(kind))
    }

    /// The memory, to read, and to write where the [`Access`] says so.
    pub fn memory(&self) -> A::Memory<'_> {
        self.mapping.memory()
    }

    /// The memory as a region of core's that keeps it mapped.
    pub fn shared(&self) -> MappedMemory<A> {
        MappedMemory::of(&self.mapping)
    }

    /// The kernel's name for this very segment.
    pub fn id(&self) -> i32 {
        self.id
    }

    /// What the kernel says of it now.
    ///
    /// # Errors
    /// [`Kind::Untrusted`] if the mode has been changed so that this user may not look, or [`Kind::System`].
    pub fn stat(&self) -> Result<Stat, Error> {
        stat(self.id)
    }

    /// What names this segment, and whose it was when it was attached.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Removes the segment: the key is free at once, the memory when the last process has detached.
    ///
    /// # Errors
    /// As [`remove`].
    pub fn remove(&self) -> Result<(), Error> {
        remove(self.id)
    }
}

/// The id of the segment that `key` names, whosever it is.
///
/// # Errors
/// [`Kind::Absent`], or [`Kind::System`].
pub fn find(key: Key) -> Result<i32, Error> {
    // Size 0 and no flags: asks for no permission, so that this tells of other users' segments too.
    let found = shm::get(key.raw(), 0, 0);
    found.map_err(|source| of_key(key).error(Kind::of("shmget", source, || None)))
}

/// What the kernel says of segment `id`.
///
/// # Errors
/// [`Kind::Removed`], [`Kind::Untrusted`] if this user may not look, or [`Kind::System`].
pub fn stat(id: i32) -> Result<Stat, Error> {
    shm::stat(id).map_err(|source| failed("shmctl(IPC_STAT)", id, source))
}

/// Removes segment `id`, whatever is in it: the key is free at once, the memory when the last process has detached.
///
/// # Errors
/// [`Kind::Removed`], [`Kind::NotOwner`], or [`Kind::System`].
pub fn remove(id: i32) -> Result<(), Error> {
    shm::remove(id).map_err(|source| failed("shmctl(IPC_RMID)", id, source))
}

fn failed(call: &'static str, id: i32, source: io::Error) -> Error {
    let listed = listed(id);
    let kind = Kind::of(call, source, || Some(listed?.owner));
    of_id(id, listed.and_then(|stat| stat.key)).error(kind)
}

/// What an error about it is said of.
pub(crate) fn of_key(key: Key) -> Object {
    let key = Some(key);
    Object::Segment { key, id: None }
}

fn of_id(id: i32, key: Option<Key>) -> Object {
    let id = Some(id);
    Object::Segment { key, id }
}

/// What everyone may know of segment `id`.
fn listed(id: i32) -> Option<Stat> {
    let segments = list::segments().ok()?;
    segments.into_iter().find(|stat| stat.id == id)
}
