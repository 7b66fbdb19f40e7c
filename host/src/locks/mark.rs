//! The mark by which our sets of semaphores are known.

use crate::sysv::stat::Owner;

/// The mark of our sets: of the three bits that let somebody execute a set, which means nothing, the one for others alone.
/// Nobody asks for just that.
pub(super) const MARK: u32 = 0o001;
const EXECUTE: u32 = 0o111;

/// Whether a set bears our mark.
pub(crate) const fn is_marked(owner: Owner) -> bool {
    owner.mode & EXECUTE == MARK
}

/// The owner of a set, with the mode that was asked for it.
pub(super) fn unmarked(owner: Owner) -> Owner {
    Owner {
        mode: owner.mode & !EXECUTE,
        ..owner
    }
}
