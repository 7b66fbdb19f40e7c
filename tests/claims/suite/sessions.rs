//! What a receiver learns of senders that come, leave, and come again, and of a channel formatted anew.

use ramframe_core::channel::ChannelStatus;
use ramframe_core::geometry::{EPOCH, Geometry};
use ramframe_core::region::Region;

use super::{Bench, Maker, Rx, Side, Tx};
use crate::support::{Flat, FlatMessage, Miss};

pub(crate) fn each_sender_has_another_epoch<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let epochs: Vec<_> = (0..4).map(|_| bench.sender::<P>().epoch()).collect();
    assert_eq!(epochs, [0, 1, 2, 3].map(|count| M::FIRST_EPOCH + count));
}

pub(crate) fn the_first_sender_is_no_restart<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let mut early = bench.receiver::<P>();
    assert_eq!(bench.take(&mut early), Err(Miss::Empty));
    let mut sender = bench.sender::<P>();
    bench.send(&mut sender, 0..1);
    assert_eq!(bench.take(&mut early), Ok(0));
}

/// Though there were senders in the channel before, and the receiver has looked in vain before this one came.
pub(crate) fn the_first_sender_after_a_format_is_no_restart<M: Maker, P: Side>() {
    for seed in [0, 7, u32::MAX] {
        let geometry = P::geometry(8, 48);
        let bench = Bench::<M>::new(geometry);
        let _ = knew::<M, P>(&bench, geometry);
        geometry.format(&bench.memory.formatter(), seed).unwrap();
        let mut early = P::receiver(bench.memory.receiver()).unwrap();
        assert_eq!(bench.take(&mut early), Err(Miss::Empty));
        assert_eq!(ChannelStatus::of(&bench.memory.reader()).unwrap().epoch, 0);
        P::sender(bench.memory.sender())
            .unwrap()
            .try_send(b"new")
            .unwrap();
        assert_eq!(early.try_recv(&mut [0; 3]).header().unwrap().sequence, 0);
    }
}

pub(crate) fn a_restart_is_told_between_the_messages<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let mut receiver = bench.receiver::<P>();
    bench.send(&mut bench.sender::<P>(), 0..2);
    bench.send(&mut bench.sender::<P>(), 2..4);
    assert_eq!(bench.take(&mut receiver), Ok(0));
    assert_eq!(bench.take(&mut receiver), Ok(1));
    assert_eq!(bench.take(&mut receiver), Err(Miss::SenderRestarted));
    assert_eq!(bench.take(&mut receiver), Ok(2));
    assert_eq!(bench.take(&mut receiver), Ok(3));
}

pub(crate) fn a_restart_is_told_without_a_message<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let mut receiver = bench.receiver::<P>();
    bench.send(&mut bench.sender::<P>(), 0..1);
    assert_eq!(bench.take(&mut receiver), Ok(0));
    let mut second = bench.sender::<P>();
    assert_eq!(bench.take(&mut receiver), Err(Miss::SenderRestarted));
    assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    bench.send(&mut second, 1..2);
    assert_eq!(bench.take(&mut receiver), Ok(1));
}

pub(crate) fn closed_is_told_after_the_last_message_and_again<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let mut receiver = bench.receiver::<P>();
    let mut sender = bench.sender::<P>();
    bench.send(&mut sender, 0..3);
    sender.close();
    for number in 0..3 {
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
    for _ in 0..3 {
        assert_eq!(bench.take(&mut receiver), Err(Miss::Closed));
        assert_eq!(receiver.skip().flat(), Err(Miss::Closed));
    }
}

pub(crate) fn closed_without_a_message_is_told<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let mut receiver = bench.receiver::<P>();
    bench.sender::<P>().close();
    assert_eq!(bench.take(&mut receiver), Err(Miss::Closed));
    let mut late = bench.receiver::<P>();
    assert_eq!(bench.take(&mut late), Err(Miss::Closed));
}

pub(crate) fn closed_ends_with_the_next_sender<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let mut receiver = bench.receiver::<P>();
    bench.sender::<P>().close();
    assert_eq!(bench.take(&mut receiver), Err(Miss::Closed));
    let mut second = bench.sender::<P>();
    assert_eq!(bench.take(&mut receiver), Err(Miss::SenderRestarted));
    assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    bench.send(&mut second, 0..1);
    assert_eq!(bench.take(&mut receiver), Ok(0));
    second.close();
    assert_eq!(bench.take(&mut receiver), Err(Miss::Closed));
}

/// Closed, restarted, and 0, 1 or 2 messages sent, all before the receiver looks.
pub(crate) fn closed_is_told_though_the_next_is_already_there<M: Maker, P: Side>() {
    for sent in 0..3 {
        let bench = Bench::<M>::new(P::geometry(8, 48));
        let mut receiver = bench.receiver::<P>();
        let mut first = bench.sender::<P>();
        bench.send(&mut first, 0..1);
        assert_eq!(bench.take(&mut receiver), Ok(0));
        bench.send(&mut first, 1..2);
        first.close();
        bench.send(&mut bench.sender::<P>(), 2..2 + sent);
        assert_eq!(bench.take(&mut receiver), Ok(1));
        assert_eq!(bench.take(&mut receiver), Err(Miss::Closed));
        assert_eq!(bench.take(&mut receiver), Err(Miss::SenderRestarted));
        for number in 2..2 + sent {
            assert_eq!(bench.take(&mut receiver), Ok(number));
        }
        assert_eq!(bench.take(&mut receiver), Err(Miss::Empty));
    }
}

