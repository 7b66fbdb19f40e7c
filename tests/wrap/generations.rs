//! Generations, their tags and their epochs run over, and nobody takes one for another.

use std::sync::atomic::Ordering::Relaxed;

use crate::support::{Flat, Miss, Words};
use ramframe_core::channel::{Backpressure, Channel, ChannelStatus, SendError, Sender};
use ramframe_core::geometry::{
    ATTACH_COUNT, CONSUMED, DETACHED_AT, DISCARDED_FROM, DISCARDING, EPOCH, FIRST_EPOCH,
    GENERATION, Geometry, NOTIFY_SEQ,
};
use ramframe_core::region::{Region, RegionMut};

use super::array::Array;

const ONE: Geometry = Geometry::backpressure(4, 48, 1);
const TWO: Geometry = Geometry::backpressure(4, 48, 2);

/// Generations until a tag comes round.
const TAGS: u32 = 2048;

fn memory() -> Array {
    let memory = Array::new(1024);
    TWO.format(&memory.words(), 0).unwrap();
    memory
}

/// Messages arrive, once and in order, in a channel that was just formatted.
fn works(region: Words<'_>, receiver: u32) {
    let mut sender = Channel::backpressure(region).sender().unwrap();
    let mut receiver = Channel::backpressure(region).receiver(receiver).unwrap();
    for sequence in 0..4 {
        assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
        assert_eq!(sender.try_send(b"CIEPLO"), Ok(sequence));
        assert_eq!(receiver.skip().flat(), Ok(sequence));
    }
}

/// Receiver 1 dies in the middle of everything. The channel is formatted until its tag comes round; for a time with one
/// receiver, so that its line is not in use.
#[test]
fn a_word_that_nobody_touched_is_not_believed_when_its_tag_comes_round() {
    for others in [TWO, ONE] {
        for distance in [1, TAGS - 1, TAGS, TAGS + 1, 2 * TAGS] {
            let memory = memory();
            let region = memory.words();
            let tag = region.load(GENERATION) << 21;
            let line = TWO.receiver_line(1);
            for (word, count) in [
                (CONSUMED, 3),
                (ATTACH_COUNT, 7),
                (DETACHED_AT, 7),
                (DISCARDING, 1),
            ] {
                region.store(line + word, tag | count, Relaxed);
            }
            region.store(line + DISCARDED_FROM, 1, Relaxed);
            for _ in 1..distance {
                others.format(&region, 0).unwrap();
            }
            TWO.format(&region, 0).unwrap();
            let sender = Channel::backpressure(region).sender().unwrap();
            assert_eq!(sender.pending(1), Some(0));
            assert_eq!((sender.attach_count(1), sender.has_detached(1)), (0, false));
            let _first = Channel::backpressure(region).receiver(0).unwrap();
            assert_eq!(sender.next_sequence(), 0);
            works_for_both(region);
        }
    }
}

/// As [`works`], with the other receiver on its way too.
fn works_for_both(region: Words<'_>) {
    let mut sender = Channel::backpressure(region).sender().unwrap();
    let mut receivers = [0, 1].map(|index| Channel::backpressure(region).receiver(index).unwrap());
    for sequence in 0..9 {
        assert_eq!(sender.try_send(b"CIEPLO"), Ok(sequence));
        for receiver in &mut receivers {
            assert_eq!(receiver.skip().flat(), Ok(sequence));
        }
    }
}

/// A side of each generation notices the next one; notifications count anew.
#[test]
fn a_generation_runs_over() {
    let memory = memory();
    let region = memory.words();
    region.store(GENERATION, u32::MAX - 3, Relaxed);
    for generation in [u32::MAX - 2, u32::MAX - 1, u32::MAX, 0, 1, 2] {
        let mut before = Channel::backpressure(region).receiver(0).unwrap();
        let mut sender = Channel::backpressure(region).sender().unwrap();
        while sender.try_send(b"old").is_ok() {}
        TWO.format(&region, 0).unwrap();
        assert_eq!(region.load(GENERATION), generation);
        assert_eq!(
            region.load(TWO.session_line() + NOTIFY_SEQ),
            generation << 21
        );
        assert_eq!(before.skip().flat(), Err(Miss::Reformatted));
        assert_eq!(sender.try_send(b"old"), Err(SendError::Reformatted));
        works_for_both(region);
    }
}

