//! A call with a short limit: it does not sleep past its deadline, nor find out sooner what takes a while to know.

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use ramframe_core::frame::{STAMP_LOW, Stamp};
use ramframe_core::region::RegionMut;
use ramframe_host::file::{Map, Window};
use ramframe_host::sysv::segment::ReadWrite;
use ramframe_host::{
    ChannelOptions, Event, Limit, Receiver, RecvError, SendError, Sender, Start, Trust,
};

use crate::scratch::{LIMIT, Scratch};

/// A nap takes up to 100 ms. So these would take ten seconds.
const WAITS: u32 = 50;

#[test]
fn a_short_wait_for_room_is_no_whole_nap() {
    let scratch = Scratch::new();
    let (key, trust) = (scratch.key, Trust::current_user());
    let options = ChannelOptions {
        slots: Some(2),
        ..ChannelOptions::backpressure(1)
    };
    let mut sender = Sender::open(key, &options, &trust).unwrap();
    let receiver = Receiver::open(key, Start::Oldest, &trust).unwrap();
    for _ in 0..2 {
        sender.try_send(b"CIEPLO").unwrap();
    }
    let since = Instant::now();
    let short = || Limit::within(Duration::from_millis(1));
    for _ in 0..WAITS {
        let late = [
            sender.send(b"ZIMNO", &short()).err(),
            sender.drain(&short()).err(),
        ];
        for error in late {
            assert!(
                matches!(error, Some(SendError::TimedOut { receiver: 0 })),
                "{error:?}"
            );
        }
    }
    assert!(
        since.elapsed() < Duration::from_secs(4),
        "{:?}",
        since.elapsed()
    );
    receiver.detach();
    sender.close().unwrap();
}

/// The other side may be formatting the map, and what contradicts itself now is a new channel then.
#[test]
fn short_waits_find_no_corruption_before_a_long_one_would() {
    let (file, trust) = (
        tempfile::NamedTempFile::new().unwrap(),
        Trust::current_user(),
    );
    file.as_file().set_len(4096).unwrap();
    let window = Window {
        path: file.path().into(),
        offset: 0,
        size: None,
        uio_map: 0,
    };
    let options = ChannelOptions::backpressure(1);
    let sender = Sender::open(window.clone(), &options, &trust).unwrap();
    let mut receiver = Receiver::open(window.clone(), Start::Oldest, &trust).unwrap();
    let map = Map::<ReadWrite>::open(&window, &trust).unwrap();
    let at = sender.geometry().slot(0) + STAMP_LOW;
    let foreign = Stamp::published(1000).halves();
    map.memory().store_pair_through(at, foreign, Relaxed);
    let (since, mut empty, mut buffer) = (Instant::now(), 0, [0; 48]);
    loop {
        match receiver.recv(&mut buffer, &Limit::within(Duration::ZERO)) {
            Ok(Event::Nothing) => empty += 1,
            Err(RecvError::Corrupt { .. }) => break,
            other => panic!("{other:?}"),
        }
        assert!(since.elapsed() < LIMIT);
    }
    let took = since.elapsed();
    assert!(
        took >= Duration::from_millis(200),
        "{took:?}, after {empty} calls"
    );
}
