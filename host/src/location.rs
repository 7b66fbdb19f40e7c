//! Where a channel is: in the segment of a key, or in a part of a file.

use std::fmt;
use std::path::PathBuf;

use ramframe_core::geometry::Name;

use crate::sysv::key::Key;

/// What both sides name to meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A System V segment, and the semaphores beside it.
    Key(Key),
    /// A part of a mapped file.
    Map(Window),
}

/// Where a channel in a file may begin: at a multiple of the usual cache line.
pub const ALIGN: u64 = 64;

/// Which part of which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The file.
    pub path: PathBuf,
    /// Its first byte there.
    pub offset: u64,
    /// How many bytes; without, all that a regular file, or the map of a UIO device, has from `offset` on.
    pub size: Option<usize>,
    /// Which map of a UIO device; 0 for all else. `offset` counts from its beginning.
    pub uio_map: u32,
}

impl Location {
    /// The memory, at the beginning of a sentence about what is wrong with it.
    pub(crate) fn memory(&self) -> String {
        match self {
            Location::Key(key) => format!("the segment of {key:#}"),
            Location::Map(window) => window.to_string(),
        }
    }

    /// The channel, likewise.
    pub fn channel(&self) -> String {
        format!("the channel {}", self.at())
    }

    /// Where it is, at the end of a sentence.
    pub(crate) fn at(&self) -> String {
        match self {
            Location::Key(key) => format!("on {key:#}"),
            Location::Map(window) => format!("in {window}"),
        }
    }
}

impl From<Key> for Location {
    fn from(key: Key) -> Self {
        Location::Key(key)
    }
}

impl From<Name> for Location {
    fn from(name: Name) -> Self {
        Location::Key(Key::of_name(name))
    }
}

impl From<Window> for Location {
    fn from(window: Window) -> Self {
        Location::Map(window)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Key(key) => write!(to, "{key:#}"),
            Location::Map(window) => window.fmt(to),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, offset) = (self.path.display(), self.offset);
        match self.uio_map {
            0 => write!(to, "{path} at offset {offset}"),
            map => write!(to, "map {map} of {path} at offset {offset}"),
        }
    }
}
