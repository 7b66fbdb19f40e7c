//! Where does a channel stand: in the segment of a key, or in a part of a file?

use std::fmt;

use crate::key::Key;
use crate::map::Window;

/// What both sides name to meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A System V segment, and the semaphores beside it.
    Key(Key),
    /// A part of a mapped file.
    Map(Window),
}

impl Place {
    /// The memory, at the beginning of a sentence about what is wrong with it.
    pub(crate) fn memory(&self) -> String {
        match self {
            Place::Key(key) => format!("the segment of key {key}"),
            Place::Map(window) => window.to_string(),
        }
    }

    /// The channel, likewise.
    pub fn channel(&self) -> String {
        match self {
            Place::Key(key) => format!("the channel on key {key}"),
            Place::Map(window) => format!("the channel in {window}"),
        }
    }

    /// How to get rid of what is there.
    pub fn clear(&self, force: bool) -> String {
        match (self, force) {
            (Place::Key(key), false) => format!("remove it with `host rm --key {key}`"),
            (Place::Key(key), true) => format!("remove it with `host rm --key {key} --force`"),
            (Place::Map(_), _) => "fill it with zeros if it is yours".into(),
        }
    }

    /// The option that names another one.
    pub(crate) fn other(&self) -> &'static str {
        match self {
            Place::Key(_) => "--id",
            Place::Map(_) => "--offset",
        }
    }
}

impl From<Key> for Place {
    fn from(key: Key) -> Self {
        Place::Key(key)
    }
}

impl From<Window> for Place {
    fn from(window: Window) -> Self {
        Place::Map(window)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Key(key) => write!(to, "key {key}"),
            Place::Map(window) => window.fmt(to),
        }
    }
}
