//! Hints about a channel that is not the one that is wanted.

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::{GeometryError, Name, Overflow};

use super::words::{clear, elsewhere, quoted};
use super::{file, locks, segment};
use crate::error::{Error, Parameter};
use crate::location::Location;

pub(super) fn of(error: &Error) -> String {
    match error {
        Error::Segment(error) => segment::of(error),
        Error::Lock(error) => locks::of(error),
        Error::Map(error) => file::of(error),
        Error::Channel { location, source } => format!("{error}{}", attaching(location, *source)),
        Error::Mode(mode) => format!("{error}; use `--mode {:04o}`", mode | 0o600),
        Error::Impossible(_) => format!("{error}; change `--slot`, `--size` or `--receivers`"),
        Error::DoesNotFit { required, .. } => {
            format!("{error}; use `--size {required}` or more, or a smaller `--slot`")
        }
        Error::Policy { location, found } => {
            format!("{error}; {}, {}", policy(*found), away(location))
        }
        Error::GeometryMismatch {
            location,
            parameter,
            found,
            ..
        } => {
            let option = option(*parameter);
            format!("{error}; use `{option} {found}`, {}", away(location))
        }
        Error::SlotTooSmall { location, .. } => format!("{error}; {}", away(location)),
        Error::NameMismatch { found, .. } => format!("{error}; {}", name(*found)),
        Error::Lost => format!("{error}; start again"),
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
        AttachError::Geometry(GeometryError::RegionTooSmall { .. }) => {
            format!("; use {elsewhere}, or {force}")
        }
        AttachError::Geometry(GeometryError::Unformatted) => {
            format!("; if this stays so, {force}, or use {elsewhere}")
        }
        AttachError::Busy => "; try again".into(),
        _ => format!("; {clear}, or use {elsewhere}"),
    }
}
