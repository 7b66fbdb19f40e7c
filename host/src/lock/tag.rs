//! Which file a set was made for, kept in semaphores at its end that nobody locks.
//!
//! `ftok` gives two files one key, and whoever receives by the one must not take what is sent by the other. A semaphore holds 15
//! bits, so a tag takes two. One that is 0 says nothing: its maker made the set for a number, or was killed.

use std::io;

use crate::key::{Key, TAG_BITS};
use crate::sys::sem;

/// How many semaphores hold a tag.
pub(super) const COUNT: u16 = 2;

const BITS: u32 = TAG_BITS / 2;

/// Writes the tag of `key` into the semaphores of set `id` from `first` on.
pub(super) fn write(id: i32, first: u16, key: Key) -> io::Result<()> {
    (first..)
        .zip(parts(key))
        .try_for_each(|(index, part)| sem::set_value(id, index, part))
}

/// Whether the tag in set `id` from `first` on is that of another file than `key` was made from.
pub(super) fn is_other(id: i32, first: u16, key: Key) -> io::Result<bool> {
    for (index, part) in (first..).zip(parts(key)) {
        let found = sem::value(id, index)?;
        if found != 0 && part != 0 && found != part {
            return Ok(true);
        }
    }
    Ok(false)
}

fn parts(key: Key) -> [i32; COUNT as usize] {
    let mask = (1 << BITS) - 1;
    [key.tag() & mask, key.tag() >> BITS & mask].map(u32::cast_signed)
}

#[cfg(test)]
mod tests {
    use tempfile::NamedTempFile;

    use crate::key::Key;
    use crate::lock::{Error, Locks};
    use crate::trust::Trust;

    #[test]
    fn another_file_of_the_same_key_does_not_meet_its_locks() {
        let file = NamedTempFile::new().unwrap();
        let key = Key::of_path(file.path(), b't').unwrap();
        let locks = Locks::open_or_create(key, 2, 0o600, &Trust::mine()).unwrap();
        assert_eq!(locks.seats(), 2);
        let open = |key| Locks::open(key, &Trust::mine());
        assert_eq!(open(key).unwrap(), locks);
        // Whoever names the number means whatever is there.
        assert_eq!(open(key.bare()).unwrap(), locks);
        for bit in [0, 14, 15, 29] {
            let other = open(key.of_other_file(bit));
            assert!(matches!(other, Err(Error::OtherFile { .. })), "bit {bit}");
        }
        locks.remove().unwrap();
    }
}
