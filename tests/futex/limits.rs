//! A sender that waits for room does not sleep past its deadline.

use std::time::{Duration, Instant};

use ramframe_host::{ChannelOptions, Limit, Receiver, SendError, Sender, Start, Trust};

use crate::scratch::Scratch;

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
