//! System V semaphores: sets whose members the kernel gives back when their holder ends.

use std::ffi::c_int;
use std::io;
use std::mem::MaybeUninit;

use super::checked;
use crate::sysv::stat::Owner;

/// With SEM_UNDO the kernel takes an operation back when the process ends, however it ends.
#[allow(clippy::cast_possible_truncation, reason = "0x1000 fits")]
const UNDO: i16 = libc::SEM_UNDO as i16;
#[allow(clippy::cast_possible_truncation, reason = "0o4000 fits")]
const NO_WAIT: i16 = libc::IPC_NOWAIT as i16;

/// The set of the key with the number `key`: an existing one, or with `IPC_CREAT` in `flags` a new one, all zero.
pub(crate) fn get(key: i32, count: u16, flags: c_int) -> io::Result<i32> {
    // SAFETY: three integers; no memory is passed.
    checked(unsafe { libc::semget(key, count.into(), flags) })
}

/// The beginning of what IPC_STAT fills, which is the same for all machines and C libraries, and room for the rest, which is not.
#[repr(C)]
struct Stat {
    sem_perm: libc::ipc_perm,
    _rest: [u64; 32],
}

/// Whose set `id` is.
#[allow(
    clippy::useless_conversion,
    reason = "the widths differ between machines"
)]
pub(crate) fn owner(id: i32) -> io::Result<Owner> {
    let mut raw = MaybeUninit::<Stat>::zeroed();
    // SAFETY: `raw` is what IPC_STAT fills, or more, and lives until the call returns.
    checked(unsafe { libc::semctl(id, 0, libc::IPC_STAT, raw.as_mut_ptr()) })?;
    // SAFETY: every field is an integer, and all of them are zero or the kernel's.
    let perm = unsafe { raw.assume_init() }.sem_perm;
    Ok(Owner {
        uid: perm.uid,
        cuid: perm.cuid,
        mode: u32::from(perm.mode),
    })
}

/// How many semaphores set `id` has. Asks for one after the other, by halves: the kernel answers EINVAL behind the last.
pub(crate) fn count(id: i32) -> io::Result<u16> {
    let (mut low, mut high) = (0, u16::MAX);
    while low < high {
        let middle = low + (high - low) / 2;
        match value(id, middle) {
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => high = middle,
            asked => low = asked.map(|_| middle + 1)?,
        }
    }
    // So too does it for a set that is gone.
    value(id, 0).map(|_| low)
}

/// Takes semaphore `index` from 0 to 1 in one step, until [`release`] or this process's end; WouldBlock if it is not 0.
pub(crate) fn acquire(id: i32, index: u16) -> io::Result<()> {
    operate(id, &mut [step(index, 0, NO_WAIT), step(index, 1, UNDO)])
}

/// Takes semaphore `index` back to 0.
pub(crate) fn release(id: i32, index: u16) -> io::Result<()> {
    operate(id, &mut [step(index, -1, UNDO | NO_WAIT)])
}

/// The value of semaphore `index`.
pub(crate) fn value(id: i32, index: u16) -> io::Result<i32> {
    // SAFETY: GETVAL uses no further argument.
    checked(unsafe { libc::semctl(id, index.into(), libc::GETVAL) })
}

/// Sets semaphore `index` to `value`, which nobody waits for or locks.
pub(crate) fn set_value(id: i32, index: u16, value: i32) -> io::Result<()> {
    // SAFETY: SETVAL takes one integer; no memory is passed.
    checked(unsafe { libc::semctl(id, index.into(), libc::SETVAL, value) }).map(drop)
}

/// The process that last changed semaphore `index`; 0 if it cannot be named in this process's PID namespace.
pub(crate) fn last_pid(id: i32, index: u16) -> io::Result<i32> {
    // SAFETY: GETPID uses no further argument.
    checked(unsafe { libc::semctl(id, index.into(), libc::GETPID) })
}

/// Removes the set at once; whoever holds one of it holds nothing any more.
pub(crate) fn remove(id: i32) -> io::Result<()> {
    // SAFETY: IPC_RMID uses no further argument.
    checked(unsafe { libc::semctl(id, 0, libc::IPC_RMID) }).map(drop)
}

fn step(index: u16, change: i16, flags: i16) -> libc::sembuf {
    libc::sembuf {
        sem_num: index,
        sem_op: change,
        sem_flg: flags,
    }
}

fn operate(id: i32, steps: &mut [libc::sembuf]) -> io::Result<()> {
    // SAFETY: the pointer and the length are those of one slice, which lives until the call returns.
    checked(unsafe { libc::semop(id, steps.as_mut_ptr(), steps.len()) }).map(drop)
}
