//! Who is the one sender, and who sits in which receiver's seat: semaphores that the kernel gives back.
//!
//! A set of System V semaphores under the segment's key: index 0 is the single sender's, index 1 + r the seat of receiver
//! r. One that is held has the value 1. It is taken from 0 in one atomic step with `SEM_UNDO`, so that the kernel takes it
//! back however the holder ends, SIGKILL included, before the holder's parent can even learn of it; a process that is
//! stopped still holds. Linux makes semaphores as 0, so that between creation and first use there is no race.
//!
//! Keys collide, and programs use one key for a segment and a set. Ours bears a mark in its mode that it is made with, so
//! that it is known even if its maker was killed before it took a lock; a set without the mark is left alone. A set made for
//! a path also says which file that was, so that another file of the same key does not meet its channel (`tag`).
//!
//! What can change under you: the whole set may be removed, by its owner, and then nobody holds anything of it
//! ([`SenderLock::is_held`], [`Error::Removed`]): open it anew, and take the lock anew.
//!
//! A lock belongs to the process. A child made by `fork` does not have it, and its copy of the guard does nothing. After
//! `exec` the process still has it, and no guard: whoever then asks for it takes it over.

mod error;
mod held;
mod tag;

pub use self::error::{Error, Process};
pub use self::held::{AllLocks, ReceiverLock, SenderLock};

use self::error::{opening, using};
use self::held::Held;
use crate::sys::sem;
use crate::sysv::key::Key;
use crate::sysv::stat::Owner;
use crate::trust::Trust;

/// The index of the sender's semaphore in a set; receiver `r`'s is `SENDER + 1 + r`.
pub const SENDER: u16 = 0;

/// The mark of our sets: of the three bits that let somebody execute a set, which means nothing, the one for others alone.
/// Nobody asks for just that.
const MARK: u32 = 0o001;
const EXECUTE: u32 = 0o111;

/// How often a set that vanishes while it is being opened is tried again.
const TRIES: usize = 8;

/// A set of semaphores of one key. Dropping it gives back nothing: a lock lives in its guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locks {
    key: Key,
    id: i32,
    seats: u16,
    mode: u32,
}

impl Locks {
    /// The set of `key` with seats for `receivers`, made with the permission bits `mode` if there is none. A second
    /// sender or receiver that holds something must have leave to write.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Untrusted`], [`Error::Count`], [`Error::Limit`], or [`Error::System`].
    pub fn open_or_create(
        key: Key,
        receivers: u16,
        mode: u32,
        trust: &Trust,
    ) -> Result<Self, Error> {
        for _ in 0..TRIES {
            match Self::create(key, receivers, mode) {
                Err(Error::Exists { .. }) => {}
                made => return made,
            }
            match Self::open(key, trust) {
                Err(Error::Absent { .. }) => {}
                found => return found?.with_seats(receivers),
            }
        }
        Err(Error::Absent { key })
    }

    /// The set of `key`, with as many seats as it has.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Foreign`], [`Error::Untrusted`], or [`Error::System`].
    pub fn open(key: Key, trust: &Trust) -> Result<Self, Error> {
        let id = sem::get(key, 0, 0).map_err(|source| opening(key, None, source))?;
        let (owner, count) = sem::stat(id).map_err(|source| opening(key, Some(id), source))?;
        if !is_marked(owner) {
            return Err(Error::Foreign { key, id, owner });
        }
        trust
            .check(unmarked(owner))
            .map_err(|refusal| Error::Untrusted { key, refusal })?;
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        let tags = tag::count(id, count);
        if tags > 0 && tag::is_other(id, count - tags, key) {
            return Err(Error::OtherFile { key });
        }
        let seats = count.saturating_sub(1 + tags);
        let mode = owner.mode & 0o666;
        Ok(Self {
            key,
            id,
            seats,
            mode,
        })
    }

    fn create(key: Key, seats: u16, mode: u32) -> Result<Self, Error> {
        let tags = if key.tag() == 0 { 0 } else { tag::COUNT };
        let mode = mode & 0o666;
        let flags = libc::IPC_CREAT | libc::IPC_EXCL | (mode | MARK).cast_signed();
        let first = seats.saturating_add(1);
        let id = sem::get(key, first.saturating_add(tags), flags)
            .map_err(|source| error::creating(key, source))?;
        if tags > 0 {
            // Fails only if somebody removed the set already, and then the tag with it.
            let _ = tag::write(id, first, key);
        }
        Ok(Self {
            key,
            id,
            seats,
            mode,
        })
    }

    fn with_seats(self, seats: u16) -> Result<Self, Error> {
        let found = self.seats;
        let key = self.key;
        (found == seats).then_some(self).ok_or(Error::Count {
            key,
            found,
            asked: seats,
        })
    }

    /// How many receivers have a seat.
    pub fn seats(&self) -> u16 {
        self.seats
    }

    /// Takes the sender's lock, without waiting.
    ///
    /// # Errors
    /// [`Error::SenderHeld`], which names the process, [`Error::Removed`], or [`Error::System`].
    pub fn try_sender(&self) -> Result<SenderLock, Error> {
        match self.acquire(SENDER)? {
            Some(held) => Ok(SenderLock(held)),
            None => Err(Error::SenderHeld {
                key: self.key,
                pid: self.last_pid(SENDER)?,
            }),
        }
    }

