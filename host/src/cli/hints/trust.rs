//! Hints about memory that is not trusted: whose it is, and the option that trusts that user.

use super::words::{another_than, remove, user};
use crate::cli::program::HOST;
use crate::file::Window;
use crate::sysv::key::Key;
use crate::trust::TrustError;

/// About a segment or a set of semaphores.
pub(super) fn of(refusal: TrustError, key: Option<Key>) -> String {
    let elsewhere = another_than(key);
    let removed = |key: Option<Key>| {
        let remove = key.map(|key| remove(key, false));
        remove.unwrap_or_else(|| format!("`{HOST} rm`"))
    };
    match refusal {
        TrustError::Foreign { uid, .. } => format!(
            "; use {elsewhere}, or trust the user {0} with `--trust-uid {0}`",
            user(uid)
        ),
        TrustError::Writable { owner } => format!(
            "; remove it with {}, or accept that with `--mode {:04o}`",
            removed(key),
            owner.mode & 0o777
        ),
        TrustError::Widened { .. } => {
            format!("; remove it with {}, and start again", removed(key))
        }
        TrustError::Unmapped { .. } => "; run as a user that this user namespace maps".into(),
        TrustError::Denied { owner: Some(owner) } => format!(
            "; use {elsewhere}, or let the user {0} create it with a wider `--mode`, and trust that user with `--trust-uid {0}`",
            user(owner.uid)
        ),
        TrustError::Denied { owner: None } => {
            format!("; use {elsewhere}, or see whose it is with `ipcs -m -s`")
        }
    }
}

/// About a mapped file.
pub(super) fn of_file(window: &Window, refusal: TrustError) -> String {
    let path = super::words::quoted(&window.path.to_string_lossy());
    match refusal {
        TrustError::Foreign { uid, .. } => format!(
            "; if you trust the user {0}, use `--trust-uid {0}`",
            user(uid)
        ),
        TrustError::Writable { .. } | TrustError::Widened { .. } => {
            format!("; keep others out with `chmod go-w {path}`")
        }
        TrustError::Unmapped { .. } => of(refusal, None),
        TrustError::Denied { .. } => format!("; see who may open it with `ls -l {path}`"),
    }
}
