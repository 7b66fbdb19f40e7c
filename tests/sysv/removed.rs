//! Is a channel removed only if it is ramframe's and nobody uses it?

use ramframe_core::channel::{AttachError, Start};
use ramframe_core::region::Region;
use ramframe_host::error::{Error, Kind};
use ramframe_host::file::{Map, Window};
use ramframe_host::location::Location;
use ramframe_host::sysv::segment::{self, ReadOnly, Segment};
use ramframe_host::{ChannelOptions, Receiver, Sender, Trust, remove};

use crate::scratch::Scratch;

fn refused(location: &Location) -> Error {
    remove(location.clone(), &Trust::current_user()).unwrap_err()
}

/// A channel at `location` comes, is used by one end after the other, and goes.
fn used_then_removed(location: &Location) {
    let trust = Trust::current_user();
    assert!(matches!(
        refused(location).kind,
        Kind::Absent | Kind::Channel(AttachError::Geometry(_))
    ));
    let options = ChannelOptions::backpressure(2);
    let sender = Sender::open(location.clone(), &options, &trust).unwrap();
    assert!(matches!(refused(location).kind, Kind::SenderHeld(_)));
    let receiver = Receiver::open(location.clone(), Start::Oldest, &trust).unwrap();
    sender.close_keeping().unwrap();
    let error = refused(location);
    assert!(
        matches!(error.kind, Kind::ReceiverHeld { receiver: 0, .. }),
        "{error}"
    );
    receiver.detach();
    remove(location.clone(), &trust).unwrap();
    let error = Receiver::open(location.clone(), Start::Oldest, &trust).unwrap_err();
    assert!(error.is_absent(), "{error}");
}

#[test]
fn a_channel_on_a_key() {
    let scratch = Scratch::new();
    used_then_removed(&scratch.key.into());
}

#[test]
fn a_channel_in_a_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(4096).unwrap();
    let window = Window {
        path: file.path().into(),
        offset: 0,
        size: None,
        uio_map: 0,
    };
    used_then_removed(&window.clone().into());
    let map = Map::<ReadOnly>::open(&window, &Trust::current_user()).unwrap();
    assert!(
        (0..4096)
            .step_by(4)
            .all(|at| map.memory().load_fresh(at) == 0)
    );
}

#[test]
fn what_is_no_channel_stays() {
    let scratch = Scratch::new();
    let other = Segment::create(scratch.key, 4096, 0o600).unwrap();
    let error = refused(&scratch.key.into());
    assert!(matches!(error.kind, Kind::Channel(_)), "{error}");
    assert_eq!(segment::find(scratch.key).unwrap(), other.id());
}

#[test]
fn one_whose_locks_are_gone_stays_while_somebody_has_it_mapped() {
    let (scratch, trust) = (Scratch::new(), Trust::current_user());
    let sender = Sender::open(scratch.key, &ChannelOptions::overwrite(), &trust).unwrap();
    ramframe_host::locks::remove(scratch.key).unwrap();
    assert!(matches!(refused(&scratch.key.into()).kind, Kind::InUse));
    sender.close().unwrap();
}
