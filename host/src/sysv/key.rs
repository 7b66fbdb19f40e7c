//! Which key names a segment: a number, or a path and a letter by `ftok`'s formula.
//!
//! `ftok` keys collide: the formula keeps 16 bits of the inode and 8 of the device, so in a big tree about every
//! twentieth file shares its key with another. A key is a place to look, never a proof of what is there. So a key made from
//! a path remembers which file that was, in [`TAG_BITS`] bits: enough to tell one file from another that has the same key.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::io;
use std::num::ParseIntError;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The name of a segment and of its semaphores in one IPC namespace. Neither 0 (`IPC_PRIVATE`: a new segment each time) nor
/// -1 (what `ftok` answers when it fails). Two keys are equal if their numbers are.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    raw: libc::key_t,
    /// Which file it was made from; 0 if from none.
    tag: u32,
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
            raw => Ok(Self { raw, tag: 0 }),
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

impl fmt::Display for Key {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:#010x}", self.raw)
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
    #[error("key {text:?}: {source}")]
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