/// As above, twice: what was told of the first sender is no reason to be silent about the second.
pub(crate) fn each_close_is_told<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let mut receiver = bench.receiver::<P>();
    bench.sender::<P>().close();
    assert_eq!(bench.take(&mut receiver), Err(Miss::Closed));
    for number in 0..4 {
        let mut sender = bench.sender::<P>();
        assert_eq!(bench.take(&mut receiver), Err(Miss::SenderRestarted));
        bench.send(&mut sender, number..number + 1);
        sender.close();
        let _next = bench.sender::<P>();
        assert_eq!(bench.take(&mut receiver), Ok(number));
        assert_eq!(bench.take(&mut receiver), Err(Miss::Closed));
        assert_eq!(bench.take(&mut receiver), Err(Miss::SenderRestarted));
    }
}

/// Only the last close is in the region; the one before it shows as a restart.
pub(crate) fn the_last_close_is_never_lost<M: Maker, P: Side>() {
    let bench = Bench::<M>::new(P::geometry(8, 48));
    let mut receiver = bench.receiver::<P>();
    for number in 0..3 {
        let mut sender = bench.sender::<P>();
        bench.send(&mut sender, number..number + 1);
        sender.close();
    }
    assert_eq!(bench.take(&mut receiver), Ok(0));
    assert_eq!(bench.take(&mut receiver), Err(Miss::SenderRestarted));
    assert_eq!(bench.take(&mut receiver), Ok(1));
    assert_eq!(bench.take(&mut receiver), Err(Miss::SenderRestarted));
    assert_eq!(bench.take(&mut receiver), Ok(2));
    assert_eq!(bench.take(&mut receiver), Err(Miss::Closed));
}

/// Receives three messages on `bench`, then formats the channel under the receiver.
fn knew<'a, M: Maker, P: Side>(bench: &'a Bench<M>, geometry: Geometry) -> impl Rx + use<'a, M, P> {
    let mut receiver = bench.receiver::<P>();
    bench.send(&mut bench.sender::<P>(), 0..3);
    for number in 0..3 {
        assert_eq!(bench.take(&mut receiver), Ok(number));
    }
    geometry.format(&bench.memory.formatter(), 0).unwrap();
    receiver
}

const REFORMATTED: Miss = Miss::Reformatted;

pub(crate) fn formatting_is_noticed<M: Maker, P: Side>() {
    let geometry = P::geometry(8, 48);
    let bench = Bench::<M>::new(geometry);
    let mut receiver = knew::<M, P>(&bench, geometry);
    assert_anew(&bench, &mut receiver);
    let _sender = bench.sender::<P>();
    assert_anew(&bench, &mut receiver);
}

/// Each step says so.
fn assert_anew<M: Maker>(bench: &Bench<M>, receiver: &mut impl Rx) {
    assert_eq!(bench.latest(receiver), Err(REFORMATTED));
    assert_eq!(receiver.skip().flat(), Err(REFORMATTED));
    assert_eq!(receiver.see().map(drop), Err(REFORMATTED));
    assert_eq!(bench.take(receiver), Err(REFORMATTED));
}

/// The new channel's message 3 stands where the receiver waits for the old one's.
pub(crate) fn formatting_is_noticed_before_a_message_of_the_same_sequence<M: Maker, P: Side>() {
    let geometry = P::geometry(8, 48);
    let bench = Bench::<M>::new(geometry);
    let mut receiver = knew::<M, P>(&bench, geometry);
    super::aged::age(&bench.memory.anybody(), &geometry, M::FIRST);
    bench.send(&mut bench.sender::<P>(), 0..5);
    for _ in 0..3 {
        assert_anew(&bench, &mut receiver);
    }
}

/// Also when that number has a count come round to where it was.
pub(crate) fn formatting_with_any_number_is_noticed<M: Maker, P: Side>() {
    for seed in [
        1,
        1 << 31,
        u32::MAX,
        u32::MAX - 1,
        u32::MAX - 2,
        u32::MAX >> 1,
    ] {
        let geometry = P::geometry(8, 48);
        let bench = Bench::<M>::new(geometry);
        let mut receiver = bench.receiver::<P>();
        bench.send(&mut bench.sender::<P>(), 0..3);
        for number in 0..3 {
            assert_eq!(bench.take(&mut receiver), Ok(number));
        }
        geometry.format(&bench.memory.formatter(), seed).unwrap();
        super::aged::age(&bench.memory.anybody(), &geometry, M::FIRST);
        bench.send(&mut bench.sender::<P>(), 0..4);
        assert_anew(&bench, &mut receiver);
    }
}

pub(crate) fn a_sender_notices_formatting<M: Maker, P: Side>() {
    let geometry = P::geometry(8, 48);
    let bench = Bench::<M>::new(geometry);
    let mut sender = bench.sender::<P>();
    bench.send(&mut sender, 0..3);
    assert!(!sender.was_reformatted());
    geometry.format(&bench.memory.formatter(), 0).unwrap();
    assert!(sender.was_reformatted());
    assert!(!bench.sender::<P>().was_reformatted());
}

/// No sender of one generation has an epoch that a sender of the other may still be about to store.
pub(crate) fn epochs_go_on_through_formatting<M: Maker, P: Side>() {
    let geometry = P::geometry(8, 48);
    let bench = Bench::<M>::new(geometry);
    let _ = knew::<M, P>(&bench, geometry);
    let first = bench.sender::<P>().epoch();
    assert_eq!(first, M::FIRST_EPOCH + 2);
    for seed in [1000, 0] {
        geometry.format(&bench.memory.formatter(), seed).unwrap();
        let reader = bench.memory.reader();
        let epoch = reader.load_fresh(geometry.session_line() + EPOCH);
        assert_eq!(epoch, first, "nobody takes it back");
    }
    // The second format found no sender of the first, and none could have been older than its first epoch.
    assert_eq!(bench.sender::<P>().epoch(), first + 4);
    assert_eq!(bench.sender::<P>().epoch(), first + 5);
}
