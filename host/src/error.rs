//! Why a channel is not to be had at its location.

use std::io;

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::{GeometryError, Name, Overflow};

use crate::file;
use crate::location::Location;
use crate::sysv::locks;
use crate::sysv::segment;
use crate::tenure::Lost;

/// Why a channel could not be opened for sending or receiving.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The segment: absent, another user's, or refused by the system.
    #[error(transparent)]
    Segment(#[from] segment::Error),
    /// The locks: another process is the sender, or all receivers are there.
    #[error(transparent)]
    Lock(#[from] locks::Error),
    /// The file: absent, too short, another user's, in use, or refused by the system.
    #[error(transparent)]
    Map(#[from] file::Error),
    /// What is there is not a channel that can be used.
    #[error("{}", channel(location, *source))]
    Channel {
        /// Where.
        location: Location,
        /// What is wrong with it.
        source: AttachError,
    },
    /// The channel there has the other overflow policy.
    #[error("{location} holds {}", policy(*found))]
    Policy {
        /// Where.
        location: Location,
        /// The policy it has.
        found: Overflow,
    },
    /// The channel there is smaller than what was asked for.
    #[error("{} has {}, not {asked}", location.channel(), parameter.counted(*found))]
    GeometryMismatch {
        /// Where.
        location: Location,
        /// What differs.
        parameter: Parameter,
        /// What was asked for.
        asked: u64,
        /// What is there.
        found: u64,
    },
    /// The channel there has another name than the one that the key was made from, or none.
    #[error("{} has {}, and not the name {asked}", location.channel(), named(*found))]
    NameMismatch {
        /// Where.
        location: Location,
        /// The name that was asked for.
        asked: Name,
        /// The name that is there: empty if there is none, `None` if it cannot be read as text.
        found: Option<Name>,
    },
    /// The slots of the channel there hold less than the longest message.
    #[error("a message of {longest} bytes is longer than the {capacity} of a slot of {}", location.channel())]
    SlotTooSmall {
        /// Where.
        location: Location,
        /// The length of that message.
        longest: u32,
        /// What a slot there holds.
        capacity: u32,
    },
    /// What was asked for does not fit the segment size asked for.
    #[error(
        "{size} bytes do not hold two slots for messages of {capacity} bytes, which take {required}"
    )]
    DoesNotFit {
        /// The size asked for.
        size: u64,
        /// The payload bytes of a slot.
        capacity: u32,
        /// The size that two slots take.
        required: u64,
    },
    /// These permission bits would keep the user out who makes the segment.
    #[error("a segment of mode {0:04o} keeps its own user out")]
    Mode(u32),
    /// No segment can hold what was asked for.
    #[error("no such channel: {0}")]
    Impossible(#[source] GeometryError),
    /// This process was the sender, and is not any more: its lock is another's, or another's was there meanwhile.
    #[error("{Lost}")]
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

/// What a channel is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// The payload bytes of a slot.
    Slot,
    /// The bytes of the segment.
    Size,
    /// The number of receivers.
    Receivers,
}

impl Parameter {
    /// So many, for a sentence.
    fn counted(self, count: u64) -> String {
        match self {
            Parameter::Slot => format!("slots of {count} bytes"),
            Parameter::Size => format!("{count} bytes"),
            Parameter::Receivers => format!("{count} receivers"),
        }
    }
}

fn policy(overflow: Overflow) -> &'static str {
    match overflow {
        Overflow::Overwrite => "an overwrite channel",
        Overflow::Backpressure => "a backpressure channel",
    }
}

fn named(name: Option<Name>) -> String {
    match name {
        Some(name) if name.is_empty() => "no name".into(),
        Some(name) => format!("the name {name}"),
        None => "a name that is no text".into(),
    }
}

fn channel(location: &Location, source: AttachError) -> String {
    let (memory, channel) = (location.memory(), location.channel());
    match source {
        AttachError::Geometry(GeometryError::Foreign { .. }) => {
            format!("{memory} is {source}: it belongs to another program and is left alone")
        }
        AttachError::Geometry(GeometryError::RegionTooSmall { .. }) => format!(
            "{memory} is too small for what it should hold: it may belong to another program and is left alone"
        ),
        AttachError::Geometry(GeometryError::Unformatted) => format!("{memory} is {source}"),
        AttachError::Corrupt { what } => format!("{channel}: {what}"),
        _ => format!("{channel}: {source}"),
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::other(error)
    }
}
