//! Is the newest message of a channel that must be drained that one, whoever sends?

use ramframe_core::channel::Start;
use ramframe_host::receiver::{Event, Receiver};
use ramframe_host::sender::{ChannelOptions, Sender};
use ramframe_host::trust::Trust;

use crate::scratch::Scratch;
use crate::suite::message;

/// Senders that come and leave between two looks, each with so many messages. What was seen last stays in the buffer while
/// there is none newer, whatever else there is to be heard.
#[test]
fn the_newest_of_several_senders() {
    let (scratch, mine) = (Scratch::new(), Trust::current_user());
    let wanted = ChannelOptions::backpressure(1);
    let first = Sender::open(scratch.key, &wanted, &mine).unwrap();
    let mut receiver = Receiver::open(scratch.key, Start::Oldest, &mine).unwrap();
    first.close_keeping().unwrap();
    let (mut buffer, mut sent) = (vec![0; 48], 0);
    for count in [0, 1, 0, 0, 2, 8, 1, 0, 3, 1, 1] {
        let mut sender = Sender::open(scratch.key, &wanted, &mine).unwrap();
        for _ in 0..count {
            assert_eq!(sender.try_send(&message(sent)).unwrap(), sent);
            sent += 1;
        }
        sender.close_keeping().unwrap();
        for _ in 0..3 {
            match receiver.latest(&mut buffer) {
                Ok(Event::Message(newest)) => {
                    assert_eq!(newest.sequence, sent - 1);
                    assert_eq!(newest.payload, message(sent - 1));
                }
                other => assert!(
                    matches!(other, Ok(Event::Nothing)) && sent == 0,
                    "{other:?}"
                ),
            }
        }
    }
    let last = Sender::open(scratch.key, &wanted, &mine).unwrap();
    assert_eq!(last.pending().next(), None, "all of it was taken");
    receiver.detach();
    last.close().unwrap();
}

#[test]
fn a_message_that_could_not_be_used_is_not_taken() {
    let (scratch, mine) = (Scratch::new(), Trust::current_user());
    for wanted in [ChannelOptions::overwrite(), ChannelOptions::backpressure(1)] {
        let mut sender = Sender::open(scratch.key, &wanted, &mine).unwrap();
        let mut receiver = Receiver::open(scratch.key, Start::Oldest, &mine).unwrap();
        sender.try_send(b"CIEPLO").unwrap();
        let mut buffer = [0; 48];
        for usable in [false, false, true] {
            let mut used = Vec::new();
            let received = receiver.try_recv_with(&mut buffer, |message| {
                used = message.payload.to_vec();
                usable.then_some(()).ok_or("no room for it")
            });
            let received = received.unwrap();
            assert_eq!(used, b"CIEPLO");
            match usable {
                true => assert!(matches!(received, Ok(Event::Message(_))), "{received:?}"),
                false => assert_eq!(received, Err("no room for it")),
            }
        }
        receiver.detach();
        sender.close().unwrap();
    }
}
