//! What to type next, where a command has failed.

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::{Geometry, GeometryError, Overflow};

use crate::error::{Error, Kind, Object, Parameter};
use crate::location::{ALIGN, Location, Window};
use crate::sysv::key::{self, Key};
use crate::sysv::segment::{ReadOnly, Segment};
use crate::trust::{Trust, TrustError};

/// Why `host send` cannot open a channel. A segment that others may write may also be no channel, as what the tutorial's
/// sender leaves when it is killed: then to believe it would not help.
pub(crate) fn opening(error: Error, trust: &Trust) -> String {
    match (&error.object, &error.kind) {
        (
            Object::Segment {
                key: Some(key),
                id: Some(id),
            },
            Kind::Untrusted(TrustError::Writable { owner }),
        ) if is_foreign(*id, trust) => format!(
            "segment {id} of key {key} belongs to {owner}, and is not ramframe's: another program made it; read or write it with `--wire text`, use another `--id`, or remove it with `host rm --key {key} --force`"
        ),
        _ => of(&error),
    }
}

/// What a command failed of, and what to type about it.
pub fn of(error: &(dyn std::error::Error + 'static)) -> String {
    let known = error.downcast_ref().map(of_error);
    let known = known.or_else(|| error.downcast_ref().map(of_key));
    known.unwrap_or_else(|| error.to_string())
}

/// How to get rid of what is at a location; by `force`, if it may be another program's.
pub(crate) fn clear(location: &Location, force: bool) -> String {
    match (location, force) {
        (Location::Key(key), false) => format!("remove it with `host rm --key {key}`"),
        (Location::Key(key), true) => format!("remove it with `host rm --key {key} --force`"),
        (Location::Map(_), _) => "fill it with zeros if it is yours".into(),
    }
}

/// The option that names another location.
fn other(location: &Location) -> &'static str {
    match location {
        Location::Key(_) => "`--id`",
        Location::Map(_) => "`--offset`",
    }
}

fn of_error(error: &Error) -> String {
    let hint = match (&error.kind, &error.object) {
        (kind, Object::Segment { key, .. }) => of_segment(kind, *key),
        (kind, Object::Locks(key)) => of_locks(kind, *key),
        (kind, Object::File(window)) => return of_file(error, kind, window),
        (kind, Object::Channel(location)) => return of_channel(error, kind, location),
        (kind, Object::Asked) => return of_asked(error, kind),
    };
    format!("{error}{hint}")
}

/// What was asked for cannot be made anywhere.
fn of_asked(error: &Error, kind: &Kind) -> String {
    match kind {
        Kind::Mode(mode) => format!("{error}; use `--mode {:04o}`", mode | 0o600),
        Kind::Impossible(_) => format!("{error}; change `--slot`, `--size` or `--receivers`"),
        Kind::DoesNotFit {
            size,
            capacity,
            required,
        } => format!(
            "`--size {size}` does not hold two slots for messages of {capacity} bytes: use `--size {required}` or more, or a smaller `--slot`"
        ),
        _ => error.to_string(),
    }
}

fn of_channel(error: &Error, kind: &Kind, location: &Location) -> String {
    match kind {
        Kind::Channel(source) => format!("{error}{}", of_attaching(location, *source)),
        Kind::Policy(_) | Kind::Mismatch { .. } | Kind::SlotTooSmall { .. } => {
            of_other(error, kind, location)
        }
        _ => format!("{error}{}", of_users(kind, location)),
    }
}

/// Others are there.
fn of_users(kind: &Kind, location: &Location) -> String {
    let fuser = match location {
        Location::Key(_) => String::new(),
        Location::Map(window) => format!(
            " (`fuser {}` names who has the file open)",
            window.path.display()
        ),
    };
    match kind {
        Kind::SenderHeld(_) => format!("; stop it{fuser}, or use another {}", other(location)),
        Kind::ReceiverHeld { .. } => "; stop it, or take another receiver slot".into(),
        Kind::NoFreeReceiver(_) => {
            format!("; stop one{fuser}, or make the channel for more with `--receivers`")
        }
        Kind::Removed => "; start again".into(),
        _ => String::new(),
    }
}

