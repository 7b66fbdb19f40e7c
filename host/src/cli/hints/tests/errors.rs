//! One error of each kind that a command may end with.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io;

use ramframe_core::channel::{AttachError, Corruption};
use ramframe_core::geometry::{Field, GeometryError, Name, NameError, Overflow};

use crate::error::{Error, Kind, Object, Parameter};
use crate::location::{Location, Window};
use crate::sysv::key::{self, Key};
use crate::sysv::stat::{Owner, Stat};
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
        errors
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

fn boxed(error: impl StdError + 'static) -> Box<dyn StdError> {
    Box::new(error)
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
    all_of!(refusals, TrustError, Foreign Writable Widened Unmapped Denied)
}

fn stat(key: Key) -> Stat {
    Stat {
        id: 7,
        key: Some(key),
        size: 1024,
        owner: OWNER,
        creator_pid: 1,
        last_pid: 1,
        attached: 0,
    }
}

fn untrusted() -> impl Iterator<Item = Kind> {
    refusals().into_iter().map(Kind::Untrusted)
}

/// What may be wrong with any memory or locks.
fn anywhere() -> Vec<Kind> {
    vec![
        Kind::Absent,
        Kind::NoRoom(system()),
        Kind::System("open", system()),
    ]
}

fn of_locks() -> impl Iterator<Item = Kind> {
    let kinds = vec![
        Kind::Removed,
        Kind::Exists { stat: None },
        Kind::Foreign {
            id: 3,
            owner: OWNER,
        },
        Kind::OtherFile,
        Kind::Count { found: 2, asked: 1 },
        Kind::NotOwner(None),
        Kind::NoSuchReceiver {
            receiver: 9,
            receivers: 1,
        },
    ];
    kinds.into_iter().chain(anywhere()).chain(untrusted())
}

fn of_segment(key: Key) -> impl Iterator<Item = Kind> {
    let stat = Some(Box::new(stat(key)));
    let kinds = vec![
        Kind::Exists { stat },
        Kind::Exists { stat: None },
        Kind::Removed,
        Kind::InUse,
        Kind::Size(0),
        Kind::NotOwner(None),
        Kind::NotOwner(Some(OWNER)),
    ];
    kinds.into_iter().chain(anywhere()).chain(untrusted())
}

fn of_file() -> impl Iterator<Item = Kind> {
    let kinds = vec![
        Kind::NotMappable,
        Kind::Misaligned,
        Kind::SizeNeeded,
        Kind::Nothing(64),
        Kind::TooShort(64),
        Kind::NoSuchMap(1),
    ];
    kinds.into_iter().chain(anywhere()).chain(untrusted())
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

/// What may be wrong with a channel that is there.
fn of_channel() -> impl Iterator<Item = Kind> {
    let kinds = vec![
        Kind::SenderHeld(1),
        Kind::ReceiverHeld {
            receiver: 0,
            pid: 1,
        },
        Kind::NoFreeReceiver(1),
        Kind::Removed,
        Kind::Closed,
        Kind::Policy(Overflow::Overwrite),
        Kind::Policy(Overflow::Backpressure),
        Kind::SlotTooSmall {
            longest: 9,
            capacity: 8,
        },
        Kind::Lost,
        Kind::Workers {
            workers: 65,
            most: 64,
        },
        Kind::PlaceName(NameError::TooLong { len: 25 }),
    ];
    let channel = attach_errors().map(Kind::Channel);
    kinds.into_iter().chain(mismatches()).chain(channel)
}

/// A channel that is another than the one that was asked for.
fn mismatches() -> [Kind; 6] {
    let asked = Name::new("log").unwrap();
    let mismatch = |found| Kind::NameMismatch { asked, found };
    let differs = |parameter| Kind::Mismatch {
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

fn of_asked() -> [Kind; 3] {
    [
        Kind::DoesNotFit {
            size: 64,
            capacity: 48,
            required: 448,
        },
        Kind::Mode(0o400),
        Kind::Impossible(GeometryError::Unformatted),
    ]
}

/// What is said of a key, or of what it names.
fn of_key(key: Key) -> Vec<Error> {
    let named = |id, key| Object::Segment { key, id };
    let segments = [
        named(None, Some(key)),
        named(Some(7), Some(key)),
        named(Some(7), None),
    ];
    let segments = segments
        .into_iter()
        .flat_map(|segment| of_segment(key).map(move |kind| segment.clone().error(kind)));
    let locks = of_locks().map(|kind| Object::Locks(key).error(kind));
    segments.chain(locks).collect()
}

fn library_errors() -> impl Iterator<Item = Box<dyn StdError>> {
    let locations = keys().map(Location::Key).into_iter();
    let locations = locations.chain(windows().map(Location::Map));
    let channels = locations.flat_map(|location| {
        of_channel().map(move |kind| Object::Channel(location.clone()).error(kind))
    });
    let files = windows()
        .into_iter()
        .flat_map(|window| of_file().map(move |kind| Object::File(window.clone()).error(kind)));
    let asked = of_asked().map(|kind| Object::Asked.error(kind));
    let errors = channels.chain(files).chain(asked);
    let errors: Vec<_> = errors.chain(keys().into_iter().flat_map(of_key)).collect();
    let kinds = errors.iter().map(|error| &error.kind).collect::<Vec<_>>();
    let _ = all_of!(kinds, Kind, Absent Exists Removed InUse Untrusted Foreign OtherFile Count Size NoRoom NotOwner
        NoSuchReceiver SenderHeld ReceiverHeld NoFreeReceiver NotMappable Misaligned SizeNeeded Nothing TooShort
        NoSuchMap System Channel Closed Policy Mismatch NameMismatch SlotTooSmall DoesNotFit Mode Impossible Lost
        Workers PlaceName);
    errors.into_iter().map(boxed)
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
    let names = names.map(boxed);
    let errors = all_of!(errors, Error, Path PathReserved Reserved Number).into_iter();
    errors.map(boxed).chain(names)
}

/// Every error of the library that a command may end with.
pub(super) fn errors() -> Vec<Box<dyn StdError>> {
    library_errors().chain(key_errors()).collect()
}
