//! Hints about mapped files and devices.

use super::trust;
use super::words::quoted;
use crate::file::{ALIGN, Error, Window};

pub(super) fn of(error: &Error) -> String {
    format!("{error}{}", hint(error))
}

fn hint(error: &Error) -> String {
    let path = |window: &Window| quoted(&window.path.to_string_lossy());
    match error {
        Error::Absent(window) => format!(
            "; start the emulator whose RAM it is, or make it with `truncate --size 64K {}`",
            path(window)
        ),
        Error::Kind(_) => "; name a file or a device with `--map`".into(),
        Error::Misaligned(Window { offset, .. }) => {
            let below = offset - offset % ALIGN;
            let above = below.saturating_add(ALIGN);
            format!("; use `--offset {below}` or `--offset {above}`")
        }
        Error::SizeNeeded(_) => "; say it with `--size`".into(),
        Error::Nothing(..) => "; use a smaller `--offset`, and a `--size` that is not 0".into(),
        Error::TooShort(..) => "; use a smaller `--size` or `--offset`".into(),
        Error::NoSuchMap(_) => "; see /sys/class/uio/*/maps, and use another `--uio-map`".into(),
        Error::DiskFull(_) => "; make room there, or use a smaller `--size`".into(),
        Error::SenderHeld(window) => format!(
            "; stop it (`fuser {}` names who has the file open), or use another `--offset`",
            path(window)
        ),
        Error::NoFreeReceiver(window, _) => format!(
            "; stop one (`fuser {}` names who has the file open), or make the channel for more with `--receivers`",
            path(window)
        ),
        Error::Untrusted(window, refusal) => trust::of_file(window, *refusal),
        Error::System { .. } => String::new(),
    }
}
