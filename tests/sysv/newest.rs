//! Is the newest message of a channel that must be drained that one, whoever sends?

use ramframe_core::channel::{RecvError, Start};
use ramframe_host::receiver::Receiver;
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
            assert_eq!(sender.send(&message(sent)), Ok(sent));
            sent += 1;
        }
        sender.close_keeping().unwrap();
        for _ in 0..3 {
            match receiver.latest(&mut buffer) {
                Ok(header) => {
                    assert_eq!(header.sequence, sent - 1);
                    assert_eq!(buffer[..header.len], message(sent - 1));
                }
                Err(error) => assert_eq!((error, sent), (RecvError::Empty, 0)),
            }
        }
    }
    let last = Sender::open(scratch.key, &wanted, &mine).unwrap();
    assert_eq!(last.untaken().next(), None, "all of it was taken");
    receiver.detach();
    last.close().unwrap();
}

#[test]
fn a_message_that_could_not_be_used_is_not_taken() {
    let (scratch, mine) = (Scratch::new(), Trust::current_user());
    for wanted in [ChannelOptions::overwrite(), ChannelOptions::backpressure(1)] {
        let mut sender = Sender::open(scratch.key, &wanted, &mine).unwrap();
        let mut receiver = Receiver::open(scratch.key, Start::Oldest, &mine).unwrap();
        sender.send(b"CIEPLO").unwrap();
        let mut buffer = [0; 48];
        for usable in [false, false, true] {
            let used = receiver.recv_with(&mut buffer, |_, bytes| match usable {
                true => Ok(bytes.to_vec()),
                false => Err("no room for it"),
            });
            let expected = if usable {
                Ok(b"CIEPLO".to_vec())
            } else {
                Err("no room for it")
            };
            assert_eq!(used, Ok(expected));
        }
        receiver.detach();
        sender.close().unwrap();
    }
}
