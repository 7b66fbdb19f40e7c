//! What to type next, where a command has been waiting for a while or has failed.

use std::time::{Duration, Instant};

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::{Geometry, GeometryError, Overflow};

use crate::error::{Error, Parameter};
use crate::file::{self, ALIGN, Window};
use crate::location::Location;
use crate::sysv::segment::{self, ReadOnly, Segment};
use crate::sysv::{key, locks};
use crate::trust::{Trust, TrustError};

use super::stderr::message;

/// After this time, who waits for another process learns why it may never come.
const LONG: Duration = Duration::from_secs(1);

/// Says once, to who waits for another process, that they may be in different IPC namespaces.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    since: Option<Instant>,
    told: bool,
}

impl Waiting {
    /// Whoever waits is still waiting.
    pub(crate) fn on(&mut self, location: &Location) {
        let since = *self.since.get_or_insert_with(Instant::now);
        if !self.told && since.elapsed() >= LONG && matches!(location, Location::Key(_)) {
            self.told = true;
            message!(
                "still waiting; both sides need the same `--path` and `--id`, or `--key`, and between containers the same IPC namespace (`docker run --ipc`)"
            );
        }
    }

    /// What was waited for has come.
    pub(crate) fn over(&mut self) {
        self.since = None;
    }
}

/// Why `host send` cannot open a channel. A segment that others may write may also be no channel, as what the tutorial's
/// sender leaves when it is killed: then to believe it would not help.
pub(crate) fn opening(error: Error, trust: &Trust) -> String {
    let Error::Segment(segment::Error::Untrusted {
        id,
        key: Some(key),
        refusal: TrustError::Writable { owner },
    }) = error
    else {
        return of(&error);
    };
    match is_foreign(id, trust) {
        true => format!(
            "segment {id} of key {key} belongs to {owner}, and is not ramframe's: another program made it; read or write it with `--wire text`, use another `--id`, or remove it with `host rm --key {key} --force`"
        ),
        false => of(&error),
    }
}

