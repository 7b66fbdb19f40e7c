//! What the kernel knows of a segment, and whose it is.

use std::fmt;

use crate::sysv::key::Key;

/// Marks, among the mode bits, a segment that goes when its last user detaches. Linux's own; libc does not name it.
const SHM_DEST: u32 = 0o1000;

/// Who may do what with a segment or a set of semaphores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The user it belongs to.
    pub uid: u32,
    /// The user who created it, and who may change and remove it for ever.
    pub cuid: u32,
    /// The permission bits, and above them the kernel's own marks.
    pub mode: u32,
}

impl fmt::Display for Owner {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "uid {}", self.uid)?;
        if self.cuid != self.uid {
            write!(to, ", created by uid {}", self.cuid)?;
        }
        write!(to, ", mode {:04o}", self.mode & 0o777)
    }
}

/// A segment as the kernel describes it at one moment. All of it may have changed by the time it is read, but for the
/// size, which never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The kernel's name for this very segment; not used again for a long time after its end.
    pub id: i32,
    /// The key; `None` for a private or a removed segment.
    pub key: Option<Key>,
    /// The size asked for at creation, in bytes; the memory is mapped in whole pages, of which the rest is not ours.
    pub size: usize,
    /// Whose it is.
    pub owner: Owner,
    /// The process that created it.
    pub creator_pid: i32,
    /// The process that last attached or detached.
    pub last_pid: i32,
    /// How many mappings there are, over all processes.
    pub attached: u64,
}

impl Stat {
    /// Whether it has been removed, and lives only until the last process detaches.
    pub const fn removed(&self) -> bool {
        self.owner.mode & SHM_DEST != 0
    }
}
