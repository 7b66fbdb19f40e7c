//! One error of each kind that a command may end with.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io;

use ramframe_core::channel::{AttachError, Corruption};
use ramframe_core::geometry::{Field, GeometryError, Name, NameError, Overflow};

use crate::error::{Error, Parameter};
use crate::file::{self, Window};
use crate::location::Location;
use crate::sysv::key::{self, Key};
use crate::sysv::stat::{Owner, Stat};
use crate::sysv::{locks, segment};
use crate::trust::TrustError;

const OWNER: Owner = Owner {
    uid: 0,
    cuid: 0,
    mode: 0o666,
};

/// Fails unless there is an error of each variant.
macro_rules! all_of {
    ($errors:expr, $type:ident, $($variant:ident)*) => {{
        let errors = $errors;
        let found: BTreeSet<_> = errors.iter().map(|error| match error {
            $($type::$variant { .. } => stringify!($variant),)*
        }).collect();
        assert_eq!(found, BTreeSet::from([$(stringify!($variant)),*]));
        errors.into_iter().map(|error| Box::new(error) as Box<dyn StdError>)
    }};
}

/// Keys of each kind: of a number, a path, and names of which one must be quoted.
fn keys() -> [Key; 4] {
    let name = |text| Key::of_name(Name::new(text).unwrap());
    [
        Key::new(0x1234).unwrap(),
        Key::of_path(".", b'S').unwrap(),
        name("log"),
        name("it's 'mine'"),
    ]
}

fn system() -> io::Error {
    io::Error::from_raw_os_error(28)
}

fn windows() -> [Window; 2] {
    let window = |path: &str| Window {
        path: path.into(),
        offset: 100,
        size: Some(64),
        uio_map: 1,
    };
    [window("/dev/uio0"), window("a b")]
}

fn refusals() -> Vec<TrustError> {
    let owner = OWNER;
    let refusals = vec![
        TrustError::Foreign { owner, uid: 0 },
        TrustError::Foreign {
            owner,
            uid: 4_000_000_000,
        },
        TrustError::Writable { owner },
        TrustError::Widened { owner },
        TrustError::Unmapped { owner },
        TrustError::Denied { owner: Some(owner) },
        TrustError::Denied { owner: None },
    ];
    let _ = all_of!(refusals.clone(), TrustError, Foreign Writable Widened Unmapped Denied);
    refusals
}

/// Locks that another process holds, or that are not there.
fn taken(key: Key) -> [locks::Error; 4] {
    use locks::Error;
    [
        Error::SenderHeld { key, pid: 1 },
        Error::ReceiverHeld {
            key,
            receiver: 0,
            pid: 1,
        },
        Error::NoFreeReceiver { key, receivers: 1 },
        Error::NoSuchReceiver {
            key,
            receiver: 9,
            receivers: 1,
        },
    ]
}

fn locks_errors(key: Key) -> impl Iterator<Item = Box<dyn StdError>> {
    use locks::Error;
    let untrusted = |refusal| Error::Untrusted { key, refusal };
    let mut errors = vec![
        Error::Removed { key },
        Error::Absent { key },
        Error::Exists { key },
        Error::Foreign {
            key,
            id: 3,
            owner: OWNER,
        },
        Error::OtherFile { key },
        Error::Count {
            key,
            found: 2,
            asked: 1,
        },
        Error::Limit {
            key,
            source: system(),
        },
        Error::NotOwner { key },
        Error::System {
            call: "semget",
            key,
            source: system(),
        },
    ];
    errors.extend(taken(key));
    errors.extend(refusals().into_iter().map(untrusted));
    all_of!(errors, Error, SenderHeld ReceiverHeld NoFreeReceiver NoSuchReceiver Removed Absent Exists
        Untrusted Foreign OtherFile Count Limit NotOwner System)
}

fn stat(key: Key) -> Stat {
    Stat {
        id: 7,
        key: Some(key),
        size: 1024,
        owner: OWNER,
        gid: 0,
        creator_pid: 1,
        last_pid: 1,
        attached: 0,
        attach_time: 0,
        detach_time: 0,
        change_time: 0,
    }
}

fn segment_errors(key: Key) -> impl Iterator<Item = Box<dyn StdError>> {
    use segment::Error;
    let mut errors = vec![
        Error::Absent { key },
        Error::Exists { key, stat: None },
        Error::Removed { id: 7 },
        Error::Size { key, size: 0 },
        Error::Limit {
            key,
            source: system(),
        },
        Error::NotOwner { id: 7, stat: None },
        Error::NotOwner {
            id: 7,
            stat: Some(Box::new(stat(key))),
        },
        Error::System {
            call: "shmget",
            source: system(),
        },
    ];
    for key in [None, Some(key)] {
        let untrusted = |refusal| Error::Untrusted {
            id: 7,
            key,
            refusal,
        };
        errors.extend(refusals().into_iter().map(untrusted));
    }
    all_of!(errors, Error, Absent Exists Untrusted Removed Size Limit NotOwner System)
}

