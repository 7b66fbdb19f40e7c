//! The locks of the one sender and of the receivers, which the kernel gives back however their holder ends.
//!
//! **Beside a segment** they are a set of System V semaphores under its key: index 0 is the single sender's, index 1 + r the slot
//! of receiver r. One that is held has the value 1. It is taken from 0 in one atomic step with `SEM_UNDO`, so that the kernel takes
//! it back however the holder ends, SIGKILL included, before the holder's parent can even learn of it; a process that is stopped
//! still holds. Linux makes semaphores as 0, so that between creation and first use there is no race.
//!
//! Keys collide, and programs use one key for a segment and a set. Ours bears a mark in its mode that it is made with, so that it
//! is known even if its maker was killed before it took a lock; a set without the mark is left alone. A set made for a path also
//! says which file that was, so that another file of the same key does not meet its channel (`tag`).
//!
//! **In a file** they are locks on single bytes: the first of the channel is the sender's, the one behind it that of receiver 0,
//! and so on. The kernel gives such locks to whoever may write the file, and does not tell who has one.
//!
//! What can change under you: the whole set may be removed, by its owner, and then nobody holds anything of it
//! ([`Held::is_held`], [`Kind::Removed`]): open it anew, and take the lock anew.
//!
//! A lock belongs to the process. A child made by `fork` does not have it, and its copy of the guard does nothing. After `exec` the
//! process still has a semaphore, and no guard: whoever then asks for it takes it over.

mod held;
pub(crate) mod mark;
mod tag;

use std::fs::File;
use std::io;
use std::sync::Arc;

pub use self::held::Held;

use self::mark::{MARK, is_marked, unmarked};
use crate::error::{Error, Kind, Object};
use crate::location::{Location, Window};
use crate::sys::{filelock, sem};
use crate::sysv::key::Key;
use crate::sysv::list;
use crate::trust::Trust;

/// The number of the sender's lock; receiver `r`'s is `SENDER + 1 + r`.
pub const SENDER: u16 = 0;

/// How often a set that vanishes while it is being opened is tried again.
const TRIES: usize = 8;

/// The locks of one channel. Dropping this gives back nothing: a lock lives in its guard.
#[derive(Clone, Debug)]
pub struct Locks {
    set: Set,
    receivers: u32,
    mode: u32,
}

#[derive(Clone, Debug)]
enum Set {
    Semaphores { key: Key, id: i32 },
    Bytes { file: Arc<File>, window: Window },
}

impl Locks {
    /// The set of `key` with receiver slots for `receivers`, made with the permission bits `mode` if there is none. A second
    /// sender or receiver that holds something must have leave to write.
    ///
    /// # Errors
    /// As [`Locks::open`], [`Kind::Count`], or [`Kind::NoRoom`].
    pub fn open_or_create(
        key: Key,
        receivers: u32,
        mode: u32,
        trust: &Trust,
    ) -> Result<Self, Error> {
        for _ in 0..TRIES {
            match Self::create(key, receivers, mode) {
                Err(error) if matches!(error.kind, Kind::Exists { .. }) => {}
                made => return made,
            }
            match Self::open(key, trust) {
                Err(error) if error.is_absent() => {}
                found => return found?.for_receivers(receivers),
            }
        }
        Err(Object::Locks(key).error(Kind::Absent))
    }

    /// The set of `key`, with as many receiver slots as it has.
    ///
    /// # Errors
    /// [`Kind::Absent`], [`Kind::Foreign`], [`Kind::OtherFile`], [`Kind::Untrusted`], or [`Kind::System`].
    pub fn open(key: Key, trust: &Trust) -> Result<Self, Error> {
        let error = |kind| Object::Locks(key).error(kind);
        let opening = |id, source| {
            let owner = || list::semaphore_owner(id?).map(unmarked);
            match Kind::of("semget", source, owner) {
                Kind::Removed => error(Kind::Absent),
                kind => error(kind),
            }
        };
        let id = sem::get(key.raw(), 0, 0).map_err(|source| opening(None, source))?;
        let owner = sem::owner(id).map_err(|source| opening(Some(id), source))?;
        if !is_marked(owner) {
            return Err(error(Kind::Foreign { id, owner }));
        }
        let checked = trust.check(unmarked(owner));
        checked.map_err(|refusal| error(Kind::Untrusted(refusal)))?;
        let count = sem::count(id).map_err(|source| opening(Some(id), source))?;
        let tags = tag::count(id, count);
        if tags > 0 && tag::is_other(id, count - tags, key) {
            return Err(error(Kind::OtherFile));
        }
        Ok(Self {
            set: Set::Semaphores { key, id },
            receivers: count.saturating_sub(1 + tags).into(),
            mode: owner.mode & 0o666,
        })
    }

