//! Which key names a segment: a number, a name, or a path and a letter by `ftok`'s formula.
//!
//! `ftok` keys collide: the formula keeps 16 bits of the inode and 8 of the device, so in a big tree about every
//! twentieth file shares its key with another. A key is a place to look, never a proof of what is there. So a key made from
//! a path remembers which file that was, in [`TAG_BITS`] bits: enough to tell one file from another that has the same key.
//! A key made from a name remembers the name. The channel there must have it, which its constants tell.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::io;
use std::num::ParseIntError;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ramframe_core::geometry::Name;

/// The name of a segment and of its semaphores in one IPC namespace. Neither 0 (`IPC_PRIVATE`: a new segment each time) nor
/// -1 (what `ftok` answers when it fails). Two keys are equal if their numbers are.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    raw: libc::key_t,
    /// Which file it was made from; 0 if from none.
    tag: u32,
    /// What it was made from; empty if from something else.
    name: Name,
}

/// How many bits tell one file from another.
pub const TAG_BITS: u32 = 28;

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl Key {
    /// The key with this number.
    ///
    /// # Errors
    /// [`Error::Reserved`] for 0 and -1.
    pub fn new(raw: i32) -> Result<Self, Error> {
        match raw {
            0 | -1 => Err(Error::Reserved { raw }),
            raw => Ok(Self {
                raw,
                tag: 0,
                name: Name::EMPTY,
            }),
        }
    }

    /// The key that the C library's `ftok(path, id)` gives: of the file's inode, device, and `id`. Another file put in
    /// the path's place gives another key.
    ///
    /// # Errors
    /// [`Error::Path`] if the file cannot be looked at; [`Error::PathReserved`] if the formula gives 0 or -1.
    pub fn of_path(path: impl AsRef<Path>, id: u8) -> Result<Self, Error> {
        let path = path.as_ref();
        let file = path.metadata().map_err(|source| Error::Path {
            path: path.into(),
            source,
        })?;
        let reserved = |_| Error::PathReserved {
            path: path.into(),
            id,
        };
        let key = Self::new(ftok(file.ino(), file.dev(), id)).map_err(reserved)?;
        let tag = tag(file.ino(), file.dev());
        Ok(Self { tag, ..key })
    }

    /// The key of the channel with this name: the CRC-32C of its bytes, with 1 and 2 in place of 0 and -1. Two names may have one
    /// key, so the channel remembers its name, and an end that was opened by another name is refused.
    ///
    /// ```
    /// use ramframe_host::core::geometry::Name;
    /// use ramframe_host::sysv::key::Key;
    ///
    /// let key = Key::of_name(Name::new("123456789")?);
    /// assert_eq!(key.to_string(), "0xe3069283");
    /// assert_eq!(format!("{key:#}"), "name 123456789 (key 0xe3069283)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn of_name(name: Name) -> Self {
        let raw = match crc32c(name.as_str().as_bytes()) {
            0 => 1,
            u32::MAX => 2,
            crc => crc.cast_signed(),
        };
        Self { raw, tag: 0, name }
    }

    /// The name that it was made from; empty if it was made from something else.
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// The number, as the system calls take it.
    pub const fn raw(self) -> i32 {
        self.raw
    }

    /// The same, as if it was made from a number: for whatever is there, whichever file it is of.
    pub(crate) const fn bare(self) -> Self {
        Self { tag: 0, ..self }
    }

    /// The same number, as if it was made from another file.
    #[cfg(test)]
    pub(crate) fn of_other_file(self, bit: u32) -> Self {
        let tag = self.tag ^ 1 << bit;
        Self { tag, ..self }
    }

    /// Which file it was made from, in [`TAG_BITS`] bits; 0 if it was made from a number.
    pub(crate) const fn tag(self) -> u32 {
        self.tag
    }
}

/// The formula of glibc and musl.
fn ftok(inode: u64, device: u64, id: u8) -> i32 {
    let [low, high, ..] = inode.to_le_bytes();
    let [minor, ..] = device.to_le_bytes();
    i32::from_le_bytes([low, high, minor, id])
}

/// Castagnoli's cyclic redundancy check, a bit at a time: names are short.
const fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    let mut at = 0;
    while at < bytes.len() {
        crc ^= bytes[at] as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ ((crc & 1) * 0x82F6_3B78);
            bit += 1;
        }
        at += 1;
    }
    !crc
}

/// A number of [`TAG_BITS`] bits, never 0, that two files of one `ftok` key hardly share.
fn tag(inode: u64, device: u64) -> u32 {
    // Each odd factor mixes all bits below into the high ones, of which the tag is made.
    let mixed = (inode ^ device.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    u32::try_from(mixed >> (u64::BITS - TAG_BITS)).map_or(1, |tag| tag.max(1))
}

impl FromStr for Key {
    type Err = Error;

    /// Hexadecimal after `0x`, as `ipcs` prints keys, or decimal, signed or not.
    fn from_str(text: &str) -> Result<Self, Error> {
        let unsigned = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => text.parse::<u32>(),
        };
        let raw = match unsigned {
            Ok(raw) => Ok(raw.cast_signed()),
            Err(why) => text.parse::<i32>().map_err(|_| why),
        };
        Self::new(raw.map_err(|source| Error::Number {
            text: text.into(),
            source,
        })?)
    }
}

/// The number, as `ipcs` prints it; with `{:#}` also what kind of thing it is, and the name.
impl fmt::Display for Key {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = self.raw;
        match (to.alternate(), self.name.is_empty()) {
            (false, _) => write!(to, "{raw:#010x}"),
            (true, true) => write!(to, "key {raw:#010x}"),
            (true, false) => write!(to, "name {} (key {raw:#010x})", self.name),
        }
    }
}

/// Why there is no such key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be looked at.
    #[error("no key from path {}: {source}", path.display())]
    Path {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The formula gives 0 or -1 for this file and id.
    #[error("path {} with id {:?} gives a reserved key", path.display(), char::from(*id))]
    PathReserved {
        /// The file.
        path: PathBuf,
        /// The id.
        id: u8,
    },
    /// 0 or -1.
    #[error("key {raw:#010x} is reserved ({})", reserved(*raw))]
    Reserved {
        /// Which of the two.
        raw: i32,
    },
    /// Not a number of 32 bits.
    #[error("key {text:?} is not a number of 32 bits")]
    Number {
        /// What was given.
        text: String,
        /// What is wrong with it.
        source: ParseIntError,
    },
}

fn reserved(raw: i32) -> &'static str {
    match raw {
        0 => "IPC_PRIVATE, a new segment each time",
        _ => "-1, ftok's failure",
    }
}
