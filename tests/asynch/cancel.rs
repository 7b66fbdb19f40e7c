//! A future that is dropped in the middle has taken nothing, sent nothing, and asks for nothing any more.

use futures_lite::future::{block_on, or, poll_once, ready};
use ramframe_core::geometry::SENDER_WAITING;
use ramframe_core::region::Region as _;
use ramframe_core::stream::{Reader, Writer};
use ramframe_core::wait::Forever;

use super::{CAPACITY, Local, SLOTS, channel, receiver, sender};
use crate::support::{Flat, FlatMessage};

#[test]
fn a_dropped_receive_takes_nothing() {
    let region = channel();
    let side = Local::default();
    let mut sender = sender(region, side.other_side());
    let mut receiver = receiver(region, side);
    let mut buffer = [0; CAPACITY];
    for number in 0..3 * SLOTS as u64 {
        let early = block_on(poll_once(receiver.recv_async(&mut buffer)));
        assert_eq!(early, None);
        sender.try_send(b"CIEPLO").unwrap();
        // The message is there when the future is dropped, and it was woken for it.
        let header = block_on(receiver.recv_async(&mut buffer)).header().unwrap();
        assert_eq!((header.sequence, header.len), (number, 6));
    }
}

#[test]
fn a_dropped_receive_leaves_the_message_that_it_was_woken_for() {
    let region = channel();
    let side = Local::default();
    let mut sender = sender(region, side.other_side());
    let mut receiver = receiver(region, side);
    let mut buffer = [0; CAPACITY];
    {
        let mut receive = Box::pin(receiver.recv_async(&mut buffer));
        assert!(block_on(poll_once(receive.as_mut())).is_none());
        sender.try_send(b"CIEPLO").unwrap();
    }
    assert_eq!(receiver.try_recv(&mut buffer).header().unwrap().sequence, 0);
}

#[test]
fn a_dropped_send_sends_nothing_and_asks_no_more() {
    let region = channel();
    let side = Local::default();
    let mut sender = sender(region, side.clone());
    let mut receiver = receiver(region, side.other_side());
    let asleep = sender.geometry().session_line() + SENDER_WAITING;
    for _ in 0..SLOTS {
        block_on(sender.send_async(b"x")).unwrap();
    }
    {
        let mut send = Box::pin(sender.send_async(b"lost"));
        assert!(block_on(poll_once(send.as_mut())).is_none());
        assert_eq!(region.load_fresh(asleep), 1);
    }
    assert_eq!(region.load_fresh(asleep), 0);
    assert_eq!(sender.next_sequence(), SLOTS as u64);
    side.rings.replace(0);
    receiver.skip().flat().unwrap();
    assert_eq!(*side.rings.borrow(), 0, "nobody asks");
    assert_eq!(block_on(sender.send_async(b"next")), Ok(SLOTS as u64));
}

#[test]
fn a_sender_that_is_done_asks_no_more() {
    let region = channel();
    let side = Local::default();
    let mut sender = sender(region, side.clone());
    let mut receiver = receiver(region, side.other_side());
    let asleep = sender.geometry().session_line() + SENDER_WAITING;
    for _ in 0..SLOTS {
        block_on(sender.send_async(b"x")).unwrap();
    }
    side.rings.replace(0);
    let mut send = Box::pin(sender.send_async(b"x"));
    assert!(block_on(poll_once(send.as_mut())).is_none());
    receiver.skip().flat().unwrap();
    assert!(block_on(poll_once(send.as_mut())).is_some());
    drop(send);
    assert_eq!((region.load_fresh(asleep), *side.rings.borrow()), (0, 1));
}

#[test]
fn a_dropped_read_or_write_changes_no_byte() {
    use embedded_io_async::{Read, Write};

    let region = channel();
    let side = Local::default();
    let sender = sender(region, side.other_side());
    let receiver = receiver(region, side);
    let mut writer = Writer::new(sender, Forever);
    let mut reader = Reader::<_, _, _, CAPACITY>::new(receiver, Forever).unwrap();
    let mut buf = [0; 64];
    for len in [1, buf.len()] {
        let late = or(
            async { Some(reader.read(&mut buf[..len]).await) },
            ready(None),
        );
        assert_eq!(block_on(late), None);
    }
    for _ in 0..SLOTS {
        block_on(writer.write(b"CIE")).unwrap();
    }
    let late = or(async { Some(writer.write(b"lost").await) }, ready(None));
    assert_eq!(block_on(late), None);
    let mut all = [0; 3 * SLOTS];
    block_on(reader.read_exact(&mut all)).unwrap();
    assert_eq!(all, *b"CIE".repeat(SLOTS));
    block_on(writer.write(b"next")).unwrap();
    assert_eq!(block_on(reader.read(&mut buf)), Ok(4));
}
