//! What to do in a Python program, where a channel did not open. The library's errors say what is.

use ramframe_host::core::channel::AttachError;
use ramframe_host::core::geometry::{GeometryError, Overflow};
use ramframe_host::error::{Error, Kind, Object};
use ramframe_host::trust::TrustError;

/// The same for each channel that is another one than was asked for.
const AWAY: &str = "ask for what is there, use another name, or remove it with ramframe.remove()";

/// What to do about it; empty where the error says all there is to say.
pub(crate) fn of(error: &Error) -> String {
    match &error.kind {
        Kind::Absent | Kind::Closed => "start the sender, or wait longer with timeout".into(),
        Kind::Removed | Kind::Lost => "open it again".into(),
        Kind::Untrusted(refusal) => trusted(*refusal, matches!(error.object, Object::File(_))),
        Kind::Channel(source) => attaching(*source),
        Kind::Policy(found) => format!("pass policy=\"{}\", {AWAY}", policy(*found)),
        Kind::Count { .. } | Kind::Mismatch { .. } | Kind::SlotTooSmall { .. } => AWAY.into(),
        Kind::Foreign { .. } | Kind::OtherFile | Kind::NameMismatch { .. } => {
            "use another name or key".into()
        }
        kind => used(kind).unwrap_or_else(|| asked(kind)),
    }
}

/// About others who use it.
fn used(kind: &Kind) -> Option<String> {
    let hint = match kind {
        Kind::SenderHeld(_) => "stop it, or use another name",
        Kind::ReceiverHeld { .. } => "stop it, or take another receiver slot",
        Kind::NoFreeReceiver(_) => {
            "stop one, wait longer with timeout, or have the sender make room for more with receivers"
        }
        Kind::InUse => "stop the programs that use it",
        _ => return None,
    };
    Some(hint.into())
}

/// About a channel that cannot be as it is asked for.
fn asked(kind: &Kind) -> String {
    let hint = match kind {
        Kind::DoesNotFit { required, .. } => {
            return format!("pass size={required} or more, or a smaller slot");
        }
        Kind::Mode(mode) => return format!("pass mode=0o{:o}", mode | 0o600),
        Kind::Workers { most, .. } => return format!("pass workers from 1 to {most}"),
        Kind::Size(_) | Kind::Impossible(_) => "change slot, slots, size or receivers",
        Kind::PlaceName(_) => "use a shorter name, or a key",
        Kind::NoRoom(_) => {
            "ask for less, or remove old channels: `ipcs -m` lists them, ramframe.remove() removes one"
        }
        Kind::Misaligned => "pass an offset that is a multiple of 64",
        Kind::SizeNeeded => "pass size",
        Kind::Nothing(_) | Kind::TooShort(_) => {
            "make the file longer, or pass a smaller offset or size"
        }
        Kind::NotMappable => "pass the path of a regular file or of a device",
        Kind::NoSuchMap(_) => "pass a uio_map that the device has",
        _ => "",
    };
    hint.into()
}

fn attaching(source: AttachError) -> String {
    let hint = match source {
        AttachError::Busy | AttachError::Geometry(GeometryError::Unformatted) => {
            "start the sender, or wait longer with timeout"
        }
        AttachError::Geometry(
            GeometryError::Foreign { .. } | GeometryError::RegionTooSmall { .. },
        ) => "use another name or key",
        AttachError::Geometry(GeometryError::Version { .. } | GeometryError::Features { .. }) => {
            "use one version of ramframe on both sides"
        }
        _ => "stop what uses it, and remove it with ramframe.remove()",
    };
    hint.into()
}

fn trusted(refusal: TrustError, is_file: bool) -> String {
    match refusal {
        TrustError::Foreign { uid, .. } => {
            format!("use another name, or believe that user with trust=ramframe.Trust(uids=[{uid}])")
        }
        TrustError::Writable { .. } | TrustError::Widened { .. } if is_file => {
            "keep others out with `chmod go-w`".into()
        }
        TrustError::Writable { owner } => format!(
            "remove it with ramframe.remove(), or accept that with trust=ramframe.Trust(mode=0o{:o})",
            owner.mode & 0o777
        ),
        TrustError::Widened { .. } => "remove it with ramframe.remove(), and start again".into(),
        TrustError::Unmapped { .. } => "run as a user that is mapped".into(),
        TrustError::Denied { .. } => {
            "use another name, or have its user make it with a wider mode, and believe that user with trust".into()
        }
    }
}

/// The name of a policy.
pub(crate) fn policy(overflow: Overflow) -> &'static str {
    match overflow {
        Overflow::Overwrite => "overwrite",
        Overflow::Backpressure => "backpressure",
    }
}