fn file_errors(window: &Window) -> impl Iterator<Item = Box<dyn StdError>> + use<> {
    use file::Error;
    let window = || window.clone();
    let mut errors = vec![
        Error::Absent(window()),
        Error::Kind(window()),
        Error::Misaligned(window()),
        Error::SizeNeeded(window()),
        Error::Nothing(window(), 64),
        Error::TooShort(window(), 64),
        Error::NoSuchMap(window()),
        Error::DiskFull(window()),
        Error::SenderHeld(window()),
        Error::NoFreeReceiver(window(), 1),
        Error::System {
            call: "open",
            window: window(),
            source: system(),
        },
    ];
    errors.extend(
        refusals()
            .into_iter()
            .map(|refusal| Error::Untrusted(window(), refusal)),
    );
    all_of!(errors, Error, Absent Kind Misaligned SizeNeeded Nothing TooShort NoSuchMap DiskFull Untrusted
        SenderHeld NoFreeReceiver System)
}

fn attach_errors() -> [AttachError; 8] {
    [
        GeometryError::Unformatted.into(),
        GeometryError::Foreign { magic: 1 }.into(),
        GeometryError::Version { found: 1 }.into(),
        GeometryError::RegionTooSmall { required: 4096 }.into(),
        GeometryError::Field {
            field: Field::Slots,
            value: 3,
        }
        .into(),
        AttachError::Corrupt {
            what: Corruption::Head,
        },
        AttachError::Busy,
        AttachError::NoSuchReceiver { receivers: 1 },
    ]
}

/// A channel that is another than the one that was asked for.
fn mismatches(location: &Location) -> [Error; 6] {
    let location = || location.clone();
    let asked = Name::new("log").unwrap();
    let mismatch = |found| Error::NameMismatch {
        location: location(),
        asked,
        found,
    };
    let differs = |parameter| Error::GeometryMismatch {
        location: location(),
        parameter,
        asked: 2,
        found: 1,
    };
    [
        differs(Parameter::Slot),
        differs(Parameter::Size),
        differs(Parameter::Receivers),
        mismatch(None),
        mismatch(Some(Name::EMPTY)),
        mismatch(Some(Name::new("it's").unwrap())),
    ]
}

fn channel_errors(location: &Location) -> impl Iterator<Item = Box<dyn StdError>> + use<> {
    let location = || location.clone();
    let policy = |found| Error::Policy {
        location: location(),
        found,
    };
    let mut errors = vec![
        Error::Segment(segment::Error::Removed { id: 7 }),
        Error::Lock(locks::Error::Removed { key: keys()[0] }),
        Error::Map(file::Error::Kind(windows()[0].clone())),
        policy(Overflow::Overwrite),
        policy(Overflow::Backpressure),
        Error::SlotTooSmall {
            location: location(),
            longest: 9,
            capacity: 8,
        },
        Error::DoesNotFit {
            size: 64,
            capacity: 48,
            required: 448,
        },
        Error::Mode(0o400),
        Error::Impossible(GeometryError::Unformatted),
        Error::Lost,
    ];
    let channel = |source| Error::Channel {
        location: location(),
        source,
    };
    errors.extend(mismatches(&location()));
    errors.extend(attach_errors().map(channel));
    all_of!(errors, Error, Segment Lock Map Channel Policy GeometryMismatch NameMismatch SlotTooSmall DoesNotFit
        Mode Impossible Lost)
}

fn key_errors() -> impl Iterator<Item = Box<dyn StdError>> {
    use key::Error;
    let errors = vec![
        Error::Path {
            path: "no".into(),
            source: system(),
        },
        Error::PathReserved {
            path: "no".into(),
            id: b'S',
        },
        Error::Reserved { raw: 0 },
        Error::Number {
            text: "x".into(),
            source: "x".parse::<u32>().unwrap_err(),
        },
    ];
    let names = [NameError::TooLong { len: 25 }, NameError::Control { at: 0 }];
    let names = names.map(|error| Box::new(error) as Box<dyn StdError>);
    all_of!(errors, Error, Path PathReserved Reserved Number).chain(names)
}

/// Every error of the library that a command may end with.
pub(super) fn errors() -> Vec<Box<dyn StdError>> {
    let locations = keys().map(Location::Key).into_iter();
    let locations = locations.chain(windows().map(Location::Map));
    let channel = locations.flat_map(|location| channel_errors(&location).collect::<Vec<_>>());
    let by_key = keys()
        .into_iter()
        .flat_map(|key| locks_errors(key).chain(segment_errors(key)));
    let by_window = windows()
        .into_iter()
        .flat_map(|window| file_errors(&window));
    let all = channel.chain(by_key).chain(by_window).chain(key_errors());
    all.collect()
}
