//! A count that does not fit a word is exact, and the very end is told.

use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{
    AttachError, Backpressure, Channel, Corruption, SendError, Sender, Start,
};
use ramframe_core::frame::Stamp;
use ramframe_core::geometry::Geometry;
use ramframe_core::region::RegionMut;

use super::array::Array;
use super::suite::age;
use crate::support::{Flat, FlatMessage, Miss};

const LAST: u64 = Stamp::LAST_SEQUENCE;

fn aged(geometry: Geometry, first: u64) -> Array {
    let memory = Array::new(geometry.size() as usize);
    geometry.format(&memory.words(), 0).unwrap();
    age(&memory.words(), &geometry, first);
    memory
}

/// A receiver at `first` looks again when `distance` more messages were sent.
fn lapped(first: u64, distance: u64) {
    let geometry = Geometry::overwrite(8, 48);
    let memory = aged(geometry, first);
    let mut receiver = Channel::overwrite(memory.words())
        .receiver(Start::Next)
        .unwrap();
    age(&memory.words(), &geometry, first + distance);
    let missed = receiver.try_recv(&mut [0; 48]).header();
    let context = format!("{distance} messages after {first}");
    assert_eq!(missed, Err(Miss::Lagged(distance - 8)), "{context}");
    for number in distance - 8..distance {
        let header = receiver.try_recv(&mut [0; 48]).header().unwrap();
        assert_eq!(header.sequence, first + number, "{context}");
    }
    assert_eq!(receiver.try_recv(&mut [0; 48]).header(), Err(Miss::Empty));
}

#[test]
fn a_receiver_that_slept_through_a_wrap_learns_the_exact_count() {
    for power in [30, 31, 32, 33, 40, 62] {
        for distance in (1_u64 << power) - 20..(1 << power) + 20 {
            for first in [0, 3, 100, (1 << 31) + 50, (1 << 32) - 50] {
                lapped(first, distance);
            }
        }
    }
}

/// A sender stopped in the middle of a message whose stamp has another high half than the one before in the slot.
#[test]
fn a_stamp_half_changed_is_no_corruption() {
    let geometry = Geometry::overwrite(2, 48);
    for first in [(1 << 31) - 1, (1 << 32) - 1, (1 << 33) - 1] {
        let slot = geometry.slot(first as u32);
        for words in [
            [
                Stamp::writing(first).low(),
                Stamp::published(first - 2).high(),
            ],
            [Stamp::writing(first).low(), Stamp::published(first).high()],
        ] {
            let memory = aged(geometry, first);
            let mut receiver = Channel::overwrite(memory.words())
                .receiver(Start::Next)
                .unwrap();
            memory.words().store_pair(slot, words, Relaxed);
            assert_eq!(receiver.try_recv(&mut [0; 48]).header(), Err(Miss::Empty));
            assert_eq!(
                Channel::overwrite(memory.words())
                    .sender()
                    .unwrap()
                    .next_sequence(),
                first
            );
            assert!(receiver.latest(&mut [0; 48]).header().is_ok());
        }
    }
}

#[test]
fn the_last_sequence_is_delivered_and_nothing_after_it() {
    let geometry = Geometry::overwrite(4, 48);
    let memory = aged(geometry, LAST - 5);
    let mut receiver = Channel::overwrite(memory.words())
        .receiver(Start::Next)
        .unwrap();
    let mut sender = Channel::overwrite(memory.words()).sender().unwrap();
    for sequence in LAST - 5..=LAST {
        assert_eq!(sender.try_send(b"ZIMNO"), Ok(sequence));
        let header = receiver.try_recv(&mut [0; 48]).header().unwrap();
        assert_eq!(header.sequence, sequence);
    }
    assert_eq!(receiver.try_recv(&mut [0; 48]).header(), Err(Miss::Empty));
    // Every sequence is used up: format it anew.
    let what = Corruption::Head;
    let refused = Some(AttachError::Corrupt { what });
    assert_eq!(Channel::overwrite(memory.words()).sender().err(), refused);
}

/// What a receiver has taken runs over while the sender does not, and the other way round.
#[test]
fn full_is_full_on_both_sides_of_a_wrap() {
    for ahead in 0..=8 {
        let geometry = Geometry::backpressure(4, 48, 1);
        let memory = aged(geometry, (1 << 32) - ahead);
        let mut sender: Sender<_, Backpressure> =
            Channel::backpressure(memory.words()).sender().unwrap();
        let mut receiver = Channel::backpressure(memory.words()).receiver(0).unwrap();
        for round in 0..3 {
            for pending in 0..4 {
                assert_eq!(sender.pending(0), Some(pending));
                sender.try_send(b"ZIMNO").unwrap();
            }
            let full = Err(SendError::Full { receiver: 0 });
            assert_eq!(sender.try_send(b"ZIMNO"), full, "round {round}");
            while receiver.skip().flat().is_ok() {}
        }
    }
}
