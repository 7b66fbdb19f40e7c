//! Why a channel, or what it stands on, is not to be had.

use std::fmt;
use std::io;

use ramframe_core::channel::AttachError;
use ramframe_core::geometry::{GeometryError, Name, NameError, Overflow};

use crate::location::{ALIGN, Location, Window};
use crate::sysv::key::Key;
use crate::sysv::stat::{Owner, Stat};
use crate::trust::TrustError;

/// Why a channel could not be opened, or a segment, a file or a lock is not to be had: what is wrong, and with what.
#[derive(Debug)]
pub struct Error {
    /// What the kind is said of.
    pub object: Object,
    /// What is wrong with it.
    pub kind: Kind,
}

/// What an [`Error`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// A segment, by its key, by the kernel's name for it, or by both.
    Segment {
        /// The key, if it has one and the kernel tells.
        key: Option<Key>,
        /// The kernel's name for this very segment.
        id: Option<i32>,
    },
    /// The set of semaphores of a key, which are the locks of its channel.
    Locks(Key),
    /// A file, or a part of it.
    File(Window),
    /// The channel at a location, or who uses it.
    Channel(Location),
    /// A channel that is asked for, and not made.
    Asked,
}

/// What is wrong. Said of the object: "the segment of key 0x5300a1b2 was removed".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Kind {
    /// There is none; an empty file is none either.
    #[error("is not there")]
    Absent,
    /// There is one, so none is created; with what the kernel tells of a segment.
    #[error("is there already{}", described(stat.as_deref()))]
    Exists {
        /// What is there.
        stat: Option<Box<Stat>>,
    },
    /// It was removed since it was opened, and every lock in it is void.
    #[error("was removed")]
    Removed,
    /// It has no locks, and somebody has it mapped.
    #[error("is in use, and its locks were removed")]
    InUse,
    /// It is another user's, or others may write it.
    #[error("{0}")]
    Untrusted(TrustError),
    /// The set of semaphores is not ramframe's.
    #[error("is not ramframe's: set {id} of {owner} belongs to another program and is left alone")]
    Foreign {
        /// The kernel's name for the set.
        id: i32,
        /// Whose it is.
        owner: Owner,
    },
    /// The set belongs to the channel of another file.
    #[error("belongs to the channel of another file: `ftok` gives both files the same key")]
    OtherFile,
    /// The set was made for another number of receivers.
    #[error("is made for {found} receivers, not {asked}")]
    Count {
        /// How many it has receiver slots for.
        found: u32,
        /// How many were asked for.
        asked: u32,
    },
    /// The kernel makes no segment of so many bytes.
    #[error("cannot have {0} bytes")]
    Size(usize),
    /// The machine has no more room for segments or semaphores, or the disk none for the file.
    #[error("has no room: {0}")]
    NoRoom(#[source] io::Error),
    /// Only its owner or creator, or root, may remove it.
    #[error("{}", owned(*.0))]
    NotOwner(Option<Owner>),
    /// The set has fewer receiver slots.
    #[error("has no receiver {receiver}: it is made for {receivers}, and the first is 0")]
    NoSuchReceiver {
        /// The receiver slot asked for.
        receiver: u32,
        /// How many there are.
        receivers: u32,
    },
    /// This process is the sender: 0 if it cannot be named in this PID namespace, negative if the kernel does not tell.
    #[error("{} already sends", Process(*.0))]
    SenderHeld(i32),
    /// A process, named likewise, has this receiver slot.
    #[error("{} already is receiver {receiver}", Process(*pid))]
    ReceiverHeld {
        /// The receiver slot.
        receiver: u32,
        /// That process.
        pid: i32,
    },
    /// Other processes have all of so many receiver slots.
    #[error("has no free receiver slot: {0} of {0} are in use")]
    NoFreeReceiver(u32),
    /// Neither a regular file nor a device.
    #[error("is neither a file nor a device that can be mapped")]
    NotMappable,
    /// The part of the file does not begin at a cache line.
    #[error("is not a multiple of {ALIGN}")]
    Misaligned,
    /// A device does not tell its size.
    #[error("is a device that does not tell its size")]
    SizeNeeded,
    /// The part of the file has no bytes; with the length of the file.
    #[error("leaves no bytes to use: the file has {0} bytes")]
    Nothing(u64),
    /// The file, of this length, ends before the part does.
    #[error("plus the size is past the end: the file has {0} bytes")]
    TooShort(u64),
    /// The UIO device has no map of this number, or the file is no such device.
    #[error("has no map {0}")]
    NoSuchMap(u32),
    /// The system refused otherwise: what was asked of it, and what it said.
    #[error("{0}: {1}")]
    System(&'static str, #[source] io::Error),
    /// What is there is not a channel that can be used.
    #[error("{0}")]
    Channel(#[source] AttachError),
    /// The last sender has closed the channel that is there, everything was received, and no other sender has come.
    #[error("was closed, and no sender has come since")]
    Closed,
    /// The channel there has this overflow policy, and not the other.
    #[error("has the {} policy", policy(*.0))]
    Policy(Overflow),
    /// The channel there is another one than was asked for.
    #[error("has {}, not {asked}", parameter.counted(*found))]
    Mismatch {
        /// What differs.
        parameter: Parameter,
        /// What was asked for.
        asked: u64,
        /// What is there.
        found: u64,
    },
    /// The channel there has another name than the one that the key was made from, or none.
    #[error("has {}, and not the name {asked}", named(*found))]
    NameMismatch {
        /// The name that was asked for.
        asked: Name,
        /// The name that is there: empty if there is none, `None` if it cannot be read as text.
        found: Option<Name>,
    },
    /// A share cannot have so many workers.
    #[error("cannot have {workers} workers: a share has 1 to {most}")]
    Workers {
        /// The number asked for.
        workers: u32,
        /// The most there can be.
        most: u32,
    },
    /// The name of a worker's place would be no name.
    #[error(
        "cannot be shared: each worker has a channel of its own, whose name would be too long: {0}"
    )]
    PlaceName(#[source] NameError),
    /// The slots of the channel there hold less than the longest message.
    #[error("has slots of {capacity} bytes, and a message has {longest}")]
    SlotTooSmall {
        /// The length of that message.
        longest: u32,
        /// What a slot there holds.
        capacity: u32,
    },
    /// What was asked for does not fit the segment size asked for.
    #[error(
        "does not fit {size} bytes: two slots for messages of {capacity} bytes need {required}"
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
    #[error("cannot have mode {0:04o}, which keeps its own user out")]
    Mode(u32),
    /// No segment can hold what was asked for.
    #[error("is not possible: {0}")]
    Impossible(#[source] GeometryError),
    /// This process had the lock of the channel, and has it no more: it was removed, or another one has been there meanwhile.
    #[error(
        "can no longer be used by this process: its lock was removed, or another process has it"
    )]
    Lost,
}

