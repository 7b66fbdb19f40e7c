//! Hints about the locks of a channel.

use super::trust;
use super::words::{another, remove, sender};
use crate::sysv::locks::{self, Error};

pub(super) fn of(error: &locks::Error) -> String {
    let hint = match error {
        Error::SenderHeld { key, .. } => format!("; stop it, or use {}", another(*key)),
        Error::ReceiverHeld { .. } => "; stop it, or take another receiver slot".into(),
        Error::NoFreeReceiver { .. } => {
            "; stop one, or make the channel for more with `--receivers`".into()
        }
        Error::NoSuchReceiver { .. } => "; take one of these".into(),
        Error::Removed { .. } => "; start again".into(),
        Error::Absent { key } => format!(
            "; {}; between containers, share the IPC namespace (`docker run --ipc`)",
            sender(*key)
        ),
        Error::Exists { key } | Error::Count { key, .. } => format!(
            "; remove them with {}, or use {}",
            remove(*key, false),
            another(*key)
        ),
        Error::Untrusted { refusal, key } => trust::of(*refusal, Some(*key)),
        Error::Foreign { key, id, .. } => format!(
            "; use {}, or remove them with `ipcrm -s {id}` or {}",
            another(*key),
            remove(*key, true)
        ),
        Error::OtherFile { key } => format!("; use {}", another(*key)),
        Error::Limit { .. } => "; remove what `ipcs -s` shows as left over, or raise `sysctl kernel.sem` (its 4th number is how many sets, its 1st how many receivers and a sender in one)".into(),
        Error::NotOwner { key, .. } => {
            format!("; see whose with `ipcs -s`, or use {}", another(*key))
        }
        Error::System { .. } => String::new(),
    };
    format!("{error}{hint}")
}
