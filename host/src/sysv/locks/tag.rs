//! Which file a set was made for, kept in semaphores at its end that nobody locks.
//!
//! `ftok` gives two files one key, and whoever receives by the one must not take what is sent by the other. A semaphore holds 15
//! bits, so a tag takes two: 14 bits of it each, and a bit that no lock has. A set without a tag says nothing: it was made for a
//! number, or by another program that speaks to ours, or its maker was killed. So does a key that was made from a number.

use std::io;

use crate::sys::sem;
use crate::sysv::key::{Key, TAG_BITS};

/// How many semaphores hold a tag.
pub(super) const COUNT: u16 = 2;

const BITS: u32 = TAG_BITS / 2;

/// The bit that tells a part of a tag from a lock, which is 0 or 1.
const PART: i32 = 1 << BITS;

/// How many of the `count` semaphores of set `id` hold a tag: all of its parts or none.
pub(super) fn count(id: i32, count: u16) -> u16 {
    let last = count.checked_sub(1).filter(|&last| last >= COUNT);
    let value = last.map(|last| sem::value(id, last));
    match value {
        Some(Ok(PART..)) => COUNT,
        _ => 0,
    }
}

/// Writes the tag of `key` into the semaphores of set `id` from `first` on. The last one is written last, so that whoever
/// finds it finds all.
pub(super) fn write(id: i32, first: u16, key: Key) -> io::Result<()> {
    (first..)
        .zip(parts(key))
        .try_for_each(|(index, part)| sem::set_value(id, index, part))
}

/// Whether the tag in set `id` from `first` on is that of another file than `key` was made from.
pub(super) fn is_other(id: i32, first: u16, key: Key) -> bool {
    let differs = |(index, part)| sem::value(id, index).is_ok_and(|found| found != part);
    key.tag() != 0 && (first..).zip(parts(key)).any(differs)
}

fn parts(key: Key) -> [i32; COUNT as usize] {
    let mask = (1 << BITS) - 1;
    [key.tag() & mask, key.tag() >> BITS & mask].map(|part| part.cast_signed() | PART)
}

#[cfg(test)]
mod tests {
    use tempfile::NamedTempFile;

    use crate::sysv::key::Key;
    use crate::sysv::locks::{Error, Locks};
    use crate::trust::Trust;

    #[test]
    fn another_file_of_the_same_key_does_not_meet_its_locks() {
        let file = NamedTempFile::new().unwrap();
        let key = Key::of_path(file.path(), b't').unwrap();
        let locks = Locks::open_or_create(key, 2, 0o600, &Trust::current_user()).unwrap();
        assert_eq!(locks.seats(), 2);
        let open = |key| Locks::open(key, &Trust::current_user());
        assert_eq!(open(key).unwrap(), locks);
        // Whoever names the number means whatever is there.
        assert_eq!(open(key.bare()).unwrap(), locks);
        for bit in [0, 13, 14, 27] {
            let other = open(key.of_other_file(bit));
            assert!(matches!(other, Err(Error::OtherFile { .. })), "bit {bit}");
        }
        locks.remove().unwrap();
    }
}
