//! Words of another generation, put where a step of this one looks.

use std::sync::atomic::Ordering::Relaxed;

use ramframe_core::channel::{Channel, ChannelStatus};
use ramframe_core::geometry::{ATTACH_COUNT, CONSUMED, GENERATION, Geometry};
use ramframe_core::region::{Region, RegionMut};

use super::array::Array;
use crate::support::{Flat, Miss};

/// The tag of no generation that these tests use.
const FOREIGN: u32 = 7 << 21;

fn memory() -> (Geometry, Array) {
    let geometry = Geometry::backpressure(4, 48, 1);
    let memory = Array::new(geometry.size() as usize);
    geometry.format(&memory.words(), 0).unwrap();
    (geometry, memory)
}

/// Every slot may hold a message that the receiver has not received, but no more messages than slots.
#[test]
fn without_consumed_all_messages_in_slots_are_pending() {
    let (geometry, memory) = memory();
    let region = memory.words();
    let mut sender = Channel::backpressure(region).sender().unwrap();
    let mut receiver = Channel::backpressure(region).receiver(0).unwrap();
    for sent in 1..10 {
        sender.try_send(b"CIEPLO").unwrap();
        receiver.skip().flat().unwrap();
        let late = FOREIGN | 1;
        region.store(geometry.receiver_line(0) + CONSUMED, late, Relaxed);
        assert_eq!(sender.pending(0), Some(sent.min(4)));
        assert_eq!(receiver.skip().flat(), Err(Miss::Empty));
        assert_eq!(sender.pending(0), Some(0), "the receiver stores it again");
    }
}

#[test]
fn receivers_of_another_generation_are_not_counted() {
    let (geometry, memory) = memory();
    let region = memory.words();
    let at = geometry.receiver_line(0) + ATTACH_COUNT;
    region.store(at, FOREIGN | 41, Relaxed);
    let _receiver = Channel::backpressure(region).receiver(0).unwrap();
    assert_eq!(region.load(at), region.load(GENERATION) << 21 | 1);
}

#[test]
fn a_status_is_of_one_generation() {
    let (geometry, memory) = memory();
    let region = memory.words();
    let first = ChannelStatus::of(&region).unwrap();
    assert!(first.receiver(&region, 0).is_some());
    geometry.format(&region, 0).unwrap();
    let second = ChannelStatus::of(&region).unwrap();
    assert_eq!(first.receiver(&region, 0), None);
    assert!(second.receiver(&region, 0).is_some());
}
