//! Hints about keys and names that cannot be.

use ramframe_core::geometry::NameError;

use crate::sysv::key;

pub(super) fn of(error: &key::Error) -> String {
    let hint = match error {
        key::Error::Path { .. } => {
            "; name an existing file or folder with `--path`, a channel with `--name`, or a key with `--key`"
        }
        key::Error::PathReserved { .. } => "; use another `--id`",
        key::Error::Reserved { .. } => "; use another, for example `--key 0x52414d46`",
        key::Error::Number { .. } => "; write it as `--key 0x52414d46`, or in decimal",
    };
    format!("{error}{hint}")
}

pub(super) fn of_name(error: &NameError) -> String {
    match error {
        NameError::Control { .. } => format!("{error}; leave it out"),
        _ => format!("{error}; use a shorter one"),
    }
}