impl Error {
    /// Of the channel at `location`, which cannot be used.
    pub(crate) fn channel(location: impl Into<Location>, source: impl Into<AttachError>) -> Self {
        Object::Channel(location.into()).error(Kind::Channel(source.into()))
    }

    /// Whether there is simply no channel yet: waiting may help.
    pub fn is_absent(&self) -> bool {
        match self.kind {
            Kind::Absent | Kind::Removed | Kind::Closed => true,
            Kind::Channel(source) => source == AttachError::Busy || is_unformatted(source),
            _ => false,
        }
    }

    /// Whether the channel contradicts itself.
    pub fn is_corrupt(&self) -> bool {
        matches!(self.kind, Kind::Channel(AttachError::Corrupt { .. }))
    }

    /// Whether the segment is there and holds nothing: being made at this moment, or left half made.
    pub fn is_half_made(&self) -> bool {
        matches!(self.kind, Kind::Channel(source) if is_unformatted(source))
    }
}

fn is_unformatted(source: AttachError) -> bool {
    source == AttachError::Geometry(GeometryError::Unformatted)
}

impl Object {
    /// An error about it.
    pub(crate) fn error(self, kind: Kind) -> Error {
        Error { object: self, kind }
    }
}

impl Kind {
    /// What it means that `call` failed on a System V object, whose owner is asked for where that matters.
    pub(crate) fn of(
        call: &'static str,
        source: io::Error,
        owner: impl FnOnce() -> Option<Owner>,
    ) -> Self {
        match source.raw_os_error() {
            Some(libc::ENOENT) => Kind::Absent,
            Some(libc::EINVAL | libc::EIDRM) => Kind::Removed,
            Some(libc::ENOSPC | libc::ENOMEM) => Kind::NoRoom(source),
            Some(libc::EACCES) => Kind::Untrusted(TrustError::Denied { owner: owner() }),
            Some(libc::EPERM) => Kind::NotOwner(owner()),
            _ => Kind::System(call, source),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, kind } = self;
        match (kind, object) {
            (Kind::Absent, Object::Segment { key: Some(key), .. }) => {
                write!(to, "no segment has {key:#}")
            }
            (Kind::Absent, Object::Locks(key)) => write!(to, "no semaphores have {key:#}"),
            (Kind::Absent, _) => write!(to, "there is no file {object}, or it is empty"),
            (Kind::Channel(source), Object::Channel(location)) => unusable(to, location, *source),
            (Kind::SenderHeld(_) | Kind::ReceiverHeld { .. }, Object::Channel(location)) => {
                write!(to, "{kind} {}", location.at())
            }
            (Kind::Misaligned | Kind::Nothing(_) | Kind::TooShort(_), Object::File(window)) => {
                write!(to, "offset {} of {object} {kind}", window.offset)
            }
            (Kind::System(..), _) => write!(to, "{object}: {kind}"),
            (Kind::NoRoom(source), _) => write!(to, "there is no room for {object}: {source}"),
            _ => write!(to, "{object} {kind}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.kind.source()
    }
}

impl fmt::Display for Object {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::Segment { key, id: None } => {
                write!(to, "the segment{}", of_key(*key))
            }
            Object::Segment { key, id: Some(id) } => write!(to, "segment {id}{}", of_key(*key)),
            Object::Locks(key) => write!(to, "the set of semaphores of {key:#}"),
            Object::File(window) => window.path.display().fmt(to),
            Object::Channel(location) => to.write_str(&location.channel()),
            Object::Asked => to.write_str("the requested channel"),
        }
    }
}

