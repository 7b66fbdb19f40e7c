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

/// How many of the `count` semaphores of set `id` hold a tag: all of its parts or none. A maker that was killed may have
/// written a part alone.
pub(super) fn count(id: i32, count: u16) -> u16 {
    let parts = count.checked_sub(COUNT).filter(|&first| first >= 1);
    let mut parts = parts.map_or(0..0, |first| first..count);
    match parts.any(|index| sem::value(id, index).is_ok_and(|value| value >= PART)) {
        true => COUNT,
        false => 0,
    }
}

/// Writes the tag of `key` into the semaphores of set `id` from `first` on.
pub(super) fn write(id: i32, first: u16, key: Key) -> io::Result<()> {
    (first..)
        .zip(parts(key))
        .try_for_each(|(index, part)| sem::set_value(id, index, part))
}

/// Whether the tag in set `id` from `first` on is that of another file than `key` was made from.
pub(super) fn is_other(id: i32, first: u16, key: Key) -> bool {
    let differs = |(index, part)| {
        let found = sem::value(id, index);
        found.is_ok_and(|found| found >= PART && found != part)
    };
    key.tag() != 0 && (first..).zip(parts(key)).any(differs)
}

fn parts(key: Key) -> [i32; COUNT as usize] {
    let mask = (1 << BITS) - 1;
    [key.tag() & mask, key.tag() >> BITS & mask].map(|part| part.cast_signed() | PART)
}

#[cfg(test)]
mod tests {
    use tempfile::NamedTempFile;

    use crate::error::Kind;
    use crate::locks::Locks;
    use crate::sys::sem;
    use crate::sysv::key::Key;
    use crate::trust::Trust;

    #[test]
    fn another_file_of_the_same_key_does_not_meet_its_locks() {
        let file = NamedTempFile::new().unwrap();
        let key = Key::of_path(file.path(), b't').unwrap();
        let locks = Locks::open_or_create(key, 2, 0o600, &Trust::current_user()).unwrap();
        assert_eq!(locks.receivers(), 2);
        let open = |key| Locks::open(key, &Trust::current_user());
        assert_eq!(open(key).unwrap().id(), locks.id());
        // Whoever names the number means whatever is there.
        assert_eq!(open(key.bare()).unwrap().id(), locks.id());
        for bit in [0, 13, 14, 27] {
            let other = open(key.of_other_file(bit));
            assert!(
                matches!(other.unwrap_err().kind, Kind::OtherFile),
                "bit {bit}"
            );
        }
        locks.remove().unwrap();
    }

    #[test]
    fn a_tag_whose_maker_was_killed_in_between_is_no_receiver() {
        let file = NamedTempFile::new().unwrap();
        let key = Key::of_path(file.path(), b'u').unwrap();
        let made = Locks::open_or_create(key, 2, 0o600, &Trust::current_user()).unwrap();
        for unwritten in [3, 4] {
            sem::set_value(made.id().unwrap(), unwritten, 0).unwrap();
            let found = Locks::open(key, &Trust::current_user()).unwrap();
            assert_eq!(found.receivers(), made.receivers());
            drop(found.take_all().unwrap());
            super::write(made.id().unwrap(), 3, key).unwrap();
        }
        made.remove().unwrap();
    }
}