/// The channel that is there is not the one that is wanted.
fn of_other(error: &Error, kind: &Kind, location: &Location) -> String {
    let away = format!(
        "{}, or use another {}",
        clear(location, false),
        other(location)
    );
    match kind {
        Kind::Policy(found) => {
            let send = match found {
                Overflow::Overwrite => "send without `--backpressure` or `--stream`",
                Overflow::Backpressure => "send with `--backpressure`",
            };
            format!("{error}; {send}, {away}")
        }
        Kind::Mismatch {
            parameter,
            asked,
            found,
        } => {
            let option = match parameter {
                Parameter::Slot => "--slot",
                Parameter::Size => "--size",
                Parameter::Receivers => "--receivers",
            };
            let channel = location.channel();
            format!("{channel} has {option} {found}, not {asked}; use `{option} {found}`, {away}")
        }
        _ => format!("{error}; {away}"),
    }
}

fn of_attaching(location: &Location, source: AttachError) -> String {
    let (clear, force, other) = (
        clear(location, false),
        clear(location, true),
        other(location),
    );
    match source {
        AttachError::Geometry(GeometryError::Foreign { .. }) => {
            let text = match location {
                Location::Key(_) => ", read it with `--wire text`",
                Location::Map(_) => "",
            };
            format!("; use another {other}{text}, or {force}")
        }
        AttachError::Geometry(GeometryError::RegionTooSmall { .. }) => {
            format!("; use another {other}, or {force}")
        }
        AttachError::Geometry(GeometryError::Unformatted) => {
            format!("; if this stays so, {force}, or use another {other}")
        }
        AttachError::Busy => String::new(),
        _ => format!("; {clear}, or use another {other}"),
    }
}

fn of_segment(kind: &Kind, key: Option<Key>) -> String {
    let named = key.map_or("0x...".into(), |key| key.to_string());
    match kind {
        Kind::Absent => format!(
            ": start `host send` with the same `--path` and `--id`, or `--key {named}`; between containers, share the IPC namespace (`docker run --ipc`)"
        ),
        Kind::Exists { .. } => {
            format!("; remove it with `host rm --key {named}`, or use another `--id`")
        }
        Kind::Untrusted(refusal) => of_trust(*refusal),
        Kind::Removed => "; attach again by its key, to the one that took its place".into(),
        Kind::Size(_) => ": `--size` goes from 1 to `sysctl kernel.shmmax`".into(),
        Kind::NoRoom(_) => "; remove what `host list` and `ipcs -m` show as left over, or raise `sysctl kernel.shmmni` (how many) or `kernel.shmall` (pages of all)".into(),
        Kind::NotOwner(Some(_)) => "; use another `--id`".into(),
        Kind::NotOwner(None) => "; see whose it is with `ipcs -m`".into(),
        _ => String::new(),
    }
}

fn of_trust(refusal: TrustError) -> String {
    match refusal {
        TrustError::Foreign { uid, .. } => {
            format!("; use another `--id`, or `--allow-uid {uid}` to trust that user")
        }
        TrustError::Writable { owner } => format!(
            "; remove it with `host rm`, or `--mode {:04o}` to accept that",
            owner.mode & 0o777
        ),
        TrustError::Widened { .. } => "; remove it with `host rm`, and start again".into(),
        TrustError::Unmapped { .. } => "; run as a user that is mapped".into(),
        TrustError::Denied { owner: Some(owner) } => format!(
            "; use another `--id`, or let uid {uid} create it with a wider `--mode` and pass `--allow-uid {uid}`",
            uid = owner.uid
        ),
        TrustError::Denied { owner: None } => {
            "; use another `--id`, or see whose it is with `ipcs -m -s`".into()
        }
    }
}