    fn create(key: Key, receivers: u32, mode: u32) -> Result<Self, Error> {
        let tags = if key.tag() == 0 { 0 } else { tag::COUNT };
        let mode = mode & 0o666;
        let flags = libc::IPC_CREAT | libc::IPC_EXCL | (mode | MARK).cast_signed();
        let first = number(receivers);
        let made = sem::get(key.raw(), first.saturating_add(tags), flags);
        let id = made.map_err(|source| {
            let kind = match source.raw_os_error() {
                Some(libc::EEXIST) => Kind::Exists { stat: None },
                Some(libc::EINVAL) => Kind::NoRoom(source),
                _ => Kind::of("semget(IPC_CREAT)", source, || None),
            };
            Object::Locks(key).error(kind)
        })?;
        if tags > 0 {
            // Fails only if somebody removed the set already, and then the tag with it.
            let _ = tag::write(id, first, key);
        }
        Ok(Self {
            set: Set::Semaphores { key, id },
            receivers,
            mode,
        })
    }

    /// Those on the bytes of a file where a channel for `receivers` begins.
    pub(crate) fn of_file(file: &Arc<File>, window: &Window, receivers: u32) -> Self {
        let (file, window) = (Arc::clone(file), window.clone());
        Self {
            set: Set::Bytes { file, window },
            receivers,
            mode: 0,
        }
    }

    fn for_receivers(self, asked: u32) -> Result<Self, Error> {
        let found = self.receivers;
        match found == asked {
            true => Ok(self),
            false => Err(self.object().error(Kind::Count { found, asked })),
        }
    }

    /// How many receiver slots there are.
    pub fn receivers(&self) -> u32 {
        self.receivers
    }

    /// Takes the sender's lock, without waiting.
    ///
    /// # Errors
    /// [`Kind::SenderHeld`], which names the process, [`Kind::Removed`], or [`Kind::System`].
    pub fn try_sender(&self) -> Result<Held, Error> {
        self.acquire(SENDER, Kind::SenderHeld)
    }

    /// Takes the slot of receiver `receiver`, without waiting.
    ///
    /// # Errors
    /// [`Kind::ReceiverHeld`], which names the process, [`Kind::NoSuchReceiver`], [`Kind::Removed`], or [`Kind::System`].
    pub fn try_receiver(&self, receiver: u32) -> Result<Held, Error> {
        let held = |pid| Kind::ReceiverHeld { receiver, pid };
        self.acquire(self.of_receiver(receiver)?, held)
    }

    /// Takes the first of `receivers` whose slot is free, without waiting, and says which.
    ///
    /// # Errors
    /// [`Kind::NoFreeReceiver`] if all are held, [`Kind::Removed`], or [`Kind::System`].
    pub fn take_receiver_of(
        &self,
        receivers: impl IntoIterator<Item = u32>,
    ) -> Result<(u32, Held), Error> {
        for receiver in receivers {
            match self.try_receiver(receiver) {
                Err(Error {
                    kind: Kind::ReceiverHeld { .. } | Kind::NoSuchReceiver { .. },
                    ..
                }) => {}
                taken => return Ok((receiver, taken?)),
            }
        }
        Err(self.in_use(Kind::NoFreeReceiver(self.receivers)))
    }

    /// Takes the sender's lock and every receiver slot, without waiting: then nobody uses the channel, and nobody begins.
    ///
    /// # Errors
    /// As [`Locks::try_sender`] and [`Locks::try_receiver`].
    pub fn take_all(&self) -> Result<Vec<Held>, Error> {
        let receivers = (0..self.receivers).map(|receiver| self.try_receiver(receiver));
        [self.try_sender()].into_iter().chain(receivers).collect()
    }

    /// The kernel's name for this very set of semaphores, not used again for a long time after its end; `None` in a file.
    pub fn id(&self) -> Option<i32> {
        match self.set {
            Set::Semaphores { id, .. } => Some(id),
            Set::Bytes { .. } => None,
        }
    }

    /// The permission bits of a set when it was opened: those that its channel was made with.
    pub fn mode(&self) -> u32 {
        self.mode
    }

    /// The process that sends, 0 if it cannot be named; `None` if there is none. Already history when it is read: to be sure,
    /// take the lock.
    ///
    /// # Errors
    /// [`Kind::Removed`], or [`Kind::System`].
    pub fn sender(&self) -> Result<Option<i32>, Error> {
        self.holder(SENDER)
    }

