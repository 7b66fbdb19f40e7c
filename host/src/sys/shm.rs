//! System V shared memory: finding, describing and removing a segment.

use std::ffi::c_int;
use std::io;
use std::mem::MaybeUninit;

use super::checked;
use crate::sysv::key::Key;
use crate::sysv::stat::{Owner, Stat};

/// The segment of the key with the number `key`: an existing one, or with `IPC_CREAT` in `flags` a new one.
pub(crate) fn get(key: i32, size: usize, flags: c_int) -> io::Result<i32> {
    // SAFETY: three integers; no memory is passed.
    checked(unsafe { libc::shmget(key, size, flags) })
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
        creator_pid: raw.shm_cpid,
        last_pid: raw.shm_lpid,
        attached: raw.shm_nattch.into(),
    }
}
