//! Where a message goes when nobody dies in the middle: everything here is in one process.

use std::time::Duration;

use ramframe_host::share::{ShareError, Worker};
use ramframe_host::{ChannelOptions, Event, Limit, Sender, Trust};

use super::{Base, attempts, ids, limit, payloads, take_all, until};

fn send_all(share: &mut super::Share, messages: std::ops::Range<u8>) -> Vec<super::MessageId> {
    messages
        .map(|message| share.send(&[message], &limit()).unwrap())
        .collect()
}

#[test]
fn workers_that_are_equally_fast_take_turns_and_each_gets_its_messages_in_order() {
    let base = Base::new();
    let mut share = base.share(2, 8);
    let mut workers = [base.worker(), base.worker()];
    let sent = send_all(&mut share, 0..10);
    let taken = workers.each_mut().map(take_all);
    assert_eq!(payloads(&taken[0]), [0, 2, 4, 6, 8]);
    assert_eq!(payloads(&taken[1]), [1, 3, 5, 7, 9]);
    let both: Vec<_> = taken.iter().flat_map(|taken| ids(taken)).collect();
    assert_eq!(both.len(), sent.len());
    assert!(sent.iter().all(|id| both.contains(id)));
    share.drain(&limit()).unwrap();
    share.close().unwrap();
    base.assert_clean();
}

#[test]
fn the_worker_with_the_fewest_messages_gets_the_next_one() {
    let base = Base::new();
    let mut share = base.share(2, 8);
    let (_slow, mut fast) = (base.worker(), base.worker());
    for message in 0..5 {
        // The slow one keeps its first; the fast one has none again each time.
        share.send(&[message], &limit()).unwrap();
        take_all(&mut fast);
    }
    // One for the slow one at its turn, and the rest for the fast one.
    assert_eq!(share.pending(), 1);
}

#[test]
fn without_a_worker_a_message_waits_with_its_sender() {
    let base = Base::new();
    let mut share = base.share(2, 4);
    assert!(matches!(share.try_send(b"1"), Err(ShareError::NoWorker)));
    let soon = Limit::within(Duration::from_millis(30));
    let late = share.send(b"1", &soon);
    assert!(matches!(late, Err(ShareError::TimedOut { pending: 0 })));
    assert_eq!((share.places(), share.workers()), (2, 0));
    let mut worker = base.worker();
    share.send(b"1", &limit()).unwrap();
    assert_eq!(take_all(&mut worker).len(), 1);
}

#[test]
fn a_full_worker_does_not_hold_up_one_that_comes_late() {
    let base = Base::new();
    let mut share = base.share(3, 4);
    let mut first = base.worker();
    send_all(&mut share, 0..4);
    assert!(matches!(share.try_send(&[4]), Err(ShareError::Full)));
    let mut late = base.worker();
    send_all(&mut share, 4..8);
    assert_eq!(payloads(&take_all(&mut late)), [4, 5, 6, 7]);
    assert_eq!(payloads(&take_all(&mut first)), [0, 1, 2, 3]);
}

#[test]
fn what_a_worker_did_not_take_goes_to_the_others_before_anything_new() {
    let base = Base::new();
    let mut share = base.share(2, 8);
    let (leaves, mut stays) = (base.worker(), base.worker());
    let sent = send_all(&mut share, 0..6);
    take_all(&mut stays);
    leaves.detach();
    share.send(&[6], &limit()).unwrap();
    let taken = take_all(&mut stays);
    assert_eq!(payloads(&taken), [0, 2, 4, 6]);
    // Which message it is does not change, and nobody has begun it.
    assert_eq!(ids(&taken)[..3], [sent[0], sent[2], sent[4]]);
    assert_eq!(attempts(&taken), [0; 4]);
    assert_eq!((share.moved(), share.pending()), (3, 0));
}

#[test]
fn what_does_not_fit_the_others_stays_in_its_place_until_it_does() {
    let base = Base::new();
    let mut share = base.share(2, 4);
    let (leaves, mut stays) = (base.worker(), base.worker());
    send_all(&mut share, 0..8);
    leaves.detach();
    assert!(matches!(share.redistribute(), Err(ShareError::Full)));
    assert!(matches!(share.try_send(&[8]), Err(ShareError::Full)));
    assert_eq!(payloads(&take_all(&mut stays)), [1, 3, 5, 7]);
    share.redistribute().unwrap();
    assert_eq!(payloads(&take_all(&mut stays)), [0, 2, 4, 6]);
    share.drain(&limit()).unwrap();
}

