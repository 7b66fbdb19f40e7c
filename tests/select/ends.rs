//! What becomes of one channel is told with its receiver, and the others go on.

use std::time::Duration;

use ramframe_host::receiver::RecvError;
use ramframe_host::select::Select;
use ramframe_host::sysv::segment;
use ramframe_host::{Event, Limit, locks, remove};
use ramframe_host::{Sender, Trust};

use crate::scratch::{LIMIT, Scratch};
use crate::{backpressure, number, overwrite, pair};

#[test]
fn a_removed_channel_is_gone_after_its_messages() {
    let scratches = [Scratch::new(), Scratch::new()];
    let (mut removed, receiver) = pair(scratches[0].key, &overwrite(4));
    let mut select = Select::new();
    let gone = select.add(receiver);
    let (mut other, receiver) = pair(scratches[1].key, &backpressure());
    let stays = select.add(receiver);
    removed.try_send(&1_u32.to_le_bytes()).unwrap();
    drop(removed);
    remove(scratches[0].key, &Trust::current_user()).unwrap();
    assert_eq!(number(&mut select), (gone, 1));
    let found = select.recv(&Limit::within(LIMIT)).unwrap();
    assert_eq!(found.token, gone);
    assert_eq!(found.event.unwrap(), Event::Gone);
    // It is told once.
    let limit = Limit::within(Duration::from_millis(300));
    assert!(select.recv(&limit).is_none());
    other.try_send(&2_u32.to_le_bytes()).unwrap();
    assert_eq!(number(&mut select), (stays, 2));
    select.remove(gone).unwrap().detach();
    assert_eq!(select.tokens().collect::<Vec<_>>(), [stays]);
}

/// A busy channel does not keep another one's end from being told.
#[test]
fn an_end_is_told_beside_a_busy_channel() {
    let scratches = [Scratch::new(), Scratch::new()];
    let (removed, receiver) = pair(scratches[0].key, &overwrite(4));
    let mut select = Select::new();
    let gone = select.add(receiver);
    let (mut busy, receiver) = pair(scratches[1].key, &backpressure());
    select.add(receiver);
    drop(removed);
    remove(scratches[0].key, &Trust::current_user()).unwrap();
    let limit = Limit::within(LIMIT);
    loop {
        busy.try_send(b"busy").unwrap();
        let found = select.recv(&limit).expect("its end is never told");
        if found.token == gone {
            return assert_eq!(found.event.unwrap(), Event::Gone);
        }
    }
}

#[test]
fn a_sender_that_closes_is_told_once() {
    let scratch = Scratch::new();
    let (sender, receiver) = pair(scratch.key, &backpressure());
    let mut select = Select::new();
    let token = select.add(receiver);
    sender.close_keeping().unwrap();
    let found = select.recv(&Limit::within(LIMIT)).unwrap();
    assert_eq!(found.token, token);
    assert_eq!(found.event.unwrap(), Event::Closed);
    let limit = Limit::within(Duration::from_millis(300));
    assert!(select.recv(&limit).is_none());
    // The next sender is waited for.
    let mut sender = Sender::open(scratch.key, &backpressure(), &Trust::current_user()).unwrap();
    sender.try_send(&1_u32.to_le_bytes()).unwrap();
    let found = select.recv(&Limit::within(LIMIT)).unwrap();
    assert_eq!(found.event.unwrap(), Event::SenderRestarted);
    assert_eq!(number(&mut select), (token, 1));
}

/// The locks of a channel are removed, and the channel is another one's then.
#[test]
fn a_lost_lock_is_an_error_of_its_receiver() {
    let scratches = [Scratch::new(), Scratch::new()];
    let (lost, receiver) = pair(scratches[0].key, &backpressure());
    let mut select = Select::new();
    let token = select.add(receiver);
    let (mut other, receiver) = pair(scratches[1].key, &backpressure());
    let stays = select.add(receiver);
    locks::remove(scratches[0].key).unwrap();
    // Nobody makes new locks yet: it waits, and the other one goes on.
    assert!(
        select
            .recv(&Limit::within(Duration::from_millis(300)))
            .is_none()
    );
    other.try_send(&1_u32.to_le_bytes()).unwrap();
    assert_eq!(number(&mut select), (stays, 1));
    segment::find(scratches[0].key)
        .and_then(segment::remove)
        .unwrap();
    let found = select.recv(&Limit::within(LIMIT)).unwrap();
    assert_eq!(found.token, token);
    assert!(
        matches!(
            found.event,
            Ok(Event::Gone) | Err(RecvError::NotRegained(_))
        ),
        "{:?}",
        found.event
    );
    other.try_send(&2_u32.to_le_bytes()).unwrap();
    assert_eq!(number(&mut select), (stays, 2));
    drop(lost);
}

#[test]
fn a_lost_lock_is_regained() {
    let scratch = Scratch::new();
    let (mut sender, receiver) = pair(scratch.key, &backpressure());
    let mut select = Select::new();
    let token = select.add(receiver);
    locks::remove(scratch.key).unwrap();
    // Makes new ones.
    sender.regain().unwrap();
    sender.try_send(&1_u32.to_le_bytes()).unwrap();
    assert_eq!(number(&mut select), (token, 1));
    assert!(select.receiver(token).unwrap().regained() <= 1);
    let limit = Limit::within(Duration::from_millis(300));
    assert!(select.recv(&limit).is_none());
    assert_eq!(select.receiver(token).unwrap().regained(), 1);
}