fn of_key(key: Option<Key>) -> String {
    key.map_or_else(String::new, |key| format!(" of {key:#}"))
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
        Overflow::Overwrite => "overwrite",
        Overflow::Backpressure => "backpressure",
    }
}

fn named(name: Option<Name>) -> String {
    match name {
        Some(name) if name.is_empty() => "no name".into(),
        Some(name) => format!("the name {name}"),
        None => "a name that is no text".into(),
    }
}

fn unusable(to: &mut fmt::Formatter<'_>, location: &Location, source: AttachError) -> fmt::Result {
    let memory = location.memory();
    match source {
        AttachError::Geometry(GeometryError::Foreign { .. }) => write!(
            to,
            "{memory} is {source}: it belongs to another program and is left alone"
        ),
        AttachError::Geometry(GeometryError::RegionTooSmall { .. }) => {
            write!(to, "{memory} is too small for the channel")
        }
        AttachError::Geometry(GeometryError::Unformatted) => write!(to, "{memory} is {source}"),
        AttachError::Corrupt { what } => write!(to, "{}: {what}", location.channel()),
        _ => write!(to, "{}: {source}", location.channel()),
    }
}

fn described(stat: Option<&Stat>) -> String {
    stat.map_or_else(String::new, |stat| {
        format!(
            ": segment {} of {}, {} bytes",
            stat.id, stat.owner, stat.size
        )
    })
}

fn owned(owner: Option<Owner>) -> String {
    match owner {
        Some(owner) => format!("belongs to {owner}: only that user or root may remove it"),
        None => "is not yours to remove".into(),
    }
}

/// A process as a person would look for it: 0 cannot be named in this PID namespace, and the kernel does not tell a negative one.
pub struct Process(pub i32);

impl fmt::Display for Process {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => to.write_str("a process of another container"),
            pid @ 1.. => write!(to, "process {pid}"),
            _ => to.write_str("another process"),
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::other(error)
    }
}