    /// Takes the seat of receiver `seat`, without waiting.
    ///
    /// # Errors
    /// [`Error::ReceiverHeld`], which names the process, [`Error::NoSuchReceiver`], [`Error::Removed`], or [`Error::System`].
    pub fn try_receiver(&self, seat: u16) -> Result<ReceiverLock, Error> {
        let index = self.index(seat)?;
        match self.acquire(index)? {
            Some(held) => Ok(ReceiverLock { held, seat }),
            None => Err(Error::ReceiverHeld {
                key: self.key,
                seat,
                pid: self.last_pid(index)?,
            }),
        }
    }

    /// Takes the first seat that is free, without waiting.
    ///
    /// # Errors
    /// [`Error::NoFreeReceiver`] if all are held, [`Error::Removed`], or [`Error::System`].
    pub fn take_any_receiver(&self) -> Result<ReceiverLock, Error> {
        self.take_receiver_of(0..self.seats)
    }

    /// Takes the first of `seats` that is free, without waiting.
    ///
    /// # Errors
    /// As [`Locks::take_any_receiver`].
    pub fn take_receiver_of(
        &self,
        seats: impl IntoIterator<Item = u16>,
    ) -> Result<ReceiverLock, Error> {
        for seat in seats {
            match self.try_receiver(seat) {
                Err(Error::ReceiverHeld { .. } | Error::NoSuchReceiver { .. }) => {}
                taken => return taken,
            }
        }
        Err(Error::NoFreeReceiver {
            key: self.key,
            seats: self.seats,
        })
    }

    /// Takes the sender's lock and every seat, without waiting: then nobody uses the channel, and nobody begins.
    ///
    /// # Errors
    /// As [`Locks::try_sender`] and [`Locks::try_receiver`].
    pub fn take_all(&self) -> Result<AllLocks, Error> {
        let sender = self.try_sender()?;
        let seats = (0..self.seats).map(|seat| self.try_receiver(seat));
        Ok(AllLocks {
            _sender: sender,
            _seats: seats.collect::<Result<_, _>>()?,
        })
    }

    /// Its key.
    pub fn key(&self) -> Key {
        self.key
    }

    /// The kernel's name for this very set; not used again for a long time after its end.
    pub fn id(&self) -> i32 {
        self.id
    }

    /// Its permission bits when it was opened: those that its channel was made with.
    pub fn mode(&self) -> u32 {
        self.mode
    }

    /// The process that sends, 0 if it cannot be named in this PID namespace; `None` if there is none. Already history
    /// when it is read: to be sure, take the lock.
    ///
    /// # Errors
    /// [`Error::Removed`], or [`Error::System`].
    pub fn sender(&self) -> Result<Option<i32>, Error> {
        self.holder(SENDER)
    }

    /// The process in receiver `seat`'s seat, as [`Locks::sender`].
    ///
    /// # Errors
    /// [`Error::NoSuchReceiver`], [`Error::Removed`], or [`Error::System`].
    pub fn seated(&self, seat: u16) -> Result<Option<i32>, Error> {
        self.holder(self.index(seat)?)
    }

    /// The process that holds the semaphore at `index` of the set.
    fn holder(&self, index: u16) -> Result<Option<i32>, Error> {
        let value = sem::value(self.id, index)
            .map_err(|source| using("semctl(GETVAL)", self.key, source))?;
        match value {
            0 => Ok(None),
            _ => self.last_pid(index).map(Some),
        }
    }

    /// Removes the set. Whoever holds one of it holds nothing any more: for the end of a channel, by its sender.
    ///
    /// # Errors
    /// [`Error::Removed`] if it is gone, [`Error::NotOwner`], or [`Error::System`].
    pub fn remove(&self) -> Result<(), Error> {
        sem::remove(self.id).map_err(|source| using("semctl(IPC_RMID)", self.key, source))
    }

    fn index(&self, seat: u16) -> Result<u16, Error> {
        (seat < self.seats)
            .then_some(SENDER + 1 + seat)
            .ok_or(Error::NoSuchReceiver {
                key: self.key,
                seat,
                seats: self.seats,
            })
    }

    /// `None` if someone holds it.
    fn acquire(&self, index: u16) -> Result<Option<Held>, Error> {
        Held::acquire(self.id, index).map_err(|source| using("semop", self.key, source))
    }

    fn last_pid(&self, index: u16) -> Result<i32, Error> {
        sem::last_pid(self.id, index).map_err(|source| using("semctl(GETPID)", self.key, source))
    }
}

/// Whether a set bears our mark.
pub(crate) const fn is_marked(owner: Owner) -> bool {
    owner.mode & EXECUTE == MARK
}

/// The owner of a set, with the mode that was asked for it.
fn unmarked(owner: Owner) -> Owner {
    Owner {
        mode: owner.mode & !EXECUTE,
        ..owner
    }
}

/// Removes the set of `key` if nobody uses it: for one whose segment is gone, its sender having been killed.
///
/// # Errors
/// As [`Locks::open`], [`Locks::take_all`] and [`Locks::remove`].
pub fn remove_idle(key: Key, trust: &Trust) -> Result<(), Error> {
    let locks = Locks::open(key, trust)?;
    let _locks = locks.take_all()?;
    locks.remove()
}

/// Removes the set of `key`, whosever and whatever it is, if there is one.
///
/// # Errors
/// [`Error::NotOwner`], or [`Error::System`].
pub fn remove(key: Key) -> Result<(), Error> {
    let removed = sem::get(key, 0, 0).and_then(sem::remove);
    match removed.map_err(|source| using("semctl(IPC_RMID)", key, source)) {
        Err(Error::Removed { .. }) => Ok(()),
        other => other,
    }
}
