//! What names memory that this process has, or had: asked now and then, because another one may take the name.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;

use crate::location::Window;
use crate::sys::shm;
use crate::sysv::key::Key;
use crate::sysv::stat::Owner;
use crate::trust::WRITABLE;

/// Whether memory is still what its key or its path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is: whoever comes by the name meets us here.
    Same,
    /// It was removed, and the key names none now; or the path names another file, or one that has become too short.
    Removed,
    /// It was removed, and the key names another segment now: the others are there.
    Replaced {
        /// The new one, for [`Segment::attach_id`](crate::sysv::segment::Segment::attach_id).
        id: i32,
    },
}

/// What names a segment or a part of a file, and whose it was when this process came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// A segment.
    Segment {
        /// The kernel's name for it.
        id: i32,
        /// Its key; `None` for a private one.
        key: Option<Key>,
        /// Whose it was.
        owner: Owner,
    },
    /// A part of a file.
    File {
        /// Which part.
        window: Window,
        /// How many bytes were mapped.
        len: usize,
        /// The numbers of the device and of the file on it.
        file: (u64, u64),
        /// Whose it was.
        owner: Owner,
    },
}

impl Name {
    /// Whether it still names this memory: one system call, well under a microsecond, to be asked after each nap. Two sides can
    /// sit on two segments of one key for ever otherwise.
    pub fn state(&self) -> State {
        match self {
            Name::Segment {
                key: Some(key), id, ..
            } => match shm::get(key.raw(), 0, 0) {
                Ok(found) if found == *id => State::Same,
                Ok(id) => State::Replaced { id },
                Err(_) => State::Removed,
            },
            Name::Segment { id, .. } => match shm::stat(*id) {
                Ok(stat) if !stat.removed() => State::Same,
                _ => State::Removed,
            },
            Name::File {
                window, len, file, ..
            } => match fs::metadata(&window.path) {
                Ok(now) if is_same(&now, *file, window.offset.saturating_add(*len as u64)) => {
                    State::Same
                }
                _ => State::Removed,
            },
        }
    }

    /// Whose it was when this process came.
    pub fn owner(&self) -> Owner {
        match self {
            Name::Segment { owner, .. } | Name::File { owner, .. } => *owner,
        }
    }

    /// Whether it is a segment that was removed, and lives only in who has it mapped.
    pub(crate) fn is_unlinked(&self) -> bool {
        match self {
            Name::Segment { id, .. } => shm::stat(*id).is_ok_and(|stat| stat.removed()),
            Name::File { .. } => false,
        }
    }

    /// Whether a segment belongs to whom it did, and nobody may write now who might not when this process came.
    pub(crate) fn is_as_it_was(&self) -> bool {
        match self {
            Name::Segment { id, owner, .. } => shm::stat(*id).is_ok_and(|stat| {
                let (now, before) = (stat.owner, owner);
                (now.uid, now.cuid) == (before.uid, before.cuid)
                    && now.mode & !before.mode & WRITABLE == 0
            }),
            Name::File { .. } => true,
        }
    }
}

/// Whether it is this very file, and a device or not shorter than `end`.
fn is_same(now: &Metadata, file: (u64, u64), end: u64) -> bool {
    (now.dev(), now.ino()) == file && (!now.is_file() || now.len() >= end)
}