/// What a command failed of, and what to type about it.
pub fn of(error: &(dyn std::error::Error + 'static)) -> String {
    let known = [
        error.downcast_ref().map(of_channel),
        error.downcast_ref().map(of_segment),
        error.downcast_ref().map(of_locks),
        error.downcast_ref().map(of_file),
        error.downcast_ref().map(of_key),
    ];
    let known = known.into_iter().flatten().next();
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

fn of_channel(error: &Error) -> String {
    match error {
        Error::Segment(error) => of_segment(error),
        Error::Lock(error) => of_locks(error),
        Error::Map(error) => of_file(error),
        Error::Channel { location, source } => {
            format!("{error}{}", of_attaching(location, *source))
        }
        Error::Mode(mode) => format!("{error}; use `--mode {:04o}`", mode | 0o600),
        Error::Impossible(_) => format!("{error}; change `--slot`, `--size` or `--receivers`"),
        Error::DoesNotFit {
            size,
            capacity,
            required,
        } => format!(
            "`--size {size}` does not hold two slots for messages of {capacity} bytes: use `--size {required}` or more, or a smaller `--slot`"
        ),
        Error::Policy { location, .. }
        | Error::GeometryMismatch { location, .. }
        | Error::SlotTooSmall { location, .. } => of_other(error, location),
        Error::Lost => error.to_string(),
    }
}

/// The channel that is there is not the one that is wanted.
fn of_other(error: &Error, location: &Location) -> String {
    let away = format!(
        "{}, or use another {}",
        clear(location, false),
        other(location)
    );
    match error {
        Error::Policy { found, .. } => {
            let send = match found {
                Overflow::Overwrite => "send without `--backpressure` or `--stream`",
                Overflow::Backpressure => "send with `--backpressure`",
            };
            format!("{error}; {send}, {away}")
        }
        Error::GeometryMismatch {
            parameter,
            asked,
            found,
            ..
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

fn of_segment(error: &segment::Error) -> String {
    let hint = match error {
        segment::Error::Absent { key } => format!(
            ": start `host send` with the same `--path` and `--id`, or `--key {key}`; between containers, share the IPC namespace (`docker run --ipc`)"
        ),
        segment::Error::Exists { key, .. } => {
            format!("; remove it with `host rm --key {key}`, or use another `--id`")
        }
        segment::Error::Untrusted { refusal, .. } => of_trust(*refusal),
        segment::Error::Removed { .. } => {
            "; attach again by its key, to the one that took its place".into()
        }
        segment::Error::Size { .. } => {
            ": `--size` goes from 1 to `sysctl kernel.shmmax`".into()
        }
        segment::Error::Limit { .. } => "; remove what `host list` and `ipcs -m` show as left over, or raise `sysctl kernel.shmmni` (how many) or `kernel.shmall` (pages of all)".into(),
        segment::Error::NotOwner { stat: Some(_), .. } => "; use another `--id`".into(),
        segment::Error::NotOwner { stat: None, .. } => "; see whose it is with `ipcs -m`".into(),
        segment::Error::System { .. } => String::new(),
    };
    format!("{error}{hint}")
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

fn of_locks(error: &locks::Error) -> String {
    let hint = match error {
        locks::Error::SenderHeld { .. } => "; stop it, or use another `--id`".into(),
        locks::Error::ReceiverHeld { .. } => "; stop it, or take another seat".into(),
        locks::Error::NoFreeReceiver { .. } => {
            "; stop one, or make the channel for more with `--receivers`".into()
        }
        locks::Error::Removed { .. } => "; start again".into(),
        locks::Error::Absent { .. } => ": start `host send` first; between containers, share the IPC namespace (`docker run --ipc`)".into(),
        locks::Error::Exists { key } | locks::Error::Count { key, .. } => {
            format!("; remove them with `host rm --key {key}`, or use another `--id`")
        }
        locks::Error::Untrusted { refusal, .. } => of_trust(*refusal),
        locks::Error::Foreign { key, id, .. } => format!(
            "; use another `--id`, or remove them with `ipcrm -s {id}` or `host rm --key {key} --force`"
        ),
        locks::Error::OtherFile { .. } => "; use another `--id`".into(),
        locks::Error::Limit { .. } => "; remove what `ipcs -s` shows as left over, or raise `sysctl kernel.sem` (its 4th number is how many sets, its 1st how many receivers and a sender in one)".into(),
        locks::Error::NotOwner { .. } => "; see whose with `ipcs -s`, or use another `--id`".into(),
        locks::Error::NoSuchReceiver { .. } | locks::Error::System { .. } => String::new(),
    };
    format!("{error}{hint}")
}

fn of_file(error: &file::Error) -> String {
    let hint = match error {
        file::Error::Misaligned(..) | file::Error::Nothing(..) | file::Error::TooShort(..) => {
            return of_part(error);
        }
        file::Error::Absent(Window { path, .. }) => format!(
            ": start the emulator whose RAM it is, or make it with `truncate --size BYTES {}`",
            path.display()
        ),
        file::Error::SizeNeeded(_) => ": give `--size BYTES`".into(),
        file::Error::NoSuchMap(_) => {
            ": see /sys/class/uio/*/maps, and use another `--uio-map`".into()
        }
        file::Error::DiskFull(_) => ": make room there, or use a smaller `--size`".into(),
        file::Error::SenderHeld(window) => format!(
            "; stop it (`fuser {}` names who has the file open), or use another `--offset`",
            window.path.display()
        ),
        file::Error::NoFreeReceiver(window, _) => format!(
            "; stop one (`fuser {}` names who has the file open), or make the channel for more with `--receivers`",
            window.path.display()
        ),
        file::Error::Untrusted(window, refusal) => of_file_trust(window, *refusal),
        file::Error::Kind(_) | file::Error::System { .. } => String::new(),
    };
    format!("{error}{hint}")
}

/// The part of a file that was typed cannot be.
fn of_part(error: &file::Error) -> String {
    match error {
        file::Error::Misaligned(Window { offset, .. }) => {
            let below = offset - offset % ALIGN;
            let above = below.saturating_add(ALIGN);
            format!(
                "`--offset {offset}` is not at a cache line of {ALIGN} bytes: use `--offset {below}` or `--offset {above}`"
            )
        }
        file::Error::Nothing(Window { path, offset, .. }, length) => format!(
            "nothing to map: {} has {length} bytes, `--offset` is {offset}, and `--size` must not be 0",
            path.display()
        ),
        file::Error::TooShort(
            Window {
                path, offset, size, ..
            },
            length,
        ) => format!(
            "{} has {length} bytes, so `--size {}` from `--offset {offset}` on goes past its end: make one of the two smaller",
            path.display(),
            size.unwrap_or_default()
        ),
        _ => error.to_string(),
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
        Geometry::read(&segment.read_only_ram()),
        Err(GeometryError::Foreign { .. }
            | GeometryError::Unformatted
            | GeometryError::RegionTooSmall { .. })
    )
}
