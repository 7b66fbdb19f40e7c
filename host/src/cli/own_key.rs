//! A key on which nobody else is, for a command that starts processes of this program and leaves nothing behind.

use std::env;
use std::ffi::OsString;
use std::hash::{BuildHasher, RandomState};
use std::process::Child;

use crate::error::Kind;
use crate::locks::{self, Locks};
use crate::sysv::key::{self, Key};
use crate::sysv::segment;
use crate::sysv::stat::Stat;
use crate::trust::Trust;

/// In the place of the letter of a key: not the one that channels have by default, so that none of these is met.
const ID: u8 = b'D';

/// Keys to try for one that is free.
const TRIES: usize = 16;

/// A key on which nobody is. Of no file, because there may be no place for one. On a machine where all that are tried are
/// taken, the sender says why.
pub(crate) fn free_key() -> Result<Key, key::Error> {
    let mut found = Key::new(some_key());
    for _ in 1..TRIES {
        if found.as_ref().is_ok_and(|&key| is_free(key)) {
            break;
        }
        found = Key::new(some_key());
    }
    found
}

/// Another one each time.
fn some_key() -> i32 {
    let [low, middle, high, ..] = RandomState::new().hash_one(ID).to_le_bytes();
    i32::from_le_bytes([low, middle, high, ID])
}

/// Whether neither a segment nor a set of semaphores has this key.
pub(crate) fn is_free(key: Key) -> bool {
    let locks = Locks::open(key, &Trust::current_user());
    segment::find(key).is_err() && locks.is_err_and(|error| matches!(error.kind, Kind::Absent))
}

/// This program's file; where `/proc` is not there to tell, what it was started as.
pub(crate) fn this_program() -> OsString {
    let told = env::current_exe().map(OsString::from);
    told.unwrap_or_else(|_| env::args_os().next().unwrap_or_default())
}

/// Ends a process that this one started.
pub(crate) fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Removes what process `maker`, which is dead, has left on `key`. It may have been cut short between its segment and its
/// semaphores.
pub(crate) fn clear(key: Key, maker: u32) {
    let segment = segment::find(key);
    let made = |stat: &Stat| u32::try_from(stat.creator_pid) == Ok(maker);
    let removed = match segment.map(segment::stat) {
        Ok(left) => left.is_ok_and(|left| made(&left) && segment::remove(left.id).is_ok()),
        Err(error) => matches!(error.kind, Kind::Absent),
    };
    if removed {
        let _ = locks::remove_idle(key, &Trust::current_user());
    }
}

#[cfg(test)]
mod tests {
    use crate::locks::Locks;
    use crate::sysv::segment::Segment;
    use crate::trust::Trust;

    use super::{clear, free_key, is_free};

    #[test]
    fn what_a_sender_left_that_was_cut_short_is_removed() {
        let key = free_key().unwrap();
        for with_segment in [true, false] {
            Locks::open_or_create(key, 1, 0o600, &Trust::current_user()).unwrap();
            if with_segment {
                drop(Segment::create(key, 1024, 0o600).unwrap());
            }
            clear(key, std::process::id());
            assert!(is_free(key));
        }
    }

    #[test]
    fn what_another_process_made_is_left() {
        let key = free_key().unwrap();
        let locks = Locks::open_or_create(key, 1, 0o600, &Trust::current_user()).unwrap();
        let segment = Segment::create(key, 1024, 0o600).unwrap();
        clear(key, 1);
        segment.remove().unwrap();
        let lock = locks.try_sender().unwrap();
        clear(key, 1);
        drop(lock);
        locks.remove().unwrap();
    }
}
