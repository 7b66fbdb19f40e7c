//! Hints about a channel that is not the one that is wanted, or that others use.

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::{GeometryError, Name, Overflow};

use super::words::{clear, elsewhere, quoted};
use crate::error::{Kind, Parameter};
use crate::location::Location;

/// About the channel at a location.
pub(super) fn hint(kind: &Kind, location: &Location) -> String {
    match kind {
        Kind::Channel(source) => attaching(location, *source),
        Kind::Policy(found) => format!("; {}, {}", policy(*found), away(location)),
        Kind::Mismatch {
            parameter, found, ..
        } => {
            let option = option(*parameter);
            format!("; use `{option} {found}`, {}", away(location))
        }
        Kind::SlotTooSmall { .. } => format!("; {}", away(location)),
        Kind::NameMismatch { found, .. } => format!("; {}", name(*found)),
        Kind::Removed | Kind::Lost => "; start again".into(),
        Kind::Workers { most, .. } => format!("; use `--share {most}` or a smaller number"),
        Kind::PlaceName(_) => "; use a shorter `--name`, or `--key`".into(),
        _ => used(kind, location),
    }
}

/// About others who use it.
fn used(kind: &Kind, location: &Location) -> String {
    let fuser = match location {
        Location::Key(_) => String::new(),
        Location::Map(window) => format!(
            " (`fuser {}` shows which processes have the file open)",
            quoted(&window.path.to_string_lossy())
        ),
    };
    match kind {
        Kind::SenderHeld(_) => format!("; stop it{fuser}, or use {}", elsewhere(location)),
        Kind::ReceiverHeld { .. } => "; stop it, or take another receiver slot".into(),
        Kind::NoFreeReceiver(_) => {
            format!("; stop a receiver{fuser}, or start the sender with a larger `--receivers`")
        }
        _ => String::new(),
    }
}

/// About a channel that cannot be made anywhere.
pub(super) fn asked(kind: &Kind) -> String {
    match kind {
        Kind::Mode(mode) => format!("; use `--mode {:04o}`", mode | 0o600),
        Kind::Impossible(_) => "; change `--slot`, `--size` or `--receivers`".into(),
        Kind::DoesNotFit { required, .. } => {
            format!("; use `--size {required}` or more, or a smaller `--slot`")
        }
        _ => String::new(),
    }
}

/// How to have another channel than the one that is there.
fn away(location: &Location) -> String {
    format!("{}, or use {}", clear(location, false), elsewhere(location))
}

fn policy(found: Overflow) -> &'static str {
    match found {
        Overflow::Overwrite => "send with `--overwrite` and without `--stream`",
        Overflow::Backpressure => "send with `--backpressure`",
    }
}

fn option(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Slot => "--slot",
        Parameter::Size => "--size",
        Parameter::Receivers => "--receivers",
    }
}

/// Two names have one key.
fn name(found: Option<Name>) -> String {
    match found.filter(|name| !name.is_empty()) {
        Some(found) => format!(
            "both names have the same key: choose another `--name`, or use `--name {}`",
            quoted(found.as_str())
        ),
        None => "choose another `--name`".into(),
    }
}

fn attaching(location: &Location, source: AttachError) -> String {
    let (clear, force) = (clear(location, false), clear(location, true));
    let elsewhere = elsewhere(location);
    match source {
        AttachError::Geometry(GeometryError::Foreign { .. }) => {
            let text = match location {
                Location::Key(_) => ", read it with `--wire text`",
                Location::Map(_) => "",
            };
            format!("; use {elsewhere}{text}, or {force}")
        }
        AttachError::Geometry(GeometryError::RegionTooSmall { .. }) => match location {
            Location::Key(_) => {
                format!("; it may belong to another program: use {elsewhere}, or {force}")
            }
            Location::Map(_) => {
                format!("; use a larger file or `--size`, a smaller `--slot`, or {elsewhere}")
            }
        },
        AttachError::Geometry(GeometryError::Unformatted) => {
            format!("; if this stays so, {force}, or use {elsewhere}")
        }
        AttachError::Busy => "; try again".into(),
        _ => format!("; {clear}, or use {elsewhere}"),
    }
}