/// Whatever the memory held before: a seed adds to the number above the tag.
#[test]
fn a_seed_changes_no_tag() {
    for seed in [0, 1, 77, u32::MAX, 1 << 20, (1 << 21) - 1] {
        let memory = memory();
        let region = memory.words();
        let before = region.load(GENERATION);
        TWO.format(&region, seed).unwrap();
        let after = region.load(GENERATION);
        assert_eq!(after << 21, (before + 1) << 21);
        works_for_both(region);
    }
}

/// Senders come and go where epochs run over: each is another, none counts as closed that is not, and none of an older
/// generation counts.
#[test]
fn an_epoch_runs_over() {
    for behind in 0..8 {
        let memory = Array::new(1024);
        let region = memory.words();
        // As memory without power leaves them.
        region.store(FIRST_EPOCH, u32::MAX - behind, Relaxed);
        region.store(TWO.session_line() + EPOCH, u32::MAX - behind, Relaxed);
        ONE.format(&region, 0).unwrap();
        let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
        let mut epochs = vec![];
        for sequence in 0..9 {
            let mut sender: Sender<_, Backpressure> =
                Channel::backpressure(region).sender().unwrap();
            if sequence > 0 {
                assert_eq!(
                    receiver.skip().flat(),
                    Err(Miss::SenderRestarted),
                    "after {epochs:?}"
                );
            }
            assert_eq!(
                receiver.skip().flat(),
                Err(Miss::Empty),
                "{behind}: {}",
                sender.epoch()
            );
            sender.try_send(b"CIEPLO").unwrap();
            assert_eq!(receiver.skip().flat(), Ok(sequence));
            assert!(!epochs.contains(&sender.epoch()));
            epochs.push(sender.epoch());
            let status = ChannelStatus::of(&region).unwrap();
            assert_eq!((status.epoch, status.closed), (sender.epoch(), false));
        }
        assert!(!epochs.contains(&0), "0 says that there was no sender");
        // One that was about to store its first epoch when the region was formatted.
        let late = epochs[8].wrapping_add(1);
        ONE.format(&region, 0).unwrap();
        region.store(ONE.session_line() + EPOCH, late, Relaxed);
        assert_eq!(ChannelStatus::of(&region).unwrap().epoch, 0);
        works(region, 0);
    }
}

/// It is never 0, which says that nobody has attached.
#[test]
fn an_attach_count_runs_over() {
    let memory = memory();
    let region = memory.words();
    let tag = region.load(GENERATION) << 21;
    let at = TWO.receiver_line(1) + ATTACH_COUNT;
    const LAST: u32 = (1 << 21) - 1;
    for [before, after] in [[LAST - 1, LAST], [LAST, 1], [1, 2]] {
        region.store(at, tag | before, Relaxed);
        let _receiver = Channel::backpressure(region).receiver(1).unwrap();
        assert_eq!(region.load(at), tag | after);
    }
}

/// One receiver at the sender's heels, and one as far behind as there are slots.
#[test]
fn a_count_in_a_consumed_word_runs_over() {
    let geometry = Geometry::backpressure(1 << 12, 8, 2);
    let memory = Array::new(geometry.size() as usize);
    let region = memory.words();
    geometry.format(&region, 0).unwrap();
    let mut sender = Channel::backpressure(region).sender().unwrap();
    let [mut near, mut far] =
        [0, 1].map(|index| Channel::backpressure(region).receiver(index).unwrap());
    for sequence in 0..(1 << 21) + (1 << 13) {
        if sequence >= 1 << 12 {
            assert_eq!(sender.try_send(b""), Err(SendError::Full { receiver: 1 }));
            assert_eq!(far.skip().flat(), Ok(sequence - (1 << 12)));
        }
        assert_eq!(sender.try_send(b""), Ok(sequence));
        assert_eq!(near.skip().flat(), Ok(sequence));
    }
    assert_eq!(
        [0, 1].map(|receiver| sender.pending(receiver)),
        [Some(0), Some(1 << 12)]
    );
}
