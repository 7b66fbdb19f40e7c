//! Why a channel is not to be had in its place, and what to type about it.

use std::fmt;
use std::io;

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::{GeometryError, Overflow};

use crate::file;
use crate::location::Location;
use crate::sysv::locks;
use crate::sysv::segment;
use crate::tenure::Lost;

/// Why a channel could not be opened for sending or receiving.
#[derive(Debug)]
pub enum Error {
    /// The segment: absent, another user's, or refused by the system.
    Segment(segment::Error),
    /// The locks: another process is the sender, or all receivers are there.
    Lock(locks::Error),
    /// The file: absent, too short, another user's, in use, or refused by the system.
    Map(file::Error),
    /// What is there is not a channel that can be used.
    Channel {
        /// Where.
        location: Location,
        /// What is wrong with it.
        source: AttachError,
    },
    /// The channel there has the other overflow policy.
    Policy {
        /// Where.
        location: Location,
        /// The policy it has.
        found: Overflow,
    },
    /// The channel there is smaller than what was asked for.
    GeometryMismatch {
        /// Where.
        location: Location,
        /// What differs, as the option that asks for it.
        option: &'static str,
        /// What was asked for.
        asked: u64,
        /// What is there.
        found: u64,
    },
    /// The slots of the channel there hold less than the longest message.
    SlotTooSmall {
        /// Where.
        location: Location,
        /// The length of that message.
        longest: u32,
        /// What a slot there holds.
        capacity: u32,
    },
    /// What was asked for does not fit the segment size asked for.
    DoesNotFit {
        /// The size asked for.
        size: u64,
        /// The payload bytes of a slot.
        capacity: u32,
        /// The size that two slots take.
        required: u64,
    },
    /// These permission bits would keep the user out who makes the segment.
    Mode(u32),
    /// No segment can hold what was asked for.
    Impossible(GeometryError),
    /// This process was the sender, and is not any more: its lock is another's, or another's was there meanwhile.
    Lost,
}

impl Error {
    /// Whether there is simply no channel yet: waiting may help.
    pub fn is_absent(&self) -> bool {
        match self {
            Error::Segment(segment::Error::Absent { .. } | segment::Error::Removed { .. }) => true,
            Error::Lock(locks::Error::Absent { .. } | locks::Error::Removed { .. }) => true,
            Error::Map(error) => matches!(error, file::Error::Absent(_)),
            Error::Channel { source, .. } => {
                matches!(
                    source,
                    AttachError::Busy | AttachError::Geometry(GeometryError::Unformatted)
                )
            }
            _ => false,
        }
    }

    /// Whether the channel contradicts itself.
    pub fn is_corrupt(&self) -> bool {
        matches!(
            self,
            Error::Channel {
                source: AttachError::Corrupt { .. },
                ..
            }
        )
    }

    /// Whether the segment is there and holds nothing: being made at this moment, or left half made.
    pub fn is_half_made(&self) -> bool {
        matches!(
            self,
            Error::Channel {
                source: AttachError::Geometry(GeometryError::Unformatted),
                ..
            }
        )
    }
}

/// A policy as the option that asks for it.
struct Name(Overflow);

impl fmt::Display for Name {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self.0 {
            Overflow::Overwrite => {
                "an overwrite channel; send without `--backpressure` or `--stream`"
            }
            Overflow::Backpressure => "a backpressure channel; send with `--backpressure`",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Segment(error) => error.fmt(to),
            Error::Lock(error) => error.fmt(to),
            Error::Map(error) => error.fmt(to),
            Error::Channel { location, source } => channel(to, location, *source),
            Error::Policy { .. } | Error::GeometryMismatch { .. } | Error::SlotTooSmall { .. } => {
                self.unfit(to)
            }
            Error::DoesNotFit { .. } | Error::Mode(_) | Error::Impossible(_) => self.asked(to),
            Error::Lost => Lost.fmt(to),
        }
    }
}

// The texts, by what they are about; one that is not of its group says nothing.
impl Error {
    /// The channel that is there is not the one that is wanted.
    fn unfit(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Policy { location, found } => write!(
                to,
                "{location} holds {}, {}, or use another `{}`",
                Name(*found),
                location.clear(false),
                location.other()
            ),
            Error::GeometryMismatch {
                location,
                option,
                asked,
                found,
            } => write!(
                to,
                "{} has {option} {found}, not {asked}; use `{option} {found}`, {}, or use another `{}`",
                location.channel(),
                location.clear(false),
                location.other()
            ),
            Error::SlotTooSmall {
                location,
                longest,
                capacity,
            } => write!(
                to,
                "a message of {longest} bytes is longer than the {capacity} of a slot of {}; {}, or use another `{}`",
                location.channel(),
                location.clear(false),
                location.other()
            ),
            _ => Ok(()),
        }
    }

    /// What is asked for cannot be.
    fn asked(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::DoesNotFit {
                size,
                capacity,
                required,
            } => write!(
                to,
                "`--size {size}` does not hold two slots for messages of {capacity} bytes: use `--size {required}` or more, or a smaller `--slot`"
            ),
            Error::Mode(mode) => write!(
                to,
                "a segment of mode {mode:04o} keeps its own user out; use `--mode {:04o}`",
                mode | 0o600
            ),
            Error::Impossible(error) => write!(
                to,
                "no such channel: {error}; change `--slot`, `--size` or `--receivers`"
            ),
            _ => Ok(()),
        }
    }
}

fn channel(to: &mut fmt::Formatter<'_>, location: &Location, source: AttachError) -> fmt::Result {
    let (memory, other) = (location.memory(), location.other());
    let (clear, force) = (location.clear(false), location.clear(true));
    match source {
        AttachError::Geometry(GeometryError::Foreign { .. }) => {
            let text = match location {
                Location::Key(_) => ", read it with `--wire text`",
                Location::Map(_) => "",
            };
            write!(
                to,
                "{memory} is {source}: it belongs to another program and is left alone; use another `{other}`{text}, or {force}"
            )
        }
        AttachError::Geometry(GeometryError::RegionTooSmall { .. }) => write!(
            to,
            "{memory} is too small for what it should hold: it may belong to another program and is left alone; use another `{other}`, or {force}"
        ),
        AttachError::Geometry(GeometryError::Unformatted) => write!(
            to,
            "{memory} is {source}; if this stays so, {force}, or use another `{other}`"
        ),
        AttachError::Busy => write!(to, "{}: {source}", location.channel()),
        _ => write!(
            to,
            "{}: {source}; {clear}, or use another `{other}`",
            location.channel()
        ),
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Segment(error) => error.source(),
            Error::Lock(error) => error.source(),
            Error::Map(error) => error.source(),
            Error::Channel { source, .. } => Some(source),
            Error::Impossible(source) => Some(source),
            _ => None,
        }
    }
}

impl From<segment::Error> for Error {
    fn from(error: segment::Error) -> Self {
        Error::Segment(error)
    }
}

impl From<file::Error> for Error {
    fn from(error: file::Error) -> Self {
        Error::Map(error)
    }
}

impl From<locks::Error> for Error {
    fn from(error: locks::Error) -> Self {
        Error::Lock(error)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::other(error)
    }
}
