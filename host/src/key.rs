//! Which key names a segment: a number, or a path and a letter by `ftok`'s formula.
//!
//! `ftok` keys collide: the formula keeps 16 bits of the inode and 8 of the device, so in a big tree about every
//! twentieth file shares its key with another. A key is a place to look, never a proof of what is there.

use std::fmt;
use std::io;
use std::num::ParseIntError;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The name of a segment and of its semaphores in one IPC namespace. Neither 0 (`IPC_PRIVATE`: a new segment each time) nor
/// -1 (what `ftok` answers when it fails).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(libc::key_t);

impl Key {
    /// The key with this number.
    ///
    /// # Errors
    /// [`Error::Reserved`] for 0 and -1.
    pub fn new(raw: i32) -> Result<Self, Error> {
        match raw {
            0 | -1 => Err(Error::Reserved { raw }),
            raw => Ok(Self(raw)),
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
        Self::new(ftok(file.ino(), file.dev(), id)).map_err(|_| Error::PathReserved {
            path: path.into(),
            id,
        })
    }

    /// The number, as the system calls take it.
    pub const fn raw(self) -> i32 {
        self.0
    }
}

/// The formula of glibc and musl.
fn ftok(inode: u64, device: u64, id: u8) -> i32 {
    let [low, high, ..] = inode.to_le_bytes();
    let [minor, ..] = device.to_le_bytes();
    i32::from_le_bytes([low, high, minor, id])
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
        write!(to, "{:#010x}", self.0)
    }
}

/// Why there is no such key.
#[derive(Debug)]
pub enum Error {
    /// The file cannot be looked at.
    Path {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The formula gives 0 or -1 for this file and id.
    PathReserved {
        /// The file.
        path: PathBuf,
        /// The id.
        id: u8,
    },
    /// 0 or -1.
    Reserved {
        /// Which of the two.
        raw: i32,
    },
    /// Not a number of 32 bits.
    Number {
        /// What was given.
        text: String,
        /// What is wrong with it.
        source: ParseIntError,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Path { path, source } => write!(
                to,
                "no key from path {}: {source}; name an existing file or directory with `--path`, or a key with `--key 0x...`",
                path.display()
            ),
            Error::PathReserved { path, id } => write!(
                to,
                "path {} with id {:?} gives a reserved key; use another `--id`",
                path.display(),
                char::from(*id)
            ),
            Error::Reserved { raw } => write!(
                to,
                "key {raw:#010x} is reserved ({}); use another, for example `--key 0x52414d46`",
                if *raw == 0 {
                    "IPC_PRIVATE, a new segment each time"
                } else {
                    "-1, ftok's failure"
                }
            ),
            Error::Number { text, source } => write!(
                to,
                "key {text:?}: {source}; write 32 bits as hexadecimal, `--key 0x52414d46`, or in decimal"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Path { source, .. } => Some(source),
            Error::Number { source, .. } => Some(source),
            Error::PathReserved { .. } | Error::Reserved { .. } => None,
        }
    }
}
