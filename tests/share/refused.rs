//! What is refused, and leaves everything as it was.

use ramframe_core::geometry::Name;
use ramframe_host::error::Kind;
use ramframe_host::share::{self, MAX_WORKERS, Share, ShareError, Worker, WorkerError};
use ramframe_host::sysv::key::Key;
use ramframe_host::sysv::segment;
use ramframe_host::{ChannelOptions, SendError, Sender, Trust};

use super::{Base, got, limit};

fn open(key: Key, workers: u32) -> Kind {
    let options = ChannelOptions::backpressure(1);
    let opened = Share::open(key, workers, &options, &Trust::current_user());
    opened.unwrap_err().kind
}

#[test]
fn a_share_has_1_to_64_workers() {
    let base = Base::new();
    for workers in [0, MAX_WORKERS + 1, u32::MAX] {
        let kind = open(base.key(), workers);
        assert!(matches!(kind, Kind::Workers { workers: asked, .. } if asked == workers));
    }
    base.assert_clean();
}

#[test]
fn a_base_whose_places_have_no_name_is_refused_before_anything_is_made() {
    let key = |name: &str| Key::of_name(Name::new(name).unwrap());
    let longest = "a-name-of-21-bytes-is";
    assert!(share::place(key(longest), MAX_WORKERS - 1).is_ok());
    let key = key("a-name-of-22-bytes-is-");
    // Even where the first places would have names.
    assert!(share::place(key, 0).is_ok());
    assert!(matches!(open(key, 1), Kind::PlaceName(_)));
    assert!(segment::find(share::place(key, 0).unwrap()).is_err());
    let worker = Worker::open(key, &Trust::current_user());
    assert!(matches!(worker.unwrap_err().kind, Kind::PlaceName(_)));
}

#[test]
fn places_that_were_made_for_nothing_are_removed_again() {
    let base = Base::new();
    let options = ChannelOptions::backpressure(1);
    let other = Sender::open(base.place(1), &options, &Trust::current_user()).unwrap();
    assert!(matches!(open(base.key(), 2), Kind::SenderHeld(_)));
    other.close().unwrap();
    base.assert_clean();
}

#[test]
fn there_is_no_worker_without_a_share() {
    let base = Base::new();
    let worker = Worker::open(base.key(), &Trust::current_user());
    assert!(worker.unwrap_err().is_absent());
}

#[test]
fn a_message_that_no_share_sent_is_told_and_stays() {
    let base = Base::new();
    let options = ChannelOptions::backpressure(1);
    let mut plain = Sender::open(base.place(0), &options, &Trust::current_user()).unwrap();
    plain.try_send(b"no share's").unwrap();
    let mut worker = base.worker();
    for _ in 0..2 {
        let found = worker.recv_with(&limit(), got);
        assert!(matches!(found, Err(WorkerError::NotShared { sequence: 0 })));
    }
    worker.detach();
    plain.close_keeping().unwrap();
    let mut share = base.share(2, 8);
    let _other = base.worker();
    let _another = base.worker();
    share.redistribute().unwrap();
    assert_eq!(share.pending(), 1);
}

#[test]
fn a_message_that_is_too_long_is_refused_with_what_fits() {
    let base = Base::new();
    let mut share = base.share(1, 4);
    let _worker = base.worker();
    assert_eq!(share.capacity(), 48);
    share.try_send(&[0; 48]).unwrap();
    let refused = share.try_send(&[0; 49]).unwrap_err();
    let ShareError::Place { source, .. } = refused else {
        panic!("{refused}");
    };
    assert!(matches!(source, SendError::TooLong { capacity: 48 }));
}
