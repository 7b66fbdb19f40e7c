//! Hints about mapped files and devices.

use super::trust;
use super::words::quoted;
use crate::error::Kind;
use crate::file::{ALIGN, Window};

pub(super) fn hint(kind: &Kind, window: &Window) -> String {
    match kind {
        Kind::Absent => format!(
            "; start the emulator whose RAM it is, or create it with `truncate --size 64K {}`",
            quoted(&window.path.to_string_lossy())
        ),
        Kind::NotMappable => "; name a file or a device with `--map`".into(),
        Kind::Misaligned => {
            let below = window.offset - window.offset % ALIGN;
            let above = below.saturating_add(ALIGN);
            format!("; use `--offset {below}` or `--offset {above}`")
        }
        Kind::SizeNeeded => "; give it with `--size`".into(),
        Kind::Nothing(_) => "; use a smaller `--offset`, and a `--size` that is not 0".into(),
        Kind::TooShort(_) => "; use a smaller `--size` or `--offset`".into(),
        Kind::NoSuchMap(_) => "; see /sys/class/uio/*/maps, and use another `--uio-map`".into(),
        Kind::NoRoom(_) => "; free some space on that disk, or use a smaller `--size`".into(),
        Kind::Untrusted(refusal) => trust::of_file(window, *refusal),
        _ => String::new(),
    }
}