#[test]
fn a_message_that_was_begun_is_known_wherever_it_comes_again() {
    let base = Base::new();
    let mut share = base.share(2, 8);
    let (mut fails, mut stays) = (base.worker(), base.worker());
    send_all(&mut share, 0..4);
    take_all(&mut stays);
    let refused = fails.recv_with(&limit(), |_| Err::<(), _>("no"));
    assert_eq!(refused.unwrap(), Err("no"));
    let again = fails.recv_with(&limit(), |message| Err::<(), _>(message.attempts));
    assert_eq!(again.unwrap(), Err(1));
    fails.detach();
    // It looks like one that died, so the sender notices at its next look at the locks.
    until("both to be moved", || {
        share.redistribute().unwrap();
        share.moved() == 2
    });
    let taken = take_all(&mut stays);
    assert_eq!(payloads(&taken), [0, 2]);
    assert_eq!(attempts(&taken), [1, 0]);
}

#[test]
fn the_next_worker_in_a_place_learns_that_a_message_was_begun_there() {
    let base = Base::new();
    let mut share = base.share(1, 8);
    let mut dies = base.worker();
    send_all(&mut share, 0..2);
    let refused = dies.recv_with(&limit(), |_| Err::<(), _>("no"));
    assert_eq!(refused.unwrap(), Err("no"));
    drop(dies);
    // One that comes and goes without a message changes nothing about that.
    base.worker().detach();
    assert_eq!(attempts(&take_all(&mut base.worker())), [1, 0]);
}

#[test]
fn the_next_sender_goes_on_with_what_was_not_taken() {
    let base = Base::new();
    let mut share = base.share(3, 8);
    let leaves = base.worker();
    let sent = send_all(&mut share, 0..3);
    // As if the sender was killed.
    drop(share);
    leaves.detach();
    // One that asks for fewer places does not forget the others.
    let mut share = base.share(1, 8);
    assert_eq!((share.places(), share.pending()), (3, 3));
    let mut worker = base.worker();
    assert_eq!(worker.number(), 0, "the place that needs a worker most");
    send_all(&mut share, 3..5);
    let taken = take_all(&mut worker);
    assert_eq!(payloads(&taken), [0, 1, 2, 3, 4]);
    assert_eq!(ids(&taken)[..3], sent);
    assert_ne!(ids(&taken)[3].epoch, sent[0].epoch);
    share.close().unwrap();
    base.assert_clean();
}

#[test]
fn workers_learn_the_end_after_the_last_message() {
    let base = Base::new();
    let mut share = base.share(2, 8);
    let mut worker = base.worker();
    send_all(&mut share, 0..1);
    share.close_keeping().unwrap();
    let event = worker.recv_with(&limit(), super::got).unwrap().unwrap();
    assert!(matches!(event, Event::Message(_)));
    let event = worker.recv_with(&limit(), super::got).unwrap().unwrap();
    assert!(matches!(event, Event::Closed));
    // A kept share waits for its next sender.
    let mut share = base.share(2, 8);
    send_all(&mut share, 1..2);
    assert_eq!(payloads(&take_all(&mut worker)), [1]);
    let options = ChannelOptions::backpressure(1);
    let second = Sender::open(base.place(1), &options, &Trust::current_user());
    assert!(second.is_err(), "a place has one sender");
}

#[test]
fn a_worker_more_than_there_are_places_stands_by() {
    let base = Base::new();
    let _share = base.share(1, 4);
    let first = base.worker();
    let soon = Limit::within(Duration::from_millis(60));
    let trust = Trust::current_user();
    let error = Worker::wait_open(base.key(), &trust, &soon).unwrap_err();
    assert!(
        error.to_string().contains("no free receiver slot"),
        "{error}"
    );
    let standby = std::thread::spawn({
        let key = base.key();
        move || Worker::wait_open(key, &trust, &limit()).map(|worker| worker.number())
    });
    first.detach();
    assert_eq!(standby.join().unwrap().unwrap(), 0);
}
