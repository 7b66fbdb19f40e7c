//! Where a channel is: in the segment of a key, or in a part of a file.

use std::fmt;

use ramframe_core::geometry::Name;

use crate::file::Window;
use crate::sysv::key::Key;

/// What both sides name to meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A System V segment, and the semaphores beside it.
    Key(Key),
    /// A part of a mapped file.
    Map(Window),
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
        match self {
            Location::Key(key) => format!("the channel on {key:#}"),
            Location::Map(window) => format!("the channel in {window}"),
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