fn of_locks(kind: &Kind, key: Key) -> String {
    match kind {
        Kind::Removed => "; start again".into(),
        Kind::Absent => ": start `host send` first; between containers, share the IPC namespace (`docker run --ipc`)".into(),
        Kind::Exists { .. } | Kind::Count { .. } => {
            format!("; remove it with `host rm --key {key}`, or use another `--id`")
        }
        Kind::Untrusted(refusal) => of_trust(*refusal),
        Kind::Foreign { id, .. } => format!(
            "; use another `--id`, or remove it with `ipcrm -s {id}` or `host rm --key {key} --force`"
        ),
        Kind::OtherFile => "; use another `--id`".into(),
        Kind::NoRoom(_) => "; remove what `ipcs -s` shows as left over, or raise `sysctl kernel.sem` (its 4th number is how many sets, its 1st how many receivers and a sender in one)".into(),
        Kind::NotOwner(_) => "; see whose with `ipcs -s`, or use another `--id`".into(),
        _ => String::new(),
    }
}

fn of_file(error: &Error, kind: &Kind, window: &Window) -> String {
    let path = window.path.display();
    let hint = match kind {
        Kind::Misaligned | Kind::Nothing(_) | Kind::TooShort(_) => return of_part(kind, window),
        Kind::Absent => format!(
            ": start the emulator whose RAM it is, or make it with `truncate --size BYTES {path}`"
        ),
        Kind::SizeNeeded => ": give `--size BYTES`".into(),
        Kind::NoSuchMap(_) => ": see /sys/class/uio/*/maps, and use another `--uio-map`".into(),
        Kind::NoRoom(_) => ": make room there, or use a smaller `--size`".into(),
        Kind::Untrusted(refusal) => of_file_trust(window, *refusal),
        _ => String::new(),
    };
    format!("{error}{hint}")
}

/// The part of a file that was typed cannot be.
fn of_part(kind: &Kind, window: &Window) -> String {
    let (path, offset) = (window.path.display(), window.offset);
    match kind {
        Kind::Nothing(length) => format!(
            "nothing to map: {path} has {length} bytes, `--offset` is {offset}, and `--size` must not be 0"
        ),
        Kind::TooShort(length) => format!(
            "{path} has {length} bytes, so `--size {}` from `--offset {offset}` on goes past its end: make one of the two smaller",
            window.size.unwrap_or_default()
        ),
        _ => {
            let below = offset - offset % ALIGN;
            let above = below.saturating_add(ALIGN);
            format!(
                "`--offset {offset}` is not at a cache line of {ALIGN} bytes: use `--offset {below}` or `--offset {above}`"
            )
        }
    }
}

fn of_file_trust(window: &Window, refusal: TrustError) -> String {
    match refusal {
        TrustError::Foreign { uid, .. } => {
            format!("; use `--allow-uid {uid}` to trust that user")
        }
        TrustError::Writable { .. } | TrustError::Widened { .. } => {
            format!("; use `chmod go-w {}`", window.path.display())
        }
        TrustError::Unmapped { .. } => of_trust(refusal),
        TrustError::Denied { .. } => String::new(),
    }
}

fn of_key(error: &key::Error) -> String {
    let hint = match error {
        key::Error::Path { .. } => {
            "; name an existing file or directory with `--path`, or a key with `--key 0x...`"
        }
        key::Error::PathReserved { .. } => "; use another `--id`",
        key::Error::Reserved { .. } => "; use another, for example `--key 0x52414d46`",
        key::Error::Number { .. } => {
            "; write 32 bits as hexadecimal, `--key 0x52414d46`, or in decimal"
        }
    };
    format!("{error}{hint}")
}

/// Whether segment `id` holds something else than a channel.
fn is_foreign(id: i32, trust: &Trust) -> bool {
    let trust = trust.clone().allow_mode(0o666);
    let Ok(segment) = Segment::<ReadOnly>::attach_id(id, &trust) else {
        return false;
    };
    matches!(
        Geometry::read(&segment.memory()),
        Err(GeometryError::Foreign { .. }
            | GeometryError::Unformatted
            | GeometryError::RegionTooSmall { .. })
    )
}
