//! Which part of which file a channel is in.

use std::fmt;
use std::path::PathBuf;

/// Where a channel may begin: at a multiple of the usual cache line.
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

impl fmt::Display for Window {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.uio_map {
            0 => write!(to, "{} at offset {}", self.path.display(), self.offset),
            map => write!(
                to,
                "map {map} of {} at offset {}",
                self.path.display(),
                self.offset
            ),
        }
    }
}
