//! Whose shared objects are believed: those of this user, unless told otherwise.

use std::fs;

use crate::sys;
use crate::sysv::stat::Owner;

/// The bits by which others than the owner may write.
pub(crate) const WRITABLE: u32 = 0o022;

/// What Linux shows for a user that a namespace does not map, unless it was told otherwise.
const OVERFLOW_UID: u32 = 65534;

/// The users whose segments and semaphores are believed, and who else may have written into them.
///
/// Root is a user like any other here: it may open everyone's segments, which is no reason to believe them.
///
/// In a user namespace, the kernel shows all users that it does not map as one, the overflow uid: usually 65534. So that one
/// is nobody's there: not even this process's, if it runs as such a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    me: u32,
    others: Vec<u32>,
    mode: u32,
}

impl Trust {
    /// Objects that belong to this process's effective user, were created by it, and that nobody else may write.
    pub fn current_user() -> Self {
        Self {
            me: sys::effective_uid(),
            others: Vec::new(),
            mode: 0o600,
        }
    }

    /// Also objects that belong to, or were created by, user `uid`.
    #[must_use]
    pub fn allow_uid(mut self, uid: u32) -> Self {
        self.others.push(uid);
        self
    }

    /// Also objects that the group or others may write, as far as `mode` has these bits.
    #[must_use]
    pub fn allow_mode(mut self, mode: u32) -> Self {
        self.mode |= mode;
        self
    }

    /// Why what belongs to `owner` is not believed.
    ///
    /// # Errors
    /// [`TrustError::Foreign`], [`TrustError::Unmapped`] or [`TrustError::Writable`].
    pub fn check(&self, owner: Owner) -> Result<(), TrustError> {
        for uid in [owner.uid, owner.cuid] {
            self.check_user(owner, uid)?;
        }
        match owner.mode & !self.mode & WRITABLE {
            0 => Ok(()),
            _ => Err(TrustError::Writable { owner }),
        }
    }

    fn check_user(&self, owner: Owner, uid: u32) -> Result<(), TrustError> {
        if self.others.contains(&uid) {
            return Ok(());
        }
        match uid == self.me {
            true if is_overflow(uid) => Err(TrustError::Unmapped { owner }),
            true => Ok(()),
            false => Err(TrustError::Foreign { owner, uid }),
        }
    }
}

/// Whether the kernel shows as `uid` each user that this process's user namespace does not map.
fn is_overflow(uid: u32) -> bool {
    let overflow = fs::read_to_string("/proc/sys/kernel/overflowuid").ok();
    let overflow = overflow.and_then(|text| text.trim().parse().ok());
    if uid != overflow.unwrap_or(OVERFLOW_UID) {
        return false;
    }
    // Where it cannot be known, the worse is true.
    let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    mapped(&map) < u64::from(u32::MAX)
}

/// How many users a table like `/proc/self/uid_map` maps.
fn mapped(map: &str) -> u64 {
    let counts = map
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2));
    counts.filter_map(|count| count.parse::<u64>().ok()).sum()
}

/// Why an object is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// It belongs to, or was created by, a user who is not trusted.
    #[error("belongs to {owner}, and you are uid {}: it is not used", me())]
    Foreign {
        /// Whose it is.
        owner: Owner,
        /// The user in question.
        uid: u32,
    },
    /// Others than its owner may write it.
    #[error("belongs to {owner}, so other users may write to it: it is not used")]
    Writable {
        /// Whose it is.
        owner: Owner,
    },
    /// Others may write it, which its maker did not mean.
    #[error(
        "belongs to {owner}, so other users may write to it, but it was not created so: it is not used"
    )]
    Widened {
        /// Whose it is.
        owner: Owner,
    },
    /// Its user is one of those that this user namespace does not map.
    #[error(
        "belongs to {owner}, which in this user namespace stands for every user that is not mapped: it is not used"
    )]
    Unmapped {
        /// Whose it is.
        owner: Owner,
    },
    /// The kernel does not let this user look.
    #[error("{}", closed(*owner))]
    Denied {
        /// Whose it is, where that could be found out.
        owner: Option<Owner>,
    },
}

fn me() -> u32 {
    sys::effective_uid()
}

fn closed(owner: Option<Owner>) -> String {
    match owner {
        Some(owner) => format!("belongs to {owner}, and you, uid {}, may not open it", me()),
        None => format!("may not be opened by you, uid {}", me()),
    }
}

#[cfg(test)]
mod tests {
    use super::mapped;

    #[test]
    fn the_users_of_a_namespace_are_counted() {
        assert_eq!(mapped("         0          0 4294967295\n"), 4_294_967_295);
        assert_eq!(mapped("0 1000 1\n1 100000 65536\n"), 65537);
        assert_eq!(mapped(""), 0);
    }
}
