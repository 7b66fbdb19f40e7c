//! Many messages between two tasks, in two threads or in one: all arrive, once, in order.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use futures_lite::future::{block_on, zip};
use ramframe_core::channel::{Backpressure, Channel, Event, Receiver, Sender, Start};
use ramframe_core::geometry::Geometry;
use ramframe_core::wake::Wake;

use super::{Local, Region, Woken, channel, mailboxes, memory, receiver, sender};
use crate::support::{Flat, FlatMessage, Miss};

const COUNT: u32 = 10_000;

async fn put<W: Wake>(mut sender: Sender<Region, Backpressure, W>) {
    for number in 0..COUNT {
        let sent = sender.send_async(&number.to_le_bytes()).await;
        assert_eq!(sent, Ok(u64::from(number)));
    }
    sender.close();
}

async fn take<W: Wake>(mut receiver: Receiver<Region, Backpressure, W>) {
    let mut number = [0; 4];
    for expected in 0..COUNT {
        let header = receiver.recv_async(&mut number).await.header().unwrap();
        assert_eq!(header.sequence, u64::from(expected));
        assert_eq!(number, expected.to_le_bytes());
    }
    let end = receiver.recv_async(&mut number).await.header();
    assert_eq!(end, Err(Miss::Closed));
}

#[test]
fn ten_thousand_between_two_threads() {
    let region = channel();
    let (out, into) = mailboxes();
    let (sender, receiver) = (sender(region, out), receiver(region, into));
    let sending = thread::spawn(move || block_on(put(sender)));
    block_on(take(receiver));
    sending.join().unwrap();
}

#[test]
fn ten_thousand_between_two_tasks_of_one_thread() {
    let region = channel();
    let (out, into) = mailboxes();
    let (sender, receiver) = (sender(region, out), receiver(region, into));
    block_on(zip(put(sender), take(receiver)));
}

#[test]
fn an_overwrite_receiver_sleeps_until_there_is_a_message_or_news() {
    let geometry = Geometry::overwrite(4, 16);
    let region = memory(geometry.size());
    geometry.format(&region, 0).unwrap();
    let side = Local::default();
    let mut receiver = Channel::overwrite(region)
        .with_wait(side.clone())
        .receiver(Start::Next)
        .unwrap();
    let sender = Channel::overwrite(region).with_wait(side.other_side());
    let mut sender = sender.sender().unwrap();
    let mut buffer = [0; 16];
    let receive = async {
        let first = receiver.recv_async(&mut buffer).await.header();
        let missed = receiver.recv_async(&mut buffer).await.header();
        let next = receiver.recv_async(&mut buffer).await.header();
        let sequences = (first.unwrap().sequence, next.unwrap().sequence);
        (
            sequences,
            missed,
            receiver.recv_async(&mut buffer).await.header(),
        )
    };
    let send = async {
        sender.try_send(b"first").unwrap();
        futures_lite::future::yield_now().await;
        for _ in 0..7 {
            sender.try_send(b"more").unwrap();
        }
        sender.close();
    };
    let (got, ()) = block_on(zip(receive, send));
    let ((first, next), missed, last) = got;
    assert_eq!((first, missed), (0, Err(Miss::Lagged(next - 1))));
    assert_eq!(last.unwrap().sequence, next + 1);
}

/// Nobody wakes its task, so it wakes itself: of a side that never notifies, and does not know of tasks.
#[test]
fn a_task_finds_what_a_side_does_that_never_notifies() {
    let region = channel();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    let side = Local::default();
    let mut silent = Channel::backpressure(region).sender().unwrap();
    let mut receiver = receiver(region, side.clone());
    assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
    let mut number = [0; 4];
    for sequence in 0..20 {
        assert!(receiver.poll_recv(&mut cx, &mut number).is_pending());
        assert!(woken.seen() > 0, "asleep for ever");
        silent.try_send(b"x").unwrap();
        let Poll::Ready(Ok(Event::Message(message))) = receiver.poll_recv(&mut cx, &mut number)
        else {
            panic!("not seen: {sequence}");
        };
        assert_eq!(message.sequence, sequence);
    }
    drop((silent, receiver));

    let mut silent = Channel::backpressure(region).receiver(0).unwrap();
    let mut sender = sender(region, side);
    woken.seen();
    while sender.try_send(b"x").is_ok() {}
    let mut sending = pin!(sender.send_async(b"y"));
    for _ in 0..3 {
        assert!(sending.as_mut().poll(&mut cx).is_pending());
        assert!(woken.seen() > 0, "asleep for ever");
    }
    while silent.skip().flat() != Ok(20) {}
    assert!(sending.as_mut().poll(&mut cx).is_ready());
}
