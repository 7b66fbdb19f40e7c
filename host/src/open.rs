//! Why a channel is not to be had on a key, and what to type about it.

use std::fmt;
use std::io;

use ramframe_core::channel::AttachError;
use ramframe_core::layout::{LayoutError, Overflow};

use crate::key::Key;
use crate::{lock, segment};

/// Why a channel could not be opened for sending or receiving.
#[derive(Debug)]
pub enum Error {
    /// The segment: absent, another user's, or refused by the system.
    Segment(segment::Error),
    /// The locks: another process is the sender, or all receivers are there.
    Lock(lock::Error),
    /// The segment is not a channel that can be used.
    Channel {
        /// The key.
        key: Key,
        /// What is wrong with it.
        source: AttachError,
    },
    /// The channel there has the other overflow policy.
    Policy {
        /// The key.
        key: Key,
        /// The policy it has.
        found: Overflow,
    },
    /// The channel there is smaller than what was asked for.
    Different {
        /// The key.
        key: Key,
        /// What differs, as the option that asks for it.
        option: &'static str,
        /// What was asked for.
        asked: u64,
        /// What is there.
        found: u64,
    },
    /// The slots of the channel there hold less than the longest message.
    Narrow {
        /// The key.
        key: Key,
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
        need: u64,
    },
    /// No segment can hold what was asked for.
    Impossible(LayoutError),
}

impl Error {
    /// Whether there is simply no channel yet: waiting may help.
    pub fn is_absent(&self) -> bool {
        match self {
            Error::Segment(segment::Error::Absent { .. } | segment::Error::Removed { .. }) => true,
            Error::Lock(lock::Error::Absent { .. } | lock::Error::Removed { .. }) => true,
            Error::Channel { source, .. } => {
                matches!(
                    source,
                    AttachError::Busy | AttachError::Layout(LayoutError::Unformatted)
                )
            }
            _ => false,
        }
    }

    /// Whether the segment is there and holds nothing: being made at this moment, or left half made.
    pub fn is_half_made(&self) -> bool {
        matches!(
            self,
            Error::Channel {
                source: AttachError::Layout(LayoutError::Unformatted),
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
            Overflow::Overwrite => "an overwrite channel; send without `--backpressure`",
            Overflow::Backpressure => "a backpressure channel; send with `--backpressure`",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Segment(error) => error.fmt(to),
            Error::Lock(error) => error.fmt(to),
            Error::Channel { key, source } => channel(to, *key, *source),
            Error::Policy { key, found } => {
                write!(
                    to,
                    "key {key} holds {}, remove it with `host rm --key {key}`, or use another `--id`",
                    Name(*found)
                )
            }
            Error::Different {
                key,
                option,
                asked,
                found,
            } => write!(
                to,
                "the channel on key {key} has {option} {found}, not {asked}; use `{option} {found}`, remove it with `host rm --key {key}`, or use another `--id`"
            ),
            Error::Narrow {
                key,
                longest,
                capacity,
            } => write!(
                to,
                "a message of {longest} bytes is longer than the {capacity} of a slot of the channel on key {key}; remove it with `host rm --key {key}`, or use another `--id`"
            ),
            Error::DoesNotFit {
                size,
                capacity,
                need,
            } => write!(
                to,
                "`--size {size}` does not hold two slots for messages of {capacity} bytes: use `--size {need}` or more, or a smaller `--slot`"
            ),
            Error::Impossible(error) => write!(
                to,
                "no such channel: {error}; change `--slot`, `--size` or `--receivers`"
            ),
        }
    }
}

fn channel(to: &mut fmt::Formatter<'_>, key: Key, source: AttachError) -> fmt::Result {
    match source {
        AttachError::Layout(LayoutError::Foreign { .. }) => write!(
            to,
            "the segment of key {key} is {source}: it belongs to another program and is left alone; use another `--id`, read it with `--wire text`, or remove it with `host rm --key {key} --force`"
        ),
        AttachError::Layout(LayoutError::TooSmall { .. }) => write!(
            to,
            "the segment of key {key} is too small for what it should hold: it may belong to another program and is left alone; use another `--id`, or remove it with `host rm --key {key} --force`"
        ),
        AttachError::Layout(LayoutError::Unformatted) => write!(
            to,
            "the segment of key {key} is {source}; if this stays so, remove it with `host rm --key {key} --force`, or use another `--id`"
        ),
        AttachError::Busy => write!(to, "the channel on key {key}: {source}"),
        _ => write!(
            to,
            "the channel on key {key}: {source}; remove it with `host rm --key {key}`, or use another `--id`"
        ),
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Segment(error) => error.source(),
            Error::Lock(error) => error.source(),
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

impl From<lock::Error> for Error {
    fn from(error: lock::Error) -> Self {
        Error::Lock(error)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::other(error)
    }
}