    /// The process in the slot of receiver `receiver`, as [`Locks::sender`].
    ///
    /// # Errors
    /// [`Kind::NoSuchReceiver`], [`Kind::Removed`], or [`Kind::System`].
    pub fn receiver_pid(&self, receiver: u32) -> Result<Option<i32>, Error> {
        self.holder(self.of_receiver(receiver)?)
    }

    /// Removes the set, if it is one. Whoever holds one of it holds nothing any more: for the end of a channel, by its sender.
    ///
    /// # Errors
    /// [`Kind::Removed`] if it is gone, [`Kind::NotOwner`], or [`Kind::System`].
    pub fn remove(&self) -> Result<(), Error> {
        match self.set {
            Set::Semaphores { id, .. } => self.used("semctl(IPC_RMID)", sem::remove(id)),
            Set::Bytes { .. } => Ok(()),
        }
    }

    fn of_receiver(&self, receiver: u32) -> Result<u16, Error> {
        let receivers = self.receivers;
        match receiver < receivers {
            true => Ok(number(receiver)),
            false => Err(self.object().error(Kind::NoSuchReceiver {
                receiver,
                receivers,
            })),
        }
    }

    fn acquire(&self, index: u16, in_use: impl Fn(i32) -> Kind) -> Result<Held, Error> {
        let taken = match &self.set {
            Set::Semaphores { id, .. } => self.used("semop", Held::semaphore(*id, index)),
            Set::Bytes { file, window } => {
                let taken = Held::byte(file, byte(window, index));
                self.used("fcntl(F_OFD_SETLK)", taken)
            }
        };
        match taken? {
            Some(held) => Ok(held),
            None => Err(self.in_use(in_use(self.last_pid(index)?))),
        }
    }

    fn holder(&self, index: u16) -> Result<Option<i32>, Error> {
        match &self.set {
            Set::Semaphores { id, .. } => {
                match self.used("semctl(GETVAL)", sem::value(*id, index))? {
                    0 => Ok(None),
                    _ => self.last_pid(index).map(Some),
                }
            }
            Set::Bytes { file, window } => {
                let held = filelock::is_held(file, byte(window, index));
                Ok(self.used("fcntl(F_OFD_GETLK)", held)?.then_some(0))
            }
        }
    }

    /// Who took a lock last; negative where the kernel does not tell.
    fn last_pid(&self, index: u16) -> Result<i32, Error> {
        match self.set {
            Set::Semaphores { id, .. } => self.used("semctl(GETPID)", sem::last_pid(id, index)),
            Set::Bytes { .. } => Ok(-1),
        }
    }

    fn used<T>(&self, call: &'static str, answer: io::Result<T>) -> Result<T, Error> {
        answer.map_err(|source| {
            let kind = match &self.set {
                Set::Semaphores { .. } => Kind::of(call, source, || None),
                Set::Bytes { .. } => Kind::System(call, source),
            };
            self.object().error(kind)
        })
    }

    fn object(&self) -> Object {
        match &self.set {
            Set::Semaphores { key, .. } => Object::Locks(*key),
            Set::Bytes { window, .. } => Object::File(window.clone()),
        }
    }

    fn in_use(&self, kind: Kind) -> Error {
        let location = match &self.set {
            Set::Semaphores { key, .. } => Location::Key(*key),
            Set::Bytes { window, .. } => Location::Map(window.clone()),
        };
        Object::Channel(location).error(kind)
    }
}

/// The number of the lock of `receiver`, and how many are before it.
fn number(receiver: u32) -> u16 {
    u16::try_from(receiver).map_or(u16::MAX, |receiver| receiver.saturating_add(SENDER + 1))
}

/// The byte whose lock has the number `index`. Each map of a UIO device has bytes of its own.
fn byte(window: &Window, index: u16) -> u64 {
    let map = u64::from(window.uio_map) << 40;
    (map + u64::from(index)).saturating_add(window.offset)
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
/// [`Kind::NotOwner`], or [`Kind::System`].
pub fn remove(key: Key) -> Result<(), Error> {
    let removed = sem::get(key.raw(), 0, 0).and_then(sem::remove);
    match removed.map_err(|source| Kind::of("semctl(IPC_RMID)", source, || None)) {
        Err(Kind::Absent | Kind::Removed) => Ok(()),
        removed => removed.map_err(|kind| Object::Locks(key).error(kind)),
    }
}
