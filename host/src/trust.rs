//! Whose shared objects are believed: those of this user, unless told otherwise.

use std::fmt;

use crate::stat::Owner;
use crate::sys;

/// The users whose segments and semaphores are believed, and who else may have written into them.
///
/// Root is a user like any other here: it may open everyone's segments, which is no reason to believe them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    uids: Vec<u32>,
    mode: u32,
}

impl Trust {
    /// Objects that belong to this process's effective user, were created by it, and that nobody else may write.
    pub fn mine() -> Self {
        Self {
            uids: vec![sys::effective_uid()],
            mode: 0o600,
        }
    }

    /// Also objects that belong to, or were created by, user `uid`.
    #[must_use]
    pub fn allow_uid(mut self, uid: u32) -> Self {
        self.uids.push(uid);
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
    /// [`Refusal::Foreign`] or [`Refusal::Writable`].
    pub fn check(&self, owner: Owner) -> Result<(), Refusal> {
        if let Some(&uid) = [owner.uid, owner.cuid]
            .iter()
            .find(|uid| !self.uids.contains(uid))
        {
            return Err(Refusal::Foreign { owner, uid });
        }
        match owner.mode & !self.mode & 0o022 {
            0 => Ok(()),
            _ => Err(Refusal::Writable { owner }),
        }
    }
}

impl Default for Trust {
    fn default() -> Self {
        Self::mine()
    }
}

/// Why an object is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It belongs to, or was created by, a user who is not trusted.
    Foreign {
        /// Whose it is.
        owner: Owner,
        /// The user in question.
        uid: u32,
    },
    /// Others than its owner may write it.
    Writable {
        /// Whose it is.
        owner: Owner,
    },
    /// The kernel does not let this user look.
    Denied {
        /// Whose it is, where that could be found out.
        owner: Option<Owner>,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let me = sys::effective_uid();
        match self {
            Refusal::Foreign { owner, uid } => write!(
                to,
                "belongs to {owner}, and you are uid {me}: nothing in it is believed; use another `--id`, or `--allow-uid {uid}` to trust that user"
            ),
            Refusal::Writable { owner } => write!(
                to,
                "belongs to {owner}, so that others may write it: nothing in it is believed; remove it with `host rm`, or `--mode {:04o}` to accept that",
                owner.mode & 0o777
            ),
            Refusal::Denied { owner: Some(owner) } => write!(
                to,
                "belongs to {owner}, and you, uid {me}, may not open it; use another `--id`, or let uid {uid} create it with a wider `--mode` and pass `--allow-uid {uid}`",
                uid = owner.uid
            ),
            Refusal::Denied { owner: None } => write!(
                to,
                "may not be opened by you, uid {me}; use another `--id`, or see whose it is with `ipcs -m -s`"
            ),
        }
    }
}
