//! Hints about the locks of a channel.

use super::trust;
use super::words::{another, remove, sender};
use crate::error::Kind;
use crate::sysv::key::Key;

pub(super) fn hint(kind: &Kind, key: Key) -> String {
    match kind {
        Kind::NoSuchReceiver { .. } => "; take one of these".into(),
        Kind::Removed => "; start again".into(),
        Kind::Absent => format!(
            "; {}; between containers, share the IPC namespace (`docker run --ipc`)",
            sender(key)
        ),
        Kind::Exists { .. } | Kind::Count { .. } => format!(
            "; remove it with {}, or use {}",
            remove(key, false),
            another(key)
        ),
        Kind::Untrusted(refusal) => trust::of(*refusal, Some(key)),
        Kind::Foreign { id, .. } => format!(
            "; use {}, or remove it with `ipcrm -s {id}` or {}",
            another(key),
            remove(key, true)
        ),
        Kind::OtherFile => format!("; use {}", another(key)),
        Kind::NoRoom(_) => "; remove unused sets, which `ipcs -s` shows, or raise `sysctl kernel.sem` (its 4th number limits the sets, and its 1st number limits the receivers plus one of a set)".into(),
        Kind::NotOwner(_) => format!("; see whose with `ipcs -s`, or use {}", another(key)),
        _ => String::new(),
    }
}
