//! System V shared memory: finding, describing, removing and mapping a segment.

use std::ffi::c_int;
use std::fmt::Debug;
use std::io;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use ramframe_core::memory::{Memory, ReadOnlyMemory};

use super::checked;
use crate::sysv::key::Key;
use crate::sysv::stat::{Owner, Stat};

/// What a mapping may be used for; [`ReadOnly`] or [`ReadWrite`], and nothing else.
pub trait Access: sealed::Sealed + Debug {
    #[doc(hidden)]
    const FLAGS: c_int;
    #[doc(hidden)]
    const WRITES: bool;
}

/// The memory can be read, and a write would end the process with SIGSEGV; so no writing handle is to be had.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

/// The memory can be read and written.
#[derive(Clone, Copy, Debug)]
pub struct ReadWrite;

impl Access for ReadOnly {
    const FLAGS: c_int = libc::SHM_RDONLY;
    const WRITES: bool = false;
}

impl Access for ReadWrite {
    const FLAGS: c_int = 0;
    const WRITES: bool = true;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ReadOnly {}
    impl Sealed for super::ReadWrite {}
}

/// The segment that `key` names: an existing one, or with `IPC_CREAT` in `flags` a new one.
pub(crate) fn get(key: Key, size: usize, flags: c_int) -> io::Result<i32> {
    // SAFETY: three integers; no memory is passed.
    checked(unsafe { libc::shmget(key.raw(), size, flags) })
}

/// A new segment without a key, for this user alone.
#[cfg(feature = "cli")]
pub(crate) fn get_private(size: usize) -> io::Result<i32> {
    // SAFETY: three integers; no memory is passed.
    checked(unsafe { libc::shmget(libc::IPC_PRIVATE, size, libc::IPC_CREAT | 0o600) })
}

/// What the kernel says of segment `id`.
pub(crate) fn stat(id: i32) -> io::Result<Stat> {
    let mut raw = MaybeUninit::<libc::shmid_ds>::zeroed();
    // SAFETY: `raw` is the structure that IPC_STAT fills, and lives until the call returns.
    checked(unsafe { libc::shmctl(id, libc::IPC_STAT, raw.as_mut_ptr()) })?;
    // SAFETY: every field is an integer, and all of them are zero or the kernel's.
    Ok(described(id, &unsafe { raw.assume_init() }))
}

/// Marks segment `id` for removal: its key is free at once, its memory when the last process detaches.
pub(crate) fn remove(id: i32) -> io::Result<()> {
    // SAFETY: IPC_RMID does not use the third argument.
    checked(unsafe { libc::shmctl(id, libc::IPC_RMID, std::ptr::null_mut()) }).map(drop)
}

/// The key, which has another name in each C library.
fn key_of(perm: &libc::ipc_perm) -> libc::key_t {
    // SAFETY: the first field of the structure, for every C library and the kernel.
    unsafe { (&raw const *perm).cast::<libc::key_t>().read() }
}

#[allow(
    clippy::useless_conversion,
    reason = "the widths differ between machines"
)]
fn described(id: i32, raw: &libc::shmid_ds) -> Stat {
    Stat {
        id,
        key: Key::new(key_of(&raw.shm_perm)).ok(),
        size: raw.shm_segsz,
        owner: Owner {
            uid: raw.shm_perm.uid,
            cuid: raw.shm_perm.cuid,
            mode: u32::from(raw.shm_perm.mode),
        },
        gid: raw.shm_perm.gid,
        creator_pid: raw.shm_cpid,
        last_pid: raw.shm_lpid,
        attached: raw.shm_nattch.into(),
        attach_time: raw.shm_atime.into(),
        detach_time: raw.shm_dtime.into(),
        change_time: raw.shm_ctime.into(),
    }
}

/// A segment in this process's address space; detached on drop.
#[derive(Debug)]
pub(crate) struct Mapping<A> {
    base: NonNull<u8>,
    /// The segment's own size, not that of the pages that hold it.
    len: usize,
    access: PhantomData<A>,
}

// SAFETY: the mapping belongs to the process, not to a thread, and is only reached through core's handles.
unsafe impl<A> Send for Mapping<A> {}
// SAFETY: as for Send; a shared mapping has no state of its own.
unsafe impl<A> Sync for Mapping<A> {}

impl<A: Access> Mapping<A> {
    /// Maps segment `id` where the kernel likes.
    pub(crate) fn attach(id: i32) -> io::Result<Self> {
        // SAFETY: a null address lets the kernel choose free pages, so that nothing of this process is replaced.
        let base = unsafe { libc::shmat(id, std::ptr::null(), A::FLAGS) };
        if base.addr() == usize::MAX {
            return Err(io::Error::last_os_error());
        }
        let base = NonNull::new(base.cast()).ok_or(io::ErrorKind::AddrNotAvailable)?;
        let mut mapping = Self {
            base,
            len: 0,
            access: PhantomData,
        };
        // Asked only now: while it is attached, `id` cannot come to mean another segment, and its size never changes.
        mapping.len = stat(id)?.size;
        Ok(mapping)
    }

    pub(crate) fn read_only_ram(&self) -> ReadOnlyMemory<'_> {
        // SAFETY: shmat mapped at least `len` readable bytes at `base`, which stay until drop, so for the life of &self;
        // they are reached only through handles like this one, which this module alone hands out.
        unsafe { ReadOnlyMemory::new(self.base.as_ptr(), self.len) }
            .expect("the kernel maps segments on whole pages inside the address space")
    }
}

impl Mapping<ReadWrite> {
    /// Where it is, and its length.
    #[cfg(feature = "cli")]
    pub(crate) fn extent(&self) -> (NonNull<u8>, usize) {
        (self.base, self.len)
    }

    pub(crate) fn memory(&self) -> Memory<'_> {
        // SAFETY: as for `read_only_ram`, and the flags of ReadWrite made the pages writable.
        unsafe { Memory::new(self.base.as_ptr(), self.len) }
            .expect("the kernel maps segments on whole pages inside the address space")
    }
}

impl<A> Drop for Mapping<A> {
    fn drop(&mut self) {
        // SAFETY: `base` came from shmat, is detached once, and no handle outlives the borrow it was made from.
        unsafe { libc::shmdt(self.base.as_ptr().cast()) };
    }
}
