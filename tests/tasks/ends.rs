//! A task learns what becomes of its channel.

use std::thread;
use std::time::Duration;

use futures_lite::future::block_on;
use ramframe_host::sender::dead::DeadReceiver;
use ramframe_host::{ChannelOptions, Event, Trust, locks, remove};

use crate::scratch::Scratch;
use crate::{backpressure, number, overwrite, pair};

#[test]
fn a_removed_channel_is_gone_after_its_messages() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = pair(&scratch, &overwrite(4));
    let key = scratch.key;
    thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(Duration::from_millis(20));
            sender.try_send(&1_u32.to_le_bytes()).unwrap();
            drop(sender);
            remove(key, &Trust::current_user()).unwrap();
        });
        assert_eq!(block_on(number(&mut receiver)), 1);
        let mut buffer = [0; 64];
        let end = block_on(receiver.recv_async(&mut buffer)).unwrap();
        assert_eq!(end, Event::Gone);
    });
}

#[test]
fn a_task_goes_on_under_new_locks() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = pair(&scratch, &backpressure());
    let key = scratch.key;
    thread::scope(|scope| {
        let sender = &mut sender;
        scope.spawn(move || {
            locks::remove(key).unwrap();
            // Long enough for the receiver to notice, and to look for new ones in vain.
            thread::sleep(Duration::from_millis(400));
            sender.regain().unwrap();
            thread::sleep(Duration::from_millis(200));
            sender.try_send(&1_u32.to_le_bytes()).unwrap();
        });
        assert_eq!(block_on(number(&mut receiver)), 1);
    });
    assert_eq!(receiver.regained(), 1);
}

#[test]
fn a_sender_in_a_task_reclaims_the_dead() {
    let scratch = Scratch::new();
    let options = ChannelOptions {
        slots: Some(2),
        dead_receivers: DeadReceiver::DropAfter(Duration::from_millis(10)),
        ..backpressure()
    };
    let (mut sender, receiver) = pair(&scratch, &options);
    // It ends without a word, as if it were killed.
    drop(receiver);
    block_on(async {
        for number in 0..10_u32 {
            sender.send_async(&number.to_le_bytes()).await.unwrap();
        }
        sender.drain_async().await.unwrap();
    });
    assert_eq!(sender.take_deaths().len(), 1);
    assert_eq!(sender.pending_of(0), Some(0));
}

#[test]
fn a_sender_in_a_task_goes_on_with_new_locks() {
    let scratch = Scratch::new();
    let (mut sender, mut receiver) = pair(&scratch, &backpressure());
    locks::remove(scratch.key).unwrap();
    // The loss is noticed by the first look at the locks that is due.
    thread::sleep(Duration::from_millis(100));
    block_on(async {
        sender.send_async(&1_u32.to_le_bytes()).await.unwrap();
        assert_eq!(sender.regained(), 1);
        assert_eq!(number(&mut receiver).await, 1);
    });
}
